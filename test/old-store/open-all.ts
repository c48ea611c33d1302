import { unitId } from '../../clients/mongo/staging';
import type { Store } from '../../clients/mongo/store';
import { type TrailEvent, unpackTrail } from '../../model/trail';
import type { Fixture } from './fixture';

type Collections = Fixture['memory']['database'];

/** Of each collection, what its class gives of the documents that lie there. */
export async function openAll(store: Store, collections: Collections) {
  const ids = (name: string): string[] => (collections[name] ?? []).map(({ _id }) => String(_id));
  const numbers = (name: string): number[] => (collections[name] ?? []).map(({ _id }) => Number(_id));
  const texts = (name: string, key: string): string[] => (collections[name] ?? []).map((one) => String(one[key]));
  const entities = [...new Set([...ids('fields'), ...ids('inbox').map((id) => id.split('/')[0] ?? '')])];
  const chunks = (collections.staging ?? []).map(({ _id }) => String(_id).split('/').map(Number));
  const units = ids('staging').map((id, at): [string, number] => {
    const [, generation = 0, unit = 0, chunk = 0] = chunks[at] ?? [];
    return [unitId(id.split('/')[0] ?? '', generation, unit), chunk];
  });
  const day = 24 * 3_600_000;
  return {
    bindings: await each(ids('bindings'), (id) => store.bindings.get(id)),
    checkpoints: await each(ids('checkpoints'), (id) => store.checkpoints.get<Record<string, unknown>>(id)),
    conflicts: await all(store.conflicts.all()),
    deletions: await each(ids('deletions'), (id) => store.deletions.recent(id)),
    failures: await all(store.failures.between(new Date(Date.now() - day), new Date(Date.now() + day))),
    fields: await each(ids('fields'), (id) => store.fields.get(id)),
    // One that is older changes nothing.
    fieldMap: [await store.fieldMaps.offer({ version: -1, rules: {} })],
    inbox: (await each(entities, (entity) => pages(store, entity))).flat(),
    unanswered: (await each([...new Set(texts('journal', 'object'))], (name) => store.journal.unanswered(name))).flat(),
    links: [...(await store.links.get(ids('links'))).values()].map((link) => ({ ...link, story: storyOf(link) })),
    parked: await all(store.parked.all()),
    people: [...(await store.people.get(numbers('people'))).values()],
    progress: [...(await store.progress.all()).values()],
    pushes: await all(store.pushes.all()),
    pushRequests: await store.pushRequests.latest(),
    openPushRequests: (await each(['lead', 'contact'], (as) => store.pushRequests.open(as))).flat(),
    reconciliation: [...(await store.reconciliation.all()).values()],
    requests: await store.requests.latest(),
    openRequests: (await each(entities, (entity) => store.requests.open(entity))).flat(),
    roles: [...(await store.roles.get(ids('roles'))).values()],
    connections: [...(await store.roles.opportunitiesOf(ids('connections')))],
    staging: await each(units, ([unit, chunk]) => store.staging.get<Record<string, unknown>>(unit, chunk)),
    traces: [...(await store.traces.get(ids('traces')))],
    waiting: await Promise.all(
      ids('waiting').map(
        async (target): Promise<[string, string[]]> => [target, await store.waiting.waitersOf(target)],
      ),
    ),
    writers: await each(ids('writers'), (id) => store.writers.holds(id, epochOf(collections, id))),
  };
}

const pages = async (store: Store, entity: string) => [
  ...(await all(store.inbox.all(entity, 'dynamics'))),
  ...(await all(store.inbox.all(entity, 'marketo'))),
];

const storyOf = ({ trail }: { trail?: Uint8Array }): TrailEvent[] => (trail ? unpackTrail(trail) : []);

const epochOf = ({ writers = [] }: Collections, id: string): number =>
  Number(writers.find(({ _id }) => _id === id)?.epoch);

async function all<T>(found: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const one of found) read.push(one);
  return read;
}

/** What is not found is no part of it. */
async function each<In, Out>(given: readonly In[], ask: (one: In) => Promise<Out>): Promise<NonNullable<Out>[]> {
  const found: NonNullable<Out>[] = [];
  for (const one of given) {
    const answer = await ask(one);
    if (answer !== undefined && answer !== null) found.push(answer);
  }
  return found;
}

import type { InboxItem } from '../../clients/mongo/inbox';
import { guidOf, type Link } from '../../clients/mongo/links';
import type { ParkedRow } from '../../clients/mongo/parked';
import { forDynamics } from '../../model/merge';
import type { Parked } from '../../model/park';
import type { Deps } from '../deps';
import { wait, wake } from '../references';
import { type Candidate, newLink } from '../rows';
import type { BoundEntity } from '../schema';
import { failureOf, settled, speaking } from '../task';
import type { Writer } from '../writer';
import type { PersonTask } from './plan';

/** marketo-api §2.3 */
const NOT_FOUND = '1004';
const EXISTS = '1005';

/** Links, people, what is parked, who waits, what has to go back: in an order in which a crash loses nothing. */
export async function recordPersons(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  tasks: readonly PersonTask[],
  kept: readonly { candidate: Candidate; parked: Parked }[],
): Promise<void> {
  const { store } = deps;
  const links: Link[] = [];
  const parked: ParkedRow[] = [];
  const back: InboxItem[] = [];
  const again: InboxItem[] = [];
  const pairs: { waiter: string; target: string }[] = [];
  for (const task of tasks) {
    const { candidate, decisions, record } = task;
    const failed = failureOf(task);
    // It is there after all, or is there no more: looked for again, by id and by `microsoftId`. Once: an instance that refuses a second
    // person of one e-mail (marketo-api §11.2 no. 6) says so each time.
    const exists = failed === EXISTS && !task.link.lookedFor;
    if (exists || (failed === NOT_FOUND && record !== null)) {
      again.push({ id: candidate.id });
      if (exists) links.push({ ...task.link, dirty: true, lookedFor: true });
      continue;
    }
    const after = settled(task);
    const { account: _before, lookedFor: _found, ...link } = after.link;
    const account = bound.entity.name === 'contact' ? accountOf(candidate) : undefined;
    links.push(account === undefined ? link : { ...link, account });
    parked.push(after.parked);
    const awaited = [...task.missing, ...(task.hoping ?? [])];
    pairs.push(...awaited.map((target) => ({ waiter: candidate.linkId, target })));
    if (Object.keys(forDynamics(decisions)).length > 0) back.push({ id: candidate.id });
  }
  for (const { candidate, parked: reason } of kept) {
    const base = candidate.link ?? newLink(candidate.linkId, store.links.epoch);
    const { version } = candidate;
    links.push({ ...base, state: 'refused', appliedVersion: version, seenVersion: version, parked: [''] });
    parked.push({ id: candidate.linkId, was: base.parked, now: [reason], operation: 'create' });
  }
  const linked = links.filter(({ marketoId, state }) => state === 'linked' && marketoId !== undefined);
  await store.people.claim(linked.map(({ id, marketoId }) => ({ marketoId: Number(marketoId), owner: id })));
  await store.inbox.add(bound.entity.name, 'marketo', back, new Date());
  await store.inbox.add(bound.entity.name, 'dynamics', again, new Date());
  await store.parked.settle(speaking(parked));
  await store.links.put(links, writer.epoch);
  await wait(deps, pairs);
  await wake(
    store,
    tasks.filter(isNewHere).map(({ candidate }) => candidate.linkId),
  );
  await handUnowned(deps, bound, linked);
}

/** Made, adopted or found just now: others may have waited for it. */
const isNewHere = ({ candidate, link, result }: PersonTask): boolean =>
  result?.status === 'created' || (candidate.link?.marketoId === undefined && link.marketoId !== undefined);

/** Hints that came before anyone owned the person. */
async function handUnowned({ store }: Deps, bound: BoundEntity, linked: readonly Link[]): Promise<void> {
  const owners = new Map(linked.map(({ id, marketoId }) => [Number(marketoId), id]));
  const hinted = await store.unowned.take([...owners.keys()]);
  const items = hinted.map((id) => ({ id: guidOf(owners.get(id) ?? '') }));
  await store.inbox.add(bound.entity.name, 'marketo', items, new Date());
}

const accountOf = ({ row }: Candidate): string | undefined =>
  row._parentcustomerid_type === 'account' && row._parentcustomerid_value
    ? String(row._parentcustomerid_value).toLowerCase()
    : undefined;

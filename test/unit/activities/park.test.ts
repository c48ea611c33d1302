import type { Deps } from '../../../activities/deps';
import { newLink } from '../../../activities/rows';
import { parkRows, setAside } from '../../../activities/set-aside';
import { parkTooLarge } from '../../../activities/too-large';
import { SUPERSEDED } from '../../../activities/trouble';
import { parkUnexpected } from '../../../activities/unexpected-rows';
import { Writer } from '../../../activities/writer';
import { ApiError } from '../../../clients/errors';
import { Health } from '../../../clients/health';
import { linkId } from '../../../clients/mongo/links';
import { Sealer } from '../../../clients/mongo/sealer';
import { storeOn } from '../../../clients/mongo/store';
import { MemoryDatabase } from '../../truth/memory/database';

const ROW = 'c0000000-0000-4000-8000-000000000001';
const ID = linkId('contact', ROW);
const failure = new ApiError({ api: 'marketo', operation: 'leads.sync', kind: 'transient', code: '611' });

function world() {
  const store = storeOn(
    new MemoryDatabase().open(() => undefined),
    new Sealer(Buffer.alloc(32, 1)),
    async () => undefined,
  );
  return { store, health: new Health() } as unknown as Deps;
}

/** It failed alone so often, over so long, that the next failure parks it. */
const known = new Map([
  [
    ROW,
    {
      id: ROW,
      items: [{ id: ROW }],
      trouble: {
        api: 'marketo',
        operation: 'leads.sync',
        code: '611',
        size: 1,
        failures: 99,
        first: 0,
        last: 0,
      } as const,
      since: new Date(0),
    },
  ],
]);

/** Every way in which work lists a row as parked. */
const LISTS: Record<string, (deps: Deps, writer: Writer) => Promise<void>> = {
  'too large to be read': (deps, writer) => parkTooLarge(deps, writer, [newLink(ID, deps.store.links.epoch)]),
  'as a whole': (deps, writer) => parkRows(deps, [{ id: ID, parked: { reason: 'keeps-failing' } }], writer),
  unexpected: (deps, writer) =>
    parkUnexpected(
      deps,
      'contact',
      'dynamics',
      [{ row: { id: ROW }, reason: 'unexpected', place: 'TypeError at plan.ts:1' }],
      writer,
    ),
  'failing again and again': (deps, writer) => {
    deps.health.succeeded('marketo', 'leads.sync', 300);
    return setAside(
      deps,
      'contact',
      'dynamics',
      [{ item: { id: ROW }, failed: { error: failure, size: 1 } }],
      known,
      writer,
    );
  },
};

describe.each(Object.entries(LISTS))('a row that is listed as %s', (_how, list) => {
  it('is listed by the attempt that may write', async () => {
    const deps = world();
    await list(deps, await Writer.open(deps, 'person'));
    expect(await deps.store.parked.of(ID)).toHaveLength(1);
  });

  it('is not by one that was taken for dead and wakes up: the next may have settled the row', async () => {
    const deps = world();
    const late = await Writer.open(deps, 'person');
    await Writer.open(deps, 'person');
    await expect(list(deps, late)).rejects.toMatchObject({ code: SUPERSEDED });
    expect(await deps.store.parked.of(ID)).toEqual([]);
    expect((await deps.store.links.get([ID])).get(ID)).toBeUndefined();
    expect((await deps.store.asides.counts()).get('contact')).toBeUndefined();
  });
});

describe('a row that keeps failing while many others failed in the same way', () => {
  const alike = {
    api: 'marketo',
    operation: 'leads.sync',
    code: '611',
    size: 1,
    failures: 1,
    first: 1,
    last: 1,
  } as const;
  it.each([
    ['is parked where few are left: others get through', 'contact', 1],
    ['is not where many are left', 'contact', 51],
    ['is not where they are of another entity', 'lead', 51],
  ])('%s', async (_what, entity, count) => {
    const deps = world();
    const { asides, parked } = deps.store;
    const rows = Array.from({ length: count }, (_, at) => `d0000000-0000-4000-8000-${String(at).padStart(12, '0')}`);
    const since = new Date();
    await asides.put(
      entity,
      'dynamics',
      rows.map((id) => ({ id, items: [{ id }], trouble: alike, since })),
    );
    await asides.begin(entity, alike);
    await LISTS['failing again and again']?.(deps, await Writer.open(deps, 'person'));
    const isParked = entity === 'contact' && count === 1;
    expect(await parked.of(ID)).toHaveLength(isParked ? 1 : 0);
    const outages = [...(await asides.outages()).values()].map((outage) => outage.entity).sort();
    expect(outages).toEqual(entity === 'lead' ? ['contact', 'lead'] : ['contact']);
  });
});

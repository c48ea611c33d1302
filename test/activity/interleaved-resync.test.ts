import { Interleavings, VENDOR } from './interleavings';
import { fresh, Pair, TABLES, type Table } from './pair';
import { type Stage, startStage } from './world';

jest.setTimeout(600_000);

let stage: Stage;
let pair: Pair;
let interleavings: Interleavings;
beforeAll(async () => {
  stage = await startStage();
  pair = await Pair.open(stage);
  interleavings = new Interleavings(pair.world);
});
afterAll(() => stage.close());

const EDITED = ['one side', 'both sides, another field each', 'both sides, the same field'] as const;
/** By the signal, page by page; of some rows, or fields of them, as `npm run resync` asks. */
const RESYNCS = {
  'of the entity': async (table: Table) => pair.driver.reread(table, 'resync'),
  'of a field that nobody edits': (table: Table) => asked(table, ['phone']),
  'of the field that is edited': (table: Table) => asked(table, ['firstName']),
};
type Kind = keyof typeof RESYNCS;

async function asked(table: Table, fields?: string[]): Promise<void> {
  const request = { entity: table, ids: [pair.guid(table)], ...(fields && { fields }) };
  await pair.world.deps.store.requests.add(fresh('request'), request);
  await pair.world.run('lookDynamics', [table]);
  await pair.world.run('applyInbox', table);
}

describe.each(Object.keys(RESYNCS) as Kind[])('a resync %s', (kind) => {
  it.each(EDITED)('during which %s is edited, at every point, loses no edit', async (edited) => {
    const met = await interleavings.each(VENDOR, async (point) => {
      const names: Partial<Record<Table, string[]>> = {};
      for (const table of TABLES) {
        const [, last] = (await pair.held(table)).dynamics as [string, string];
        const [crm, form] = [fresh('CRM'), fresh('Form')];
        // One side: that which loses conflicts.
        const dynamics = edited !== 'one side' || table === 'lead';
        const marketo = edited !== 'one side' || table === 'contact';
        const other = edited === 'both sides, another field each';
        await point.during(
          () => RESYNCS[kind](table),
          async () => {
            if (dynamics) await pair.inDynamics(table, { firstname: crm });
            if (marketo) await pair.inMarketo(table, other ? { lastName: form } : { firstName: form });
          },
        );
        const winner = table === 'lead' ? form : crm;
        const first = edited === 'one side' ? (dynamics ? crm : form) : other ? crm : winner;
        names[table] = [first, other ? form : last];
      }
      await pair.expectAtRest(names);
    });
    expect(met).toContain('marketo.leadsBy');
  });
});

import { Interleavings, type Point, VENDOR } from './interleavings';
import { fresh, Pair, TABLES, type Table } from './pair';
import { type Stage, startStage } from './world';

let stage: Stage;
let pair: Pair;
let interleavings: Interleavings;
beforeAll(async () => {
  stage = await startStage();
  pair = await Pair.open(stage);
  interleavings = new Interleavings(pair.world);
});
afterAll(() => stage.close());

const WINNER = { lead: 'Marketo', contact: 'Dynamics' } as const;
const SIDES = ['Dynamics', 'Marketo'] as const;
type Side = (typeof SIDES)[number];
const EDITS = ['the same field', 'the same field, back to what it was', 'another field'] as const;

/** The activity that carries a change away from this side, the call that writes, and the calls that it makes. */
const CARRIED = {
  Dynamics: {
    activity: 'applyInbox',
    write: 'marketo.syncLeads sends',
    calls: ['marketo.leadsBy', 'marketo.syncLeads'],
  },
  Marketo: { activity: 'writeBack', write: 'dynamics.patch', calls: ['dynamics.readByIds', 'marketo.leadsBy'] },
} as const;

const edit = (side: Side, table: Table, first: string | undefined, last?: string): Promise<unknown> =>
  side === 'Dynamics'
    ? pair.inDynamics(table, { ...(first && { firstname: first }), ...(last && { lastname: last }) })
    : pair.inMarketo(table, { ...(first && { firstName: first }), ...(last && { lastName: last }) });

/** What both sides hold in the end, by hand: an edit of the travelling side is newer; the other side's meets it, or follows it. */
function expected(
  from: Side,
  by: Side,
  table: Table,
  what: string,
  point: Point,
  was: string,
  first: string,
  second: string,
) {
  if (what === 'another field') return first;
  if (by === from || point.after(CARRIED[from].write)) return second;
  // An edit to what the field holds already is none.
  if (second === was) return first;
  return WINNER[table] === by ? second : first;
}

describe.each(SIDES)('a lead and a contact whose change in %s is on its way', (from) => {
  describe.each(SIDES)('edited in %s', (by) => {
    it.each(EDITS)('(%s) at every point: neither edit is lost', async (what) => {
      const { activity, write, calls } = CARRIED[from];
      const met = await interleavings.each(VENDOR, async (point) => {
        const names: Partial<Record<Table, string[]>> = {};
        for (const table of TABLES) {
          const [was, wasLast] = (await pair.held(table)).dynamics.map(String) as [string, string];
          const first = fresh('Carried');
          const second = what === 'the same field, back to what it was' ? was : fresh('Edited');
          const last = what === 'another field' ? fresh('Last') : undefined;
          await edit(from, table, first);
          await pair.look();
          await point.during(
            () => pair.world.run(activity, table),
            async () => {
              await edit(by, table, last ? undefined : second, last);
              await pair.look();
            },
          );
          names[table] = [expected(from, by, table, what, point, was, first, second), last ?? wasLast];
        }
        await pair.expectAtRest(names);
      });
      expect(met).toEqual(expect.arrayContaining([...calls, write, `${write.split(' ')[0]} answered`]));
    });
  });
});

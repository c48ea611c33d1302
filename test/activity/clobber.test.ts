import { type Driver, expectDone } from './driver';
import { contact, id, lead, people } from './organisation';
import { fresh } from './pair';
import { allWaitsEnd } from './waits';
import { type Stage, startStage } from './world';

let stage: Stage;
let driver: Driver;
beforeAll(async () => {
  stage = await startStage();
  ({ driver } = await stage.imported({ rows: people([lead(1)], [contact(1)]) }));
}, 60_000);
afterAll(() => stage.close());

const GUID = { lead: id('1e', 1), contact: id('c0', 1) } as const;
type Table = keyof typeof GUID;

/** When the marketer edits, seen from the activity that brings Dynamics' edit to Marketo. */
const MOMENTS = [
  'before our read',
  'between our read and our write',
  'after our write, before its answer',
  'before the feed',
  'after the feed',
] as const;
/** Which of the two changes shows up late in the feed. */
const LATE = ['neither', 'the marketer’s', 'ours'] as const;
/** What else happens to our call. */
const CALLS = ['is answered', 'loses its answer', 'is seen in the feed before its answer'] as const;

const HIDDEN_MS = 200;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One after the other on the same two persons, each with names of its own. */
async function race(table: Table, moment: (typeof MOMENTS)[number], late: string, call: string) {
  const { world } = driver;
  const [crm, form] = [fresh('FromDynamics'), fresh('FromMarketo')];
  const { control, deps } = world;
  const conflictsBefore = await deps.store.conflicts.count();
  const person = Number((await control.person(GUID[table])).id);
  const delay = (whose: string) =>
    control.settings('marketo', { activityDelayMs: late === whose ? [HIDDEN_MS, HIDDEN_MS] : [0, 0] });
  const marketer = async () => {
    await delay('the marketer’s');
    await control.editMarketo({ op: 'update', id: person, values: { firstName: form } });
    await delay('ours');
  };

  let lost = false;
  const write = deps.marketo.syncLeads;
  deps.marketo.syncLeads = async (request, beforeSend) => {
    deps.marketo.syncLeads = write;
    if (moment === 'between our read and our write') await marketer();
    await delay('ours');
    if (call === 'loses its answer') {
      lost = true;
      await control.fault('marketo', { kind: 'reset-after', endpoint: 'POST /rest/v1/leads.json', times: 1 });
    }
    const answer = write(request, beforeSend);
    if (call !== 'loses its answer') await answer;
    else await expect(answer).rejects.toThrow();
    if (moment === 'after our write, before its answer') await marketer();
    if (call === 'is seen in the feed before its answer') await world.run('lookMarketo', ['leadchanges']);
    return answer;
  };
  await control.editDynamics({ op: 'update', table, id: GUID[table], values: { firstname: crm } });
  if (moment === 'before our read') await marketer();
  await world.run('lookDynamics', [table]);
  expectDone(await world.run('applyInbox', table));
  deps.marketo.syncLeads = write;
  // Where Marketo's edit has won already, there is nothing to send, and no answer to lose.
  expect((await deps.store.asides.counts()).get(table)?.waiting ?? 0).toBe(lost ? 1 : 0);
  await allWaitsEnd(world);
  if (moment === 'before the feed') await marketer();
  await driver.settle();
  if (moment === 'after the feed') await marketer();
  if (late !== 'neither') await wait(HIDDEN_MS + 50);
  await delay('nobody’s');
  await driver.settle();

  const held = {
    dynamics: (await control.row(table, GUID[table])).firstname,
    marketo: (await control.person(GUID[table])).firstName,
  };
  const conflicts = (await deps.store.conflicts.count()) - conflictsBefore;
  const before = await control.writes();
  await driver.cycle();
  await driver.cycle();
  return { crm, form, held, conflicts, echoes: (await control.writes()) - before };
}

/**
 * Edited before the service could know that the other edit had come across: a conflict, which the policy decides. While
 * an answer is lost, nobody knows which of the two was first.
 */
const isConflict = (moment: string, call: string): boolean =>
  moment === 'before our read' ||
  moment === 'between our read and our write' ||
  (call === 'loses its answer' && moment !== 'after the feed');

describe.each(MOMENTS)('a lead and a contact edited in Dynamics and by a marketer, %s', (moment) => {
  describe.each(LATE)('%s change late in the feed', (late) => {
    it.each(CALLS)('are settled by policy when our call %s', async (call) => {
      for (const table of Object.keys(GUID) as Table[]) {
        const { crm, form, held, conflicts, echoes } = await race(table, moment, late, call);
        const expected = isConflict(moment, call) && table === 'contact' ? crm : form;
        expect({ table, ...held }).toEqual({ table, dynamics: expected, marketo: expected });
        expect(conflicts > 0).toBe(isConflict(moment, call));
        expect(echoes).toBe(0);
      }
    });
  });
});

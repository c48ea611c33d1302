import { passTime } from '../../cli/check/stage/time';
import { decide } from '../../cli/conflicts/decide';
import { type Conflict, conflictKey } from '../../clients/mongo/conflicts';
import { Interleavings, VENDOR } from './interleavings';
import { fresh, Pair, TABLES } from './pair';
import { type Stage, startStage } from './world';

jest.setTimeout(600_000);

let stage: Stage;
let pair: Pair;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

async function withPolicies(): Promise<Interleavings> {
  const conflicts = { firstName: 'newest', lastName: 'ask' };
  pair = await Pair.open(stage, { entities: { lead: { conflicts }, contact: { conflicts } } });
  return new Interleavings(pair.world);
}

async function openConflicts(): Promise<Conflict[]> {
  const found: Conflict[] = [];
  for await (const conflict of pair.world.deps.store.conflicts.all())
    if (conflict.winner === 'ask' && conflict.decided === undefined) found.push(conflict);
  return found;
}

describe.each(TABLES)('a %s whose change in Dynamics is on its way, edited in Marketo at every point', (table) => {
  it('goes to the newest where the policy says so, and asks where it says so: the answer goes to both sides', async () => {
    const interleavings = await withPolicies();
    let asked = 0;
    const met = await interleavings.each(
      VENDOR,
      async (point) => {
        const [crm, form] = [fresh('CRM'), fresh('Form')];
        await pair.inDynamics(table, { firstname: crm, lastname: crm });
        await pair.look();
        await point.during(
          () => pair.world.run('applyInbox', table),
          async () => {
            await passTime(pair.world.control, 1_100);
            await pair.inMarketo(table, { firstName: form, lastName: form });
          },
        );
        await pair.settle();
        const { dynamics, marketo } = await pair.held(table);
        expect([dynamics[0], marketo[0]]).toEqual([form, form]);
        // After our write Marketo's is the newer edit: there is nothing to ask.
        if (point.after('marketo.syncLeads sends')) {
          expect([dynamics[1], marketo[1]]).toEqual([form, form]);
          expect(await openConflicts()).toEqual([]);
          return;
        }
        asked += 1;
        const [conflict, ...others] = await openConflicts();
        expect(others).toEqual([]);
        expect(conflict?.values).toEqual({ dynamics: crm, marketo: form });
        // Nothing more is written: Marketo keeps what it holds, be it the edit or what overtook it.
        expect([dynamics[1], [crm, form].includes(String(marketo[1]))]).toEqual([crm, true]);
        const take = asked % 2 === 0 ? 'dynamics' : 'marketo';
        await decide(pair.world.deps.store, conflictKey(conflict as Conflict), take);
        await pair.settle();
        const chosen = take === 'dynamics' ? crm : form;
        expect((await pair.held(table)).dynamics[1]).toBe(chosen);
        expect((await pair.held(table)).marketo[1]).toBe(chosen);
        expect(await pair.driver.parked()).toEqual({});
      },
      1,
    );
    expect(asked).toBe(3);
    expect(met).toContain('marketo.syncLeads answered');
  });
});

describe('consent', () => {
  // A consent field has two values: both sides can only differ where nothing was agreed on.
  const CASES = [
    ['Dynamics', true, false],
    ['Marketo', false, true],
  ] as const;

  it.each(CASES)(
    'that %s alone withholds stands for a lead and for a contact met for the first time',
    async (_side, inDynamics, inMarketo) => {
      pair = await Pair.open(stage);
      const { control } = pair.world;
      for (const [index, table] of TABLES.entries()) {
        const guid = `${table === 'lead' ? '1e' : 'c0'}000000-0000-4000-8000-00000000090${index}`;
        const email = `${table}${index}@example.com`;
        await control.seedMarketo({ email, lastName: 'Met', unsubscribed: inMarketo });
        const values = { lastname: 'Met', emailaddress1: email, donotbulkemail: inDynamics };
        await control.editDynamics({ op: 'create', table, id: guid, values });
        await pair.settle();
        expect(await control.row(table, guid)).toMatchObject({ donotbulkemail: true });
        expect(await control.person(guid)).toMatchObject({ unsubscribed: true });
        // An explicit opt-in by one side alone goes through.
        await control.editDynamics({ op: 'update', table, id: guid, values: { donotbulkemail: false } });
        await pair.settle();
        expect(await control.person(guid)).toMatchObject({ unsubscribed: false });
        expect(await control.row(table, guid)).toMatchObject({ donotbulkemail: false });
      }
    },
  );
});

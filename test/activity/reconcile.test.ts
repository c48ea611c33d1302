import { pace } from '../../activities/reconcile';
import { Driver } from './driver';
import * as at from './organisation';
import { lead, organisation, people } from './organisation';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

async function imported(rows = organisation()): Promise<{ world: World; driver: Driver }> {
  const world = await stage.open({ rows });
  const driver = new Driver(world);
  await driver.importAll();
  await driver.settle();
  return { world, driver };
}

/** The rows that a pass meets next are due now. */
const due = (world: World) =>
  world.deps.store.db.collection('reconciliation').updateMany({}, { $set: { dueAt: new Date(0) } });

describe('the rolling reconciliation', () => {
  it('finds nothing and writes nothing where both ends are equal, and says what it has compared', async () => {
    const { world, driver } = await imported();
    const before = await world.control.writes();
    await due(world);
    await driver.settle();
    expect(await world.control.writes()).toBe(before);
    const { verified, drift, lastFullPass } = (await world.deps.store.reconciliation.get('contact')) ?? {};
    expect(verified).toBeGreaterThan(0);
    expect(drift).toBe(0);
    expect(lastFullPass).toBeInstanceOf(Date);
  });

  it('mends a company that someone edited in Marketo, which no feed tells of', async () => {
    const { world, driver } = await imported();
    await world.control.post('/_sim/marketo/edit-object', {
      object: 'companies',
      key: { externalCompanyId: at.ACCOUNT },
      values: { billingCity: 'Spoilt' },
    });
    await driver.settle();
    await due(world);
    await driver.settle();
    const company = (await world.control.records('companies')).find(
      ({ externalCompanyId }) => externalCompanyId === at.ACCOUNT,
    );
    expect(company?.billingCity).not.toBe('Spoilt');
    expect(await world.deps.store.reconciliation.get('account')).toMatchObject({ drift: 1 });
  });

  it('brings an edit of a person that the feed never showed to Dynamics', async () => {
    const { world, driver } = await imported();
    await world.control.settings('marketo', { activityDelayMs: [3_600_000, 3_600_000] });
    const person = Number((await world.control.person(at.LEAD)).id);
    await world.control.editMarketo({ op: 'update', id: person, values: { title: 'Unheard' } });
    await driver.settle();
    await due(world);
    await driver.settle();
    expect(await world.control.row('lead', at.LEAD)).toMatchObject({ jobtitle: 'Unheard' });
    expect(await world.deps.store.reconciliation.get('lead')).toMatchObject({ drift: 1 });
  });

  it('takes a full call of rows at a time, goes on where it was, and begins anew after the last row', async () => {
    const rows = people(Array.from({ length: 310 }, (_, n) => lead(n + 1, { emailaddress1: `lead${n}@example.com` })));
    const { world, driver } = await imported(rows);
    const verified = async () => (await world.deps.store.reconciliation.get('lead'))?.verified;
    for (const expected of [300, 310, 610]) {
      await due(world);
      await driver.settle();
      expect(await verified()).toBe(expected);
    }
    expect(await world.deps.store.reconciliation.get('lead')).toMatchObject({ drift: 0 });
  });
});

describe('its pace', () => {
  const WEEK = 7 * 86_400_000;

  it('is one full call so often that a million rows take a week: 476 calls a day', () => {
    const { rows, everyMs } = pace(1_000_000, WEEK);
    expect(rows).toBe(300);
    expect(Math.floor(86_400_000 / everyMs)).toBe(476);
  });

  it('is once a week for a small table', () => {
    expect(pace(40, WEEK)).toEqual({ rows: 300, everyMs: WEEK });
  });

  it('takes more rows at a time rather than looking more often than each minute', () => {
    expect(pace(50_000_000, WEEK)).toEqual({ rows: 4_961, everyMs: 60_000 });
  });
});

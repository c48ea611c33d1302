import { pace } from '../../activities/reconcile';
import { passTime } from '../../cli/check/stage/time';
import type { Driver } from './driver';
import * as at from './organisation';
import { contact, id, lead, organisation, people } from './organisation';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const imported = (rows = organisation()) => stage.imported({ rows });

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

describe('a write that a vendor answered and never carried out', () => {
  const GUIDS = [
    ['lead', id('1e', 1)],
    ['contact', id('c0', 1)],
  ] as const;

  async function pair(): Promise<{ world: World; driver: Driver }> {
    const ann = { firstname: 'Ann' };
    return imported(people([lead(1, ann)], [contact(1, ann)]));
  }

  async function expectFound(world: World, driver: Driver, name: string): Promise<void> {
    // The feed would have told of it by now.
    await passTime(world.control, 2 * 3_600_000);
    await due(world);
    await driver.settle();
    for (const [table, guid] of GUIDS) {
      expect(await world.control.row(table, guid)).toMatchObject({ firstname: name });
      expect(await world.control.person(guid)).toMatchObject({ firstName: name });
      expect(await world.deps.store.reconciliation.get(table)).toMatchObject({ drift: 1 });
    }
    expect(await world.deps.store.conflicts.count()).toBe(0);
    const before = await world.control.writes();
    await driver.settle();
    expect(await world.control.writes()).toBe(before);
  }

  it('(Marketo) is sent again: what Marketo held before it is no edit', async () => {
    const { world, driver } = await pair();
    const { marketo } = world.deps;
    const write = marketo.syncLeads;
    marketo.syncLeads = async ({ input }, beforeSend) => {
      await beforeSend?.();
      return input.map((record) => ({ status: 'updated', id: Number(record.id) }));
    };
    for (const [table, guid] of GUIDS)
      await world.control.editDynamics({ op: 'update', table, id: guid, values: { firstname: 'Sent' } });
    await driver.settle();
    marketo.syncLeads = write;
    await expectFound(world, driver, 'Sent');
  });

  it('(Marketo) is not sent again where it had arrived, and someone set the field back unheard', async () => {
    const { world, driver } = await pair();
    for (const [table, guid] of GUIDS)
      await world.control.editDynamics({ op: 'update', table, id: guid, values: { firstname: 'Sent' } });
    await driver.settle();
    await world.control.settings('marketo', { activityDelayMs: [86_400_000, 86_400_000] });
    for (const [, guid] of GUIDS) {
      const { id: person } = await world.control.person(guid);
      await world.control.editMarketo({ op: 'update', id: Number(person), values: { firstName: 'Ann' } });
    }
    await expectFound(world, driver, 'Ann');
  });

  it.each([true, false])('(Dynamics) is sent again, whether or not the answer told a version: %s', async (told) => {
    const { world, driver } = await pair();
    const { dynamics } = world.deps;
    const write = dynamics.patch;
    dynamics.patch = async (patches) =>
      patches.map(({ version = 0 }) => ({ status: 'updated', ...(told && { version: version + 1 }) }));
    for (const [, guid] of GUIDS) {
      const { id: person } = await world.control.person(guid);
      await world.control.editMarketo({ op: 'update', id: Number(person), values: { firstName: 'Sent' } });
    }
    await driver.settle();
    dynamics.patch = write;
    await expectFound(world, driver, 'Sent');
  });
});

describe('one-way objects that someone edited in Marketo', () => {
  const EDITS = [
    ['salespersons', { externalSalesPersonId: at.USER }, { title: 'Spoilt' }, 'systemuser'],
    ['opportunities', { externalOpportunityId: at.OPPORTUNITY }, { name: 'Spoilt' }, 'opportunity'],
    ['customobjects/microsoftTeam_c', { microsoftId: at.TEAM }, { name: 'Spoilt' }, 'team'],
  ] as const;

  it.each(EDITS)('(%s) are mended, and counted', async (object, key, values, entity) => {
    const { world, driver } = await imported();
    const before = await world.control.records(object);
    await world.control.post('/_sim/marketo/edit-object', { object, key, values });
    expect(JSON.stringify(await world.control.records(object))).toContain('Spoilt');
    await due(world);
    await driver.settle();
    const without = (records: Record<string, unknown>[]) => records.map(({ updatedAt: _moves, ...rest }) => rest);
    expect(without(await world.control.records(object))).toEqual(without(before));
    expect(await world.deps.store.reconciliation.get(entity)).toMatchObject({ drift: 1 });
  });
});

describe('contact roles that someone edited in Marketo', () => {
  const bare = (records: Record<string, unknown>[]) =>
    records.map(({ externalOpportunityId, leadId, role, isPrimary }) => [
      externalOpportunityId,
      leadId,
      role,
      isPrimary,
    ]);

  it('are mended with their opportunity', async () => {
    const { world, driver } = await imported();
    const before = await world.control.records('roles');
    const [first] = before;
    const { externalOpportunityId, leadId, role, isPrimary } = first ?? {};
    const key = { externalOpportunityId, leadId, role };
    await world.control.post('/_sim/marketo/edit-object', { object: 'roles', key, values: { isPrimary: !isPrimary } });
    expect(bare(await world.control.records('roles'))).not.toEqual(bare(before));
    await due(world);
    await driver.settle();
    expect(bare(await world.control.records('roles'))).toEqual(bare(before));
  });
});

describe('what is asked for', () => {
  it('gives way to what happens: live changes are taken first, and it is no lag', async () => {
    const world = await stage.open({});
    const { inbox } = world.deps.store;
    const hourAgo = new Date(Date.now() - 3_600_000);
    await inbox.add('lead', 'dynamics', [{ id: 'asked', resync: true }], hourAgo, 'background');
    const [, waiting] = [...(await inbox.pending())][0] ?? [];
    expect(Date.now() - Number(waiting?.since)).toBeLessThan(3_600_000);
    await inbox.add('lead', 'dynamics', [{ id: 'happened' }], new Date());
    const take = async () => {
      const pages = await inbox.take('lead', 'dynamics', 1);
      for (const { id } of pages) {
        await inbox.stamp([id], 1_000);
        await inbox.remove(id, 1_000);
      }
      return pages.map(({ items }) => items[0]?.id);
    };
    expect([await take(), await take()]).toEqual([['happened'], ['asked']]);
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

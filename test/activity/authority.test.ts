import { Driver, expectDone } from './driver';
import { contact, id, lead, organisation, people } from './organisation';
import { type Stage, startStage, type World, type WorldOptions } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const SECRETS = ['simulated-dynamics-secret', 'simulated-marketo-secret', 'a-wrong-secret'];

/** What the status would show. */
async function stoppedBy(world: World): Promise<string> {
  const outcome = await world.run('preflight');
  if (outcome.kind !== 'stopped') throw new Error(`not stopped: ${JSON.stringify(outcome)}`);
  for (const secret of SECRETS) expect(JSON.stringify(world.history)).not.toContain(secret);
  return outcome.reason;
}

describe('a fault of authority or configuration stops the sync, in words that name it', () => {
  it.each<[string, WorldOptions, RegExp]>([
    ['a wrong client secret', { dynamicsSecret: 'a-wrong-secret' }, /AADSTS7000215 client secret is wrong/],
    ['another wrong Marketo secret', { marketoSecret: 'a-wrong-secret' }, /MARKETO_CLIENT_ID or MARKETO_CLIENT_SECRET/],
    [
      'an organisation that the tenant does not know',
      { dynamicsUrl: 'http://127.0.0.1:9' },
      /DYNAMICS_URL: no such organisation/,
    ],
  ])('%s', async (_name, options, reason) => {
    const world = await stage.open(options);
    expect(await stoppedBy(world)).toMatch(reason);
  });

  it.each<[string, 'entra' | 'dynamics' | 'marketo', object, object, RegExp]>([
    [
      'an expired client secret',
      'entra',
      { secretExpired: true },
      { secretExpired: false },
      /client secret has expired/,
    ],
    [
      'a disabled application user',
      'dynamics',
      { userState: 'disabled' },
      { userState: 'enabled' },
      /application user is disabled/,
    ],
    [
      'an application user that was never made',
      'dynamics',
      { userState: 'missing' },
      { userState: 'enabled' },
      /no application user for DYNAMICS_CLIENT_ID/,
    ],
    [
      'a missing Marketo permission',
      'marketo',
      { permissions: ['Read-Only Activity'] },
      { permissions: null },
      /603.*permission Read-\w+ Lead/,
    ],
    [
      'a missing Marketo permission to make fields',
      'marketo',
      { permissions: ['Read-Write Lead'] },
      { permissions: null },
      /603.*Schema Custom Field/,
    ],
    ['Marketo’s own CRM sync', 'marketo', { nativeSync: true }, { nativeSync: false }, /1018/],
  ])('%s; when it is mended the next try succeeds', async (_name, system, fault, mended, reason) => {
    const world = await stage.open();
    await world.control.settings(system, fault);
    expect(await stoppedBy(world)).toMatch(reason);
    await world.control.settings(system, mended);
    expectDone(await world.run('preflight'));
  });

  it.each([
    ['an unknown table', 'new_nothing', /new_nothing/],
    ['a table whose changes are not tracked', 'new_orderline', /change tracking is off for table new_orderline/],
  ])('%s stops its own entity when its import begins, and no other', async (_name, table, reason) => {
    const rows = { ...people([lead(1)]), new_orderline: organisation().new_orderline ?? [] };
    const world = await stage.open({ rows, config: { customEntities: [custom(table)] } });
    await world.control.post('/_sim/dynamics/schema', { table: 'new_orderline', do: 'setTracking', on: false });
    const driver = new Driver(world);
    await driver.preflight();
    await driver.import('lead');
    expect(await world.control.person(id('1e', 1))).toMatchObject({ lastName: 'Last1' });
    expect(await world.run('beginImport', table, 1, 'import')).toMatchObject({
      kind: 'stopped',
      reason: expect.stringMatching(reason),
    });
  });

  it('a missing privilege stops its table, names itself, and no other table', async () => {
    const world = await stage.open({ rows: people([lead(1)], [contact(1)]) });
    const driver = new Driver(world);
    await driver.preflight();
    await world.control.settings('dynamics', { privileges: { denyRead: ['contact'] } });
    const outcome = await world.run('beginImport', 'contact', 1, 'import');
    expect(outcome).toMatchObject({ kind: 'stopped', reason: expect.stringMatching(/prvReadContact/) });
    await driver.import('lead');
    expect(await world.control.person(id('1e', 1))).toMatchObject({ lastName: 'Last1' });
    await world.control.settings('dynamics', { privileges: { denyRead: [] } });
    await driver.import('contact');
    expect(await world.control.person(id('c0', 1))).toMatchObject({ lastName: 'Last1' });
  });

  it('a missing privilege to write stops the way back, and the hint stays until it is given', async () => {
    const world = await stage.open({ rows: people([lead(1)]) });
    const driver = new Driver(world);
    await driver.importAll();
    await driver.settle();
    const { id: person } = await world.control.person(id('1e', 1));
    await world.control.settings('dynamics', { privileges: { denyWrite: ['lead'] } });
    await world.control.editMarketo({ op: 'update', id: Number(person), values: { lastName: 'Kept' } });
    expectDone(await world.run('lookMarketo', ['leadchanges']));
    expect(await world.run('writeBack', 'lead')).toMatchObject({
      kind: 'stopped',
      reason: expect.stringMatching(/prvWriteLead/),
    });
    await world.control.settings('dynamics', { privileges: { denyWrite: [] } });
    await driver.settle();
    expect(await world.control.row('lead', id('1e', 1))).toMatchObject({ lastname: 'Kept' });
  });

  it('a Marketo permission that was taken away stops the apply, and nothing is lost', async () => {
    const world = await stage.open({ rows: people([lead(1)]) });
    const driver = new Driver(world);
    await driver.preflight();
    expectDone(await world.run('beginImport', 'lead', 1, 'import'));
    expectDone(await world.run('fetchPage', 'lead', 1, 0, 'import'));
    await world.control.settings('marketo', { permissions: ['Read-Only Lead', 'Read-Only Activity'] });
    expect(await world.run('applyUnit', 'lead', 1, 0, 'import')).toMatchObject({
      kind: 'stopped',
      reason: expect.stringMatching(/603.*Read-Write Lead/),
    });
    await world.control.settings('marketo', { permissions: null });
    expectDone(await world.run('applyUnit', 'lead', 1, 0, 'import'));
    expect(await world.control.records('leads')).toHaveLength(1);
  });

  it('a column or field that is not there is left out aloud, and all else goes', async () => {
    const fields = [
      { dynamics: 'new_nothing', marketo: 'title', direction: 'to-marketo' },
      { dynamics: 'jobtitle', marketo: 'nothingLikeThis', direction: 'to-marketo' },
    ];
    const world = await stage.open({ rows: people([lead(1)]), config: { entities: { lead: { fields } } } });
    const driver = new Driver(world);
    const { dropped } = await driver.preflight();
    expect(dropped).toEqual([
      'lead.new_nothing: Dynamics has no column new_nothing that can be read',
      'lead.jobtitle: Marketo has no field nothingLikeThis',
    ]);
    await driver.import('lead');
    expect(await world.control.person(id('1e', 1))).toMatchObject({ firstName: 'First1' });
  });

  it('without the custom object entitlement the teams stay out aloud, and all else goes', async () => {
    const world = await stage.open({ rows: people([lead(1)]) });
    await world.control.settings('marketo', { customObjectSchema: false });
    const driver = new Driver(world);
    const { dropped, entities } = await driver.preflight();
    expect(dropped.join()).toMatch(/team: .*616/);
    expect(entities.map(({ name }) => name)).not.toContain('team');
    for (const { name } of driver.entities) await driver.import(name);
    await driver.settle();
    expect(await world.control.records('leads')).toHaveLength(1);
  });
});

describe('a host that cannot be reached', () => {
  it('is tried again: transient, with its code and without its address', async () => {
    const world = await stage.open({ marketoUrl: 'http://127.0.0.1:9' });
    await expect(world.run('preflight')).rejects.toMatchObject({
      type: 'transient',
      nonRetryable: false,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('another organisation behind the same address', () => {
  async function imported(): Promise<World> {
    const world = await stage.open({ rows: people([lead(1)]) });
    const driver = new Driver(world);
    await driver.importAll();
    await driver.settle();
    return world;
  }

  it.each([
    ['id', { organizationId: id('99', 1) }],
    ['date of creation', { createdOn: '2001-01-01T00:00:00Z' }],
    ['address', { url: 'https://other.crm.dynamics.com' }],
  ])('is told by its %s and stops the sync before a write', async (_name, other) => {
    const world = await imported();
    const pinned = (await world.deps.store.bindings.get<object>('dynamics')) ?? {};
    await world.deps.store.bindings.set('dynamics', { ...pinned, ...other });
    const before = await world.control.writes();
    expect(await stoppedBy(world)).toMatch(/another Dynamics organisation.*MONGODB_DATABASE/);
    expect(await world.run('checkOrganisations')).toMatchObject({ kind: 'stopped' });
    expect(await world.control.writes()).toBe(before);
  });

  it('and another Marketo instance stops it too', async () => {
    const world = await imported();
    const before = await world.control.writes();
    const other = await world.again({ munchkinId: '999-AAA-999' });
    expect(await stoppedBy(other)).toMatch(/another Marketo instance: 999-AAA-999, pinned is 123-SIM-456/);
    expect(await world.control.writes()).toBe(before);
    await other.close();
  });

  it('and one that was set back to an earlier day, though its id and address are the same', async () => {
    const world = await imported();
    expectDone(await world.run('checkOrganisations'));
    const { links } = world.deps.store;
    const name = `lead:${id('1e', 1)}`;
    const link = (await links.get([name])).get(name);
    if (!link) throw new Error('not linked');
    await links.put([{ ...link, seenVersion: link.seenVersion + 1_000_000 }], Number.MAX_SAFE_INTEGER);
    const before = await world.control.writes();
    expect(await stoppedBy(world)).toMatch(/set back/);
    expect(await world.control.writes()).toBe(before);
  });
});

function custom(name: string): object {
  return {
    name,
    marketo: 'microsoftOther',
    displayName: 'Other',
    pluralName: 'Others',
    belongsTo: { column: 'new_contactid', entity: 'contact' },
    fields: [{ dynamics: 'name', marketo: 'name' }],
  };
}

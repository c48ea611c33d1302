import { randomBytes } from 'node:crypto';
import { type Check, lineOf } from '../../cli/validate/check';
import { pollingCost } from '../../cli/validate/cost';
import { validate } from '../../cli/validate/run';
import { openStore } from '../../clients/mongo/store';
import { type Config, loadConfig } from '../../workers/config';
import { configFile, settingsFrom } from '../../workers/config-file';
import { Driver } from './driver';
import { ORDER_LINES, organisation } from './organisation';
import { type Stage, startStage, type World, type WorldOptions } from './world';

let stage: Stage;
const databases: string[] = [];
beforeAll(async () => {
  stage = await startStage('server');
  process.env.TEMPORAL_ADDRESS = process.env.TEST_TEMPORAL_ADDRESS;
});
afterAll(async () => {
  delete process.env.TEMPORAL_ADDRESS;
  for (const name of databases) {
    const store = await openStore(String(process.env.TEST_MONGODB_URI), name, Buffer.alloc(32));
    await store.db.dropDatabase();
    await store.close();
  }
  await stage.close();
});

const SECRETS = ['simulated-dynamics-secret', 'simulated-marketo-secret', 'a-wrong-secret', 'a-mongo-password'];

function configOf(world: World, config: WorldOptions['config'], env: Record<string, string>): Config {
  const { simulators } = world.control;
  const database = env.MONGODB_DATABASE ?? `validate-${randomBytes(4).toString('hex')}`;
  databases.push(database);
  const loaded = loadConfig({
    DYNAMICS_URL: simulators.dataverse,
    DYNAMICS_AUTHORITY: simulators.entra,
    DYNAMICS_TENANT_ID: '72f988bf-0000-4000-8000-00000000d365',
    DYNAMICS_CLIENT_ID: '5a1d0f7e-0000-4000-8000-0000000000d1',
    DYNAMICS_CLIENT_SECRET: 'simulated-dynamics-secret',
    MARKETO_URL: simulators.marketo,
    MARKETO_CLIENT_ID: 'simulated-marketo-client',
    MARKETO_CLIENT_SECRET: 'simulated-marketo-secret',
    MARKETO_MUNCHKIN_ID: '123-SIM-456',
    MONGODB_URI: process.env.TEST_MONGODB_URI,
    MONGODB_DATABASE: database,
    SYNC_DATA_KEY: randomBytes(32).toString('base64'),
    ...env,
  });
  return { ...loaded, settings: settingsFrom(configFile.parse(config ?? {})) };
}

interface Report {
  lines: string[];
  faults: string[];
  warnings: string[];
  writes: number;
}

async function validated(
  world: World,
  { config = {}, env = {} }: { config?: WorldOptions['config']; env?: Record<string, string> } = {},
): Promise<Report> {
  const all: Check[] = [];
  const before = await world.control.writes();
  await validate(configOf(world, config, env), (checks) => all.push(...checks));
  const lines = (level?: string) => all.filter((check) => !level || check.level === level).map(lineOf);
  for (const line of lines()) {
    expect(line).not.toContain('\n');
    for (const secret of SECRETS) expect(line).not.toContain(secret);
  }
  return {
    lines: lines(),
    faults: lines('fault'),
    warnings: lines('warn'),
    writes: (await world.control.writes()) - before,
  };
}

describe('npm run validate', () => {
  it('refuses a row that makes a day of an instant without a time zone, and names the remedy', async () => {
    const world = await stage.open({ rows: organisation() });
    await world.control.schema('dynamics', { table: 'contact', do: 'addColumn', column: 'new_seen:t' });
    const row = { dynamics: 'new_seen', marketo: 'dateOfBirth', direction: 'both' };
    const config = (more: object) => ({ entities: { contact: { fields: [{ ...row, ...more }] } } });
    const { faults } = await validated(world, { config: config({}) });
    expect(faults).toEqual([
      expect.stringMatching(/^fault map contact.new_seen: left out: .*time zone\. Add timeZone \(as Europe\/Berlin\)/),
    ]);
    expect((await validated(world, { config: config({ timeZone: 'Europe/Berlin' }) })).faults).toEqual([]);
    expect((await validated(world, { config: { ...config({}), timeZone: 'Europe/Berlin' } })).faults).toEqual([]);
  });

  it('finds nothing wrong with systems that are ready, and says what will be created; it writes nothing', async () => {
    const world = await stage.open({ rows: organisation() });
    const { lines, faults, warnings, writes } = await validated(world, { config: { customEntities: [ORDER_LINES] } });
    expect(faults).toEqual([]);
    expect(warnings).toEqual([]);
    expect(writes).toBe(0);
    const text = lines.join('\n');
    expect(text).toMatch(/^ok {4}Temporal: reachable, namespace default$/m);
    expect(text).toMatch(/^ok {4}MongoDB: reachable, database validate-\w+: empty$/m);
    expect(text).toMatch(/^ok {4}Dynamics: organisation \w+ \(d9a7c3f2-.*\) at http/m);
    expect(text).toMatch(/^ok {4}table contact: readable, change tracking on/m);
    expect(text).toMatch(/^ok {4}table teammembership: readable; read whole/m);
    expect(text).toMatch(/^ok {4}row filter new_synctomkto: on contact;/m);
    expect(text).toMatch(/^ok {4}Marketo: instance 123-SIM-456$/m);
    expect(text).toMatch(/^ok {4}Marketo quota: \d+ of 50000 calls used today.* 25000$/m);
    expect(text).toMatch(/^ok {4}Marketo person fields: \d+ will be created.*microsoftId, /m);
    expect(text).toMatch(
      /^ok {4}Marketo custom object types: 4 will be created.*microsoftTeam, microsoftTeamMember, microsoftOrderLine, microsoftPersonTeam$/m,
    );
    expect(text).toMatch(/^ok {4}map contact: \d+ fields, \d+ of them also to Dynamics/m);
    expect(text).toMatch(/^ok {4}polling: 6,336 Marketo calls a day/m);
  });

  it('finds nothing to create once the sync has run, and knows the organisations that are pinned', async () => {
    const world = await stage.open({ rows: organisation() });
    await new Driver(world).importAll();
    const { lines, faults } = await validated(world, { env: { MONGODB_DATABASE: world.database } });
    expect(faults).toEqual([expect.stringMatching(/^fault SYNC_DATA_KEY: does not open what this database holds/)]);
    expect(lines.join('\n')).toMatch(/a sync has run here before/);
    expect(lines.join('\n')).toMatch(/^ok {4}Marketo person fields: all fields of ours are there$/m);
    expect(lines.join('\n')).toMatch(/^ok {4}Marketo custom object types: all are there$/m);
    const pinned = (await world.deps.store.bindings.get<object>('dynamics')) ?? {};
    await world.deps.store.bindings.set('dynamics', { ...pinned, createdOn: '2001-01-01T00:00:00Z' });
    expect((await validated(world, { env: { MONGODB_DATABASE: world.database } })).faults.join('\n')).toMatch(
      /another organisation/,
    );
  });

  it('looks at the list and the owner that createInDynamics names', async () => {
    const rows = organisation();
    const [owner] = rows.systemuser ?? [];
    const world = await stage.open({ rows });
    const { internalemailaddress, systemuserid } = owner as Record<string, string>;
    const right = { when: 'list', list: 1001, owner: internalemailaddress };
    const found = await validated(world, { config: { createInDynamics: right } });
    expect(found.faults).toEqual([]);
    expect(found.lines.join('\n')).toMatch(/^ok {4}createInDynamics list 1001: readable$/m);
    expect(found.lines.join('\n')).toMatch(/^ok {4}createInDynamics owner: an enabled user$/m);
    await world.control.editDynamics({
      op: 'update',
      table: 'systemuser',
      id: systemuserid,
      values: { isdisabled: true },
    });
    const { faults } = await validated(world, { config: { createInDynamics: { ...right, list: 999_999 } } });
    expect(faults).toEqual([
      expect.stringMatching(/^fault createInDynamics list 999999: .*static list\?/),
      expect.stringMatching(/^fault createInDynamics owner: .*enabled user/),
    ]);
  });

  it.each<[string, 'entra' | 'dynamics' | 'marketo', object, RegExp]>([
    [
      'an expired client secret',
      'entra',
      { secretExpired: true },
      /^fault Dynamics: .*7000222 client secret has expired.*Make a new secret/m,
    ],
    ['a disabled user', 'dynamics', { userState: 'disabled' }, /^fault Dynamics: .*disabled.*Enable the user/m],
    [
      'a missing application user',
      'dynamics',
      { userState: 'missing' },
      /^fault Dynamics: no application user.*Add an application user/m,
    ],
    [
      'a missing privilege',
      'dynamics',
      { privileges: { denyRead: ['contact'] } },
      /^fault table contact: .*prvReadContact.*security role Read/m,
    ],
    [
      'no permission for people',
      'marketo',
      { permissions: ['Read-Only Activity'] },
      /^fault Marketo people: permission Read-\w+ Lead.*603/m,
    ],
    [
      'no permission for activities',
      'marketo',
      { permissions: ['Read-Write Lead'] },
      /^fault Marketo activities: permission Read-Only Activity.*603/m,
    ],
    [
      'no permission for sales persons',
      'marketo',
      { permissions: ['Read-Write Lead'] },
      /^fault Marketo sales persons: permission Read-Only Sales Person/m,
    ],
    [
      'no permission for custom object types',
      'marketo',
      { permissions: ['Read-Write Lead', 'Read-Write Custom Object'] },
      /^fault Marketo custom object types: permission Read-Only Custom Object Type/m,
    ],
    [
      'the built-in CRM sync',
      'marketo',
      { nativeSync: true },
      /^fault Marketo \w+.*built-in CRM sync is on.*Switch Marketo/m,
    ],
  ])('tells %s, with what to do', async (_name, system, settings, expected) => {
    const world = await stage.open();
    await world.control.settings(system, settings);
    expect((await validated(world)).faults.join('\n')).toMatch(expected);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'a wrong client secret',
      { DYNAMICS_CLIENT_SECRET: 'a-wrong-secret' },
      /^fault Dynamics: .*7000215 client secret is wrong.*value/m,
    ],
    [
      'a wrong Marketo secret',
      { MARKETO_CLIENT_SECRET: 'a-wrong-secret' },
      /^fault Marketo: MARKETO_CLIENT_ID or MARKETO_CLIENT_SECRET/m,
    ],
    [
      'an unreachable Marketo',
      { MARKETO_URL: 'http://127.0.0.1:9' },
      /^fault Marketo: no usable answer \(ECONNREFUSED\)/m,
    ],
    [
      'an unreachable MongoDB',
      {
        MONGODB_URI:
          'mongodb://someone:a-mongo-password@127.0.0.1:9/?directConnection=true&serverSelectionTimeoutMS=500',
      },
      /^fault MongoDB: MongoServerSelectionError/m,
    ],
  ])('tells %s, and goes on with the other checks', async (_name, env, expected) => {
    const world = await stage.open();
    const { lines, faults } = await validated(world, { env });
    expect(faults.join('\n')).toMatch(expected);
    expect(faults).toHaveLength(1);
    expect(lines.join('\n')).toMatch(/^ok {4}polling: /m);
  });

  it('tells a Temporal server that is not there', async () => {
    const world = await stage.open();
    process.env.TEMPORAL_ADDRESS = '127.0.0.1:9';
    const { faults } = await validated(world).finally(() => {
      process.env.TEMPORAL_ADDRESS = process.env.TEST_TEMPORAL_ADDRESS;
    });
    expect(faults).toEqual([expect.stringMatching(/^fault Temporal: .*TEMPORAL_ADDRESS/)]);
  });

  it('tells an unknown table, and warns of map rows without a counterpart', async () => {
    const world = await stage.open();
    const fields = [
      { dynamics: 'accountratingcode', marketo: 'accountRating' },
      { dynamics: 'new_nothing', marketo: 'site' },
    ];
    const { faults, warnings } = await validated(world, {
      config: { entities: { account: { fields } }, customEntities: [{ ...ORDER_LINES, name: 'new_nothing' }] },
    });
    expect(faults).toEqual([expect.stringMatching(/^fault table new_nothing: .*logical name/)]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^warn {2}map account\.accountratingcode: left out: Marketo has no field accountRating\. Marketo’s API can’t create it/,
      ),
      expect.stringMatching(/^warn {2}map account\.new_nothing: left out: Dynamics has no column new_nothing/),
    ]);
  });

  it('warns where custom objects can’t be made by API', async () => {
    const world = await stage.open();
    await world.control.settings('marketo', { customObjectSchema: false });
    const { faults, warnings } = await validated(world);
    expect(faults).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/custom object types: .*\(616\).*microsoftTeam, .*by hand/)]);
  });

  it('prints what polling costs a day, by the settings', async () => {
    const world = await stage.open();
    const cost = (config: WorldOptions['config']) => pollingCost(configOf(world, config, {}));
    expect(cost({})).toEqual({ marketo: 5_760 + 2 * 288, dynamics: 5 * 8_640 + 2 * 1_440 + 2 * 96 });
    const list = { createInDynamics: { when: 'list', list: 1001 }, polling: { listEverySeconds: 600 } };
    expect(cost(list).marketo).toBe(5_760 + 2 * 288 + 144);
    expect(cost({ polling: { changesEverySeconds: 60, deletionsEverySeconds: 600 } }).marketo).toBe(1_440 + 2 * 144);
    expect(cost({ polling: { restSeconds: 300 } })).toEqual({ marketo: 3 * 288, dynamics: 7 * 288 + 2 * 96 });
  });
});

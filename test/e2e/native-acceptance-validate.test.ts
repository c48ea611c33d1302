import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SIMULATED_ACCOUNTS } from '../../cli/local/simulated-accounts';
import { lineOf } from '../../cli/validate/check';
import { validate } from '../../cli/validate/run';
import { APPLICATION_USER_ID } from '../../simulators/dataverse/builtin';
import { ConfigError, loadConfig } from '../../workers/config';
import { organisation } from '../activity/organisation';
import { type Stage, startStage, type World } from '../activity/world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.close());

const root = join(__dirname, '..', '..');
const { dynamics, marketo } = SIMULATED_ACCOUNTS;

const environmentOf = ({ control: { simulators }, database }: World): Record<string, string> => ({
  PATH: String(process.env.PATH),
  TEMPORAL_ADDRESS: String(process.env.TEST_TEMPORAL_ADDRESS),
  MONGODB_URI: String(process.env.TEST_MONGODB_URI),
  MONGODB_DATABASE: `${database}-validate`,
  SYNC_DATA_KEY: randomBytes(32).toString('base64'),
  SYNC_CONFIG: join(root, 'sync.config.yaml'),
  DYNAMICS_URL: simulators.dataverse,
  DYNAMICS_AUTHORITY: simulators.entra,
  DYNAMICS_TENANT_ID: dynamics.tenantId,
  DYNAMICS_CLIENT_ID: dynamics.clientId,
  DYNAMICS_CLIENT_SECRET: dynamics.clientSecret,
  MARKETO_URL: simulators.marketo,
  MARKETO_CLIENT_ID: marketo.clientId,
  MARKETO_CLIENT_SECRET: marketo.clientSecret,
  MARKETO_MUNCHKIN_ID: marketo.munchkinId,
});

/** `npm run validate` without npm: what it builds is built before the tests. */
const run = (env: Record<string, string>): Promise<{ code: number; text: string }> =>
  new Promise((resolve) => {
    const command = [join(root, 'dist', 'cli', 'validate.js')];
    execFile(process.execPath, command, { cwd: root, env, timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? -1) : 0, text: stdout + stderr }),
    );
  });

/** What the command does, without a process for each. */
async function validated(env: Record<string, string>): Promise<string> {
  const lines: string[] = [];
  try {
    await validate(loadConfig(env), (checks) => lines.push(...checks.map(lineOf)));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
  return lines.join('\n');
}

interface Case {
  /** As the built-in connector has it (native-sync §8.5). */
  check: string;
  /** What stands in its place here, where everything is in order. */
  good: RegExp;
  /** How it is broken: in the environment, or in one of the systems. */
  env?: Record<string, string>;
  breakIt?: (world: World) => Promise<unknown>;
  bad: RegExp;
}

const CASES: Case[] = [
  {
    check: '1 the URL is valid',
    good: /^ok {4}Dynamics: organisation \S+ \(.+\) at http/m,
    env: { DYNAMICS_URL: 'http://127.0.0.1:9' },
    bad: /^fault Dynamics: .*DYNAMICS_URL: no such organisation in this tenant/m,
  },
  {
    check: '1 the URL is one at all',
    good: /^ok {4}Dynamics: organisation/m,
    env: { DYNAMICS_URL: 'contoso' },
    bad: /DYNAMICS_URL: must be an address such as https:/,
  },
  {
    check: '2 user name and password are valid: the client id and its secret or certificate',
    good: /^ok {4}Dynamics: organisation/m,
    env: { DYNAMICS_CLIENT_SECRET: 'a-wrong-secret' },
    bad: /^fault Dynamics: .*client secret is wrong.*DYNAMICS_CLIENT_SECRET/m,
  },
  {
    check: '3 the sync user holds the role: privileges on each table',
    good: /^ok {4}table contact: readable/m,
    breakIt: ({ control }) => control.settings('dynamics', { privileges: { denyRead: ['contact'] } }),
    bad: /^fault table contact: .*prvReadContact.*security role Read/m,
  },
  {
    check:
      '4 the solution is installed: nothing in Dynamics; fields and objects of ours in Marketo, or leave to make them',
    good: /^ok {4}Marketo person fields: \d+ will be created.*microsoftId/m,
    breakIt: ({ control }) =>
      control.settings('marketo', { permissions: ['Read-Write Lead', 'Read-Write Custom Object'] }),
    bad: /^fault Marketo custom object types: permission Read-Only Custom Object Type/m,
  },
  {
    check: '5 all plug-in steps are enabled: change tracking on each table',
    good: /^ok {4}table contact: readable, change tracking on/m,
    breakIt: ({ control }) => control.post('/_sim/dynamics/schema', { do: 'setTracking', table: 'contact', on: false }),
    bad: /^fault table contact: change tracking is off.*Track changes/m,
  },
  {
    check: '6 the sync user is assigned: the organisation has the application user',
    good: /^ok {4}Dynamics user: signs in as/m,
    breakIt: ({ control }) => control.settings('dynamics', { userState: 'missing' }),
    bad: /^fault Dynamics: no application user.*Add an application user/m,
  },
  {
    check: '7 the assigned user is the one whose credentials were entered: it says as whom it signs in',
    good: new RegExp(`^ok {4}Dynamics user: signs in as ${APPLICATION_USER_ID};`, 'm'),
    breakIt: ({ control }) => control.settings('dynamics', { userState: 'disabled' }),
    bad: /^fault Dynamics: .*disabled.*Enable the user/m,
  },
];

describe('native 17: the validator covers the seven checks of §8.5 in spirit', () => {
  let good: { code: number; text: string };
  beforeAll(async () => {
    process.env.TEMPORAL_ADDRESS = process.env.TEST_TEMPORAL_ADDRESS;
    good = await run(environmentOf(await stage.open({ rows: organisation() })));
  }, 60_000);
  afterAll(() => {
    delete process.env.TEMPORAL_ADDRESS;
  });

  test.each(CASES)('$check', async ({ good: expected, env = {}, breakIt, bad }) => {
    expect(good).toMatchObject({ code: 0, text: expect.stringMatching(expected) });
    const world = await stage.open({ rows: organisation() });
    await breakIt?.(world);
    expect(await validated({ ...environmentOf(world), ...env })).toMatch(bad);
  });

  test('the command ends with 1 where something is at fault', async () => {
    const env = { ...environmentOf(await stage.open()), DYNAMICS_CLIENT_SECRET: 'a-wrong-secret' };
    expect(await run(env)).toMatchObject({ code: 1, text: expect.stringMatching(/1 fault$/m) });
  }, 60_000);
});

import { setTimeout as sleep } from 'node:timers/promises';
import type { Status } from '../../workflows/status';
import type { Printed } from './support/command-line';
import { type SmallOrganisation, START, startOrganisation, WORKFLOW_ID } from './support/environment';
import { until } from './support/until';

/** The README's commands, each as it stands there, against the real server. */
const SIGNAL = 'temporal workflow signal --workflow-id dynamics-marketo-sync --name';
const QUERY = 'temporal workflow query --workflow-id dynamics-marketo-sync --type status';
const ENTITIES = [
  'account',
  'connection',
  'contact',
  'lead',
  'new_orderline',
  'opportunity',
  'systemuser',
  'team',
  'teammembership',
];

describe('a user’s day', () => {
  let org: SmallOrganisation;
  let started: Printed;

  beforeAll(async () => {
    org = await startOrganisation();
    started = await org.run(START);
    await org.caughtUp();
  }, 240_000);
  afterAll(() => org?.stop(), 60_000);

  const run = async (command: string): Promise<Printed> => {
    const printed = await org.run(command);
    expect(printed).toMatchObject({ code: 0 });
    return printed;
  };
  /** What the CLI prints of a query: `["QueryResult"]` and the JSON beside it. */
  const asked = async (): Promise<Status> => {
    const { stdout } = await run(`${QUERY} --output json`);
    return (JSON.parse(stdout) as { queryResult: Status[] }).queryResult[0] as Status;
  };
  const ignored = (): number => org.log.filter((line) => line.includes('signal ignored')).length;

  test('the start names the workflow and its run', () => {
    expect(started.code).toBe(0);
    expect(started.stdout).toMatch(/WorkflowId\s+dynamics-marketo-sync/);
    expect(started.stdout).toMatch(/Type\s+dynamicsMarketoSync/);
    expect(started.stdout).toMatch(/TaskQueue\s+sync/);
  });

  test('status tells the phase, and of each entity where it stands', async () => {
    const { stdout } = await run(QUERY);
    expect(stdout).toContain('"phase":"loop"');
    // A page that has come in this second is carried out in the next.
    const status = await until('nothing lags', asked, ({ entities }) => entities.contact?.lagSeconds === 0);
    expect(status).toMatchObject({ phase: 'loop', paused: false });
    expect(Object.keys(status.entities).sort()).toEqual(ENTITIES);
    // Where a clock hour began meanwhile, `lastHour` is there as well.
    expect(status.entities.contact).toMatchObject({
      phase: 'loop',
      done: expect.any(Number),
      total: 60,
      parked: expect.any(Number),
      lagSeconds: 0,
      reconciled: { verified: 0, driftPpm: 0 },
    });
  });

  test('a second start of the same id is answered by Temporal itself, and nothing is started', async () => {
    const runId = /RunId\s+(\S+)/.exec(started.stdout)?.[1];
    // Without the flag the CLI (1.5.1) takes the answer "already started" as success and prints the run that is there.
    const again = await run(START);
    expect(again.stdout).toMatch(/WorkflowId\s+dynamics-marketo-sync/);
    const refused = await org.run(`${START} --fail-existing`);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /Workflow execution is already running\. WorkflowId: dynamics-marketo-sync, RunId: \S+/,
    );
    const { runId: now } = await org.client.workflow.getHandle(WORKFLOW_ID).describe();
    for (const printed of [again.stdout, refused.stderr]) expect(printed).toContain(now);
    expect(now).toBe(runId);
  });

  test('resync takes nothing, an entity’s name, or an object that holds it, and mends what drifted apart', async () => {
    // A one-way field: the feed of changes does not ask for it, so that only a resync sees it.
    const drifted = (await org.dataverse.rows('contact', ['statecode']))[7]!;
    const other = (await org.dataverse.rows('lead', ['statecode']))[7]!;
    const status = async (id: unknown) =>
      (await org.marketo.find('leads', 'microsoftId', [String(id)], ['id', 'leadStatus']))[0]!;
    const drift = async (rowId: unknown): Promise<void> => {
      const { id } = await status(rowId);
      await org.control.editMarketo({ op: 'update', id, values: { leadStatus: 'Drifted' } });
    };
    await drift(other.leadid);
    for (const input of [` --input '"contact"'`, ` --input '{"entity":"contact"}'`, '']) {
      await drift(drifted.contactid);
      await sleep(7_000);
      expect((await status(drifted.contactid)).leadStatus).toBe('Drifted');
      const { stdout } = await run(`${SIGNAL} resync${input}`);
      expect(stdout).toContain('Signal workflow succeeded');
      const mended = async (): Promise<unknown> => (await status(drifted.contactid)).leadStatus;
      await until('the contact is mended', mended, (now) => now === 'Active', 30_000);
      if (input) expect((await status(other.leadid)).leadStatus).toBe('Drifted');
    }
    const mended = async (): Promise<unknown> => (await status(other.leadid)).leadStatus;
    await until('the lead is mended by a resync of all', mended, (now) => now === 'Open', 30_000);
    await org.caughtUp();
    expect(ignored()).toBe(0);
  }, 240_000);

  test('rubbish is ignored, and the worker’s log says so without repeating it', async () => {
    const rubbish = [`resync --input '[1]'`, `pause --input '"nosuch"'`, `resume --input '{"table":1}'`, 'nosuch'];
    for (const [index, signal] of rubbish.entries()) {
      await run(`${SIGNAL} ${signal}`);
      await until(
        'the log says so',
        async () => ignored(),
        (count) => count > index,
        15_000,
      );
    }
    expect(await asked()).toMatchObject({ phase: 'loop', paused: false });
    expect(org.log.filter((line) => line.includes('signal ignored')).join('\n')).not.toContain('[1]');
  }, 90_000);

  test('pause stops everything; what was changed meanwhile arrives after resume', async () => {
    const contact = (await org.dataverse.rows('contact', ['jobtitle']))[3]!;
    const id = String(contact.contactid);
    const title = async (): Promise<unknown> =>
      (await org.marketo.find('leads', 'microsoftId', [id], ['title']))[0]?.title;

    await run(`${SIGNAL} pause`);
    await until('it is paused', asked, ({ paused }) => paused, 15_000);
    await sleep(3_000);
    const before = await org.control.calls('dynamics');
    await org.control.editDynamics({ op: 'update', table: 'contact', id, values: { jobtitle: 'Quality Inspector' } });
    await sleep(15_000);
    expect(await title()).toBe(contact.jobtitle);
    const after = await org.control.calls('dynamics');
    expect(after.total - before.total).toBe(0);
    expect((await asked()).entities.contact?.phase).toBe('paused');

    await run(`${SIGNAL} resume`);
    await until('the edit arrives', title, (now) => now === 'Quality Inspector', 45_000);
    expect(await asked()).toMatchObject({ paused: false });
  }, 120_000);

  test('pause of one entity stops that one alone', async () => {
    const contact = (await org.dataverse.rows('contact', ['fax']))[5]!;
    const account = (await org.dataverse.rows('account', ['sic']))[5]!;
    const fax = async (): Promise<unknown> =>
      (await org.marketo.find('leads', 'microsoftId', [String(contact.contactid)], ['fax']))[0]?.fax;
    const sic = async (): Promise<unknown> =>
      (await org.marketo.find('companies', 'externalCompanyId', [String(account.accountid)], ['sicCode']))[0]?.sicCode;

    await run(`${SIGNAL} pause --input '"contact"'`);
    await until('it is paused', asked, ({ entities }) => entities.contact?.phase === 'paused', 15_000);
    const edit = (table: string, id: unknown, values: object) =>
      org.control.editDynamics({ op: 'update', table, id, values });
    await edit('contact', contact.contactid, { fax: '+31 20 555 0999' });
    await edit('account', account.accountid, { sic: '2051' });
    await until('the account’s edit arrives', sic, (now) => now === '2051', 45_000);
    await sleep(6_000);
    expect(await fax()).toBeFalsy();

    await run(`${SIGNAL} resume --input '"contact"'`);
    await until('the contact’s edit arrives', fax, (now) => now === '+31 20 555 0999', 45_000);
  }, 120_000);
});

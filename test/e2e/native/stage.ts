import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Control, type Row } from '../../../cli/check/stage/control';
import { APPLICATION_USER_ID } from '../../../simulators/dataverse/builtin';
import { type SmallOrganisation, START, startOrganisation, WORKFLOW_ID } from '../support/environment';
import { until } from '../support/until';

export type { Row } from '../../../cli/check/stage/control';

/** What lies in the systems is asked of the simulators' control address, which counts against no limit. */
const EVERY_MS = 300;
const WITHIN_MS = 45_000;

/** The whole service on a small organisation of the test's own, and what people do on both sides. */
export class NativeStage {
  private constructor(
    readonly org: SmallOrganisation,
    readonly control: Control,
    /** Where the service reads its configuration: a copy of its own. */
    private readonly config: string,
  ) {}

  /**
   * Everything is imported when this ends.
   * @param config a file beside this one
   * @param prepare what is in both systems before the sync begins
   */
  static async open(config: string, prepare: (stage: NativeStage) => Promise<void>): Promise<NativeStage> {
    const copy = join(mkdtempSync(join(tmpdir(), 'native-')), config);
    copyFileSync(join(__dirname, config), copy);
    const org = await startOrganisation({ workerEnv: { SYNC_CONFIG: copy } });
    const stage = new NativeStage(org, new Control(org.dev.simulators), copy);
    await stage.control.post('/_sim/reset', {});
    await prepare(stage);
    await org.run(START);
    await org.caughtUp();
    return stage;
  }

  /** The service is started anew with another configuration, as when something is enabled. */
  async restart(config: string): Promise<void> {
    const { dev, client } = this.org;
    await client.workflow.getHandle(WORKFLOW_ID).terminate('another configuration');
    const old = [...dev.workers];
    copyFileSync(join(__dirname, config), this.config);
    await dev.addWorker();
    for (const { child } of old) {
      child.signal('SIGTERM');
      await child.exited;
    }
    await this.org.run(START);
    await this.org.caughtUp();
  }

  /** Changes the configuration while the service runs. */
  reconfigure(change: (text: string) => string): void {
    writeFileSync(this.config, change(readFileSync(this.config, 'utf8')));
  }

  async inDynamics(...operations: object[]): Promise<void> {
    await this.control.editDynamics(...operations);
  }

  /** By the user that the service signs in as, as another integration would. */
  async asOurUser(...operations: object[]): Promise<void> {
    await this.control.post('/_sim/dynamics/edit', { operations, user: APPLICATION_USER_ID });
  }

  /** Edits the person that carries this row's id, as a form does. */
  async inMarketo(guid: string, values: object): Promise<void> {
    const { id } = await this.control.person(guid);
    await this.control.editMarketo({ op: 'update', id: Number(id), values });
  }

  async deleteInMarketo(guid: string): Promise<void> {
    const { id } = await this.control.person(guid);
    await this.control.editMarketo({ op: 'delete', id: Number(id) });
  }

  async editObject(object: string, key: object, values: object): Promise<void> {
    await this.control.post('/_sim/marketo/edit-object', { object, key, values });
  }

  /** Persons that carry this row's id. */
  async persons(guid: string): Promise<Row[]> {
    return (await this.control.records('leads')).filter(({ microsoftId }) => microsoftId === guid);
  }

  /** A company, sales person, opportunity or custom object by its key. */
  async object(object: string, key: string, guid: string): Promise<Row | undefined> {
    return (await this.control.records(object)).find((record) => record[key] === guid);
  }

  /** The roles of an opportunity: the row's GUID of each person, and the role. */
  async roles(opportunity: string): Promise<string[]> {
    const persons = new Map((await this.control.records('leads')).map(({ id, microsoftId }) => [id, microsoftId]));
    const roles = await this.control.records('roles');
    return roles
      .filter(({ externalOpportunityId }) => externalOpportunityId === opportunity)
      .map(({ leadId, role }) => `${persons.get(leadId)} ${role}`)
      .sort();
  }

  /** Until the person has these values. */
  person = (guid: string, values: Row): Promise<unknown> =>
    this.becomes(`the person of ${guid}`, () => this.control.person(guid), values);

  /** Until the row has these values. */
  row = (table: string, guid: string, values: Row): Promise<unknown> =>
    this.becomes(`${table} ${guid}`, () => this.control.row(table, guid), values);

  becomes(what: string, ask: () => Promise<Row | undefined>, values: Row): Promise<unknown> {
    const has = (answer: Row | undefined) => Object.entries(values).every(([name, value]) => answer?.[name] === value);
    return until(what, () => this.shortened(ask, values), has, WITHIN_MS, EVERY_MS);
  }

  comesTrue = (what: string, ask: () => Promise<boolean>): Promise<unknown> =>
    until(what, ask, (answer) => answer, WITHIN_MS, EVERY_MS);

  /** For a message that can be read. */
  private async shortened(ask: () => Promise<Row | undefined>, values: Row): Promise<Row | undefined> {
    const answer = await ask();
    return answer && Object.fromEntries(Object.keys(values).map((name) => [name, answer[name]]));
  }

  async stop(): Promise<void> {
    await this.org.stop();
    rmSync(dirname(this.config), { recursive: true });
  }
}

export const update = (table: string, id: string, values: object): object => ({ op: 'update', table, id, values });

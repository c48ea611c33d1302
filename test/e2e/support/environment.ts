import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Control } from '../../../cli/demo/control';
import { DataverseReader } from '../../../cli/demo/readers/dataverse';
import { MarketoReader } from '../../../cli/demo/readers/marketo';
import { type DevHandle, startDev } from '../../../cli/local/dev-environment';
import type { DevOptions } from '../../../cli/local/dev-options';
import type { Status } from '../../../workflows/status';
import { sharedBackends } from '../../support/test-servers';
import { commandLine, type Printed } from './command-line';
import { until } from './until';

export const WORKFLOW_ID = 'dynamics-marketo-sync';
export const START = `temporal workflow start --type dynamicsMarketoSync --task-queue sync --workflow-id ${WORKFLOW_ID}`;
export const ORGANISATION = join(__dirname, '..', 'organisation');

/** The small organisation with its workers, in a Temporal namespace of its own: suites may run side by side. */
export interface SmallOrganisation {
  dev: DevHandle;
  client: Client;
  control: Control;
  dataverse: DataverseReader;
  marketo: MarketoReader;
  /** Everything that the workers printed. */
  log: string[];
  /** Runs a command of the README as it stands there; the environment says where the server is. */
  run(command: string): Promise<Printed>;
  status(): Promise<Status>;
  /** Until everything is imported and nothing waits to be carried over. */
  caughtUp(withinMs?: number): Promise<Status>;
  stop(): Promise<void>;
}

/** @param named the namespace to use, which must be there; left out, a new one */
export async function startOrganisation(options: DevOptions = {}, named?: string): Promise<SmallOrganisation> {
  const cli = process.env.TEST_TEMPORAL_CLI;
  if (!cli) throw new Error('no Temporal CLI: run this suite through jest without SYNC_TEST_SERVERS=0');
  const shared = sharedBackends();
  const namespace = named ?? `e2e-${randomBytes(4).toString('hex')}`;
  const { address } = shared.temporal;
  const run = commandLine(dirname(cli), { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace });
  if (named === undefined) await makeNamespace(run, namespace);

  const log: string[] = [];
  const dev = await startDev({
    backends: { ...shared, temporal: { ...shared.temporal, namespace } },
    data: ORGANISATION,
    portBase: 0,
    directory: 'temporary',
    quiet: true,
    workerEnv: { SYNC_CONFIG: join(__dirname, '..', 'sync.config.yaml') },
    onWorkerLine: (line) => log.push(line),
    ...options,
  });
  const control = new Control(dev.file.simulators);
  // Besides the 100 calls in 20 s that the service takes for itself, as many for the test's own reading.
  await control.settings('marketo', { limits: { calls: 200, concurrent: 20 } });
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  const status = (): Promise<Status> => client.workflow.getHandle(WORKFLOW_ID).query<Status>('status');
  return {
    dev,
    client,
    control,
    dataverse: new DataverseReader(dev.file.dynamics),
    marketo: new MarketoReader(dev.file.marketo),
    log,
    run,
    status,
    caughtUp: (withinMs = 120_000) => until('everything is carried over', status, isCaughtUp, withinMs),
    async stop() {
      // What runs in the namespace would stay open until the server ends.
      await client.workflow
        .getHandle(WORKFLOW_ID)
        .terminate('the test is over')
        .catch(() => undefined);
      await connection.close();
      await dev.stop();
    },
  };
}

/** A namespace that was made is known to every part of the server only after its next refresh. */
async function makeNamespace(run: (command: string) => Promise<Printed>, namespace: string): Promise<void> {
  const made = await run(`temporal operator namespace create --retention 24h --namespace ${namespace}`);
  if (made.code !== 0) throw new Error(`the namespace could not be made: ${made.stderr}`);
  const list = (): Promise<Printed> => run('temporal workflow list');
  await until('the namespace is there', list, ({ code }) => code === 0, 30_000);
}

/** Rows of a call without an answer wait for their time, and nothing waits for them. */
const isCaughtUp = ({ phase, entities }: Status): boolean =>
  phase === 'loop' &&
  Object.values(entities).every(
    (entity) => entity.phase === 'loop' && entity.lagSeconds === 0 && entity.setAside === undefined,
  );

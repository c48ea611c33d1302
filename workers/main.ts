import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PayloadCodec } from '@temporalio/common';
import { bundleWorkflowCode, GracefulShutdownPeriodExpiredError, Worker } from '@temporalio/worker';
import { createActivities } from '../activities/index';
import { connectWorker } from '../clients/temporal/connect';
import { QUEUES } from '../model/queues';
import { tolerant } from './codecs';
import { ConfigError, loadConfig } from './config';
import { watchFieldMap } from './field-map-watch';
import { installRuntime, logger } from './telemetry';
import { createDeps } from './wiring';
import { workflowCode } from './workflow-code';

/** A stop waits so long for units under way; the container's own grace has to be longer (temporal §A.11). */
const GRACE = '20 seconds';
/** What has not ended by then is left to another worker: its journal says what was under way. */
const FORCE = '28 seconds';
const EXIT_CONFIG = 2;

/** What payloads are stored as: plain JSON. */
const CODECS: readonly PayloadCodec[] = [];

/** Enough units of the loop's lanes side by side; the vendors' limits brake, not this. */
const CONCURRENT = 30;

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  installRuntime(config.metricsAddress);
  const deps = await createDeps(config);
  const { connection, namespace } = await connectWorker();
  const codePath = join(__dirname, '..', 'workflow-bundle.js');
  const workflowBundle = existsSync(codePath)
    ? { codePath }
    : await bundleWorkflowCode(workflowCode(join(__dirname, '..')));
  const activities = createActivities(deps);
  const common = {
    connection,
    namespace,
    activities,
    dataConverter: { payloadCodecs: CODECS.map(tolerant) },
    shutdownGraceTime: GRACE,
    shutdownForceTime: FORCE,
    maxConcurrentActivityTaskExecutions: CONCURRENT,
  } as const;
  const workers = await Promise.all([
    Worker.create({ ...common, workflowBundle, taskQueue: QUEUES.sync }),
    Worker.create({ ...common, taskQueue: QUEUES.dynamics }),
    Worker.create({ ...common, taskQueue: QUEUES.marketo }),
  ]);
  const unwatch = watchFieldMap(config, deps.schema, process.env);
  const stop = () => {
    unwatch();
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const running = Promise.all(workers.map((worker) => worker.run()));
  logger.info('ready', { queues: Object.values(QUEUES) });
  await running.catch((error: unknown) => {
    if (!(error instanceof GracefulShutdownPeriodExpiredError)) throw error;
    logger.warn('stopped with units under way: another worker will take them up');
    process.exit(0);
  });
  await deps.store.close();
  await connection.close();
  logger.info('stopped');
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
  const { name, code } = error as { name?: string; code?: string };
  // The message of a driver may hold an address with a password in it.
  process.stderr.write(
    `The worker could not start: ${name ?? 'error'}${code ? ` ${code}` : ''}. Check TEMPORAL_ADDRESS and MONGODB_URI: are both servers up?\n`,
  );
  process.exit(1);
});

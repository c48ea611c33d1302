import { join } from 'node:path';
import { portOr } from '../ports';
import type { Environment } from './cache';
import type { ManagedChild } from './managed-child';
import { type RunningWorker, startWorker } from './start-worker';

export interface WorkerPool {
  readonly workers: readonly RunningWorker[];
  /** Starts one more; `env` changes its environment. */
  add(env?: Environment): Promise<RunningWorker>;
  /** Told of each worker, those started already included. */
  onStart(watch: (child: ManagedChild) => void): void;
  /** Stops all side by side. */
  stop(): Promise<void>;
}

export interface WorkerPoolOptions {
  env: Readonly<Record<string, string>>;
  directory: string;
  onLine?: (line: string) => void;
}

/** The worker processes of a local environment. */
export function workerPool(options: WorkerPoolOptions): WorkerPool {
  const workers: RunningWorker[] = [];
  const watchers: ((child: ManagedChild) => void)[] = [];
  let started = 0;
  return {
    workers,
    async add(env = {}) {
      started += 1;
      const name = `worker-${started}`;
      // One port can't serve the metrics of two processes.
      const metrics = started === 1 ? {} : { SYNC_METRICS_ADDRESS: `127.0.0.1:${await portOr(0)}` };
      const worker = await startWorker(
        { ...options.env, ...metrics, ...env },
        {
          name,
          logFile: join(options.directory, 'logs', `${name}.log`),
          ...(options.onLine ? { onLine: options.onLine } : {}),
        },
      );
      workers.push(worker);
      for (const watch of watchers) watch(worker.child);
      return worker;
    },
    onStart(watch) {
      watchers.push(watch);
      for (const worker of workers) watch(worker.child);
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

import { type ManagedChild, startChild } from './managed-child';
import { builtFile, packageRoot } from './paths';

const READY_WITHIN_MS = 90_000;

export interface WorkerOptions {
  /** What it is called in messages and logs. */
  name?: string;
  logFile?: string;
  onLine?: (line: string) => void;
}

export interface RunningWorker {
  /** Where its metrics are; undefined if it has none. */
  address: string | undefined;
  pid: number;
  child: ManagedChild;
  /** Graceful: running activities get their 30 s. */
  stop(): Promise<void>;
}

/** Starts a worker with exactly this environment and waits until it says that it is ready. */
export async function startWorker(
  env: Readonly<Record<string, string | undefined>>,
  options: WorkerOptions = {},
): Promise<RunningWorker> {
  const child = await startChild({
    name: options.name ?? 'the worker',
    command: process.execPath,
    args: ['--max-old-space-size=256', '--max-semi-space-size=32', builtFile('workers/main.js')],
    cwd: packageRoot(),
    env,
    ...(options.logFile ? { logFile: options.logFile } : {}),
    ...(options.onLine ? { onLine: options.onLine } : {}),
  });
  try {
    await child.line((line) => line.includes('"msg":"ready"') || line.trim() === 'ready', READY_WITHIN_MS);
  } catch (error) {
    await child.stop();
    throw error;
  }
  const metrics = env.SYNC_METRICS_ADDRESS;
  // Longer than the worker's own grace of 30 s, so that it is the worker that ends its activities.
  return {
    address: metrics ? `http://${metrics}/metrics` : undefined,
    pid: child.pid,
    child,
    stop: () => child.stop(35_000),
  };
}

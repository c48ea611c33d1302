import { type ManagedChild, startChild } from './managed-child';
import { builtFile, packageRoot } from './paths';

const READY_WITHIN_MS = 60_000;

export interface SimulatorsOptions {
  /** Another sample organisation, as JSONL files. */
  data?: string;
  /** The first of four ports; 0 or left out: free ones. */
  portBase?: number;
  env?: Readonly<Record<string, string | undefined>>;
  logFile?: string;
}

export interface SimulatorUrls {
  control: string;
  entra: string;
  dataverse: string;
  marketo: string;
}

export interface RunningSimulators extends SimulatorUrls {
  /** The control URL. */
  address: string;
  pid: number;
  child: ManagedChild;
  stop(): Promise<void>;
}

/** Starts the simulated Entra, Dataverse and Marketo as one process of their own. */
export async function startSimulators(options: SimulatorsOptions = {}): Promise<RunningSimulators> {
  const data = options.data === undefined ? [] : ['--data', options.data];
  const child = await startChild({
    name: 'the simulators',
    command: process.execPath,
    args: [builtFile('simulators/main.js'), '--port-base', `${options.portBase ?? 0}`, ...data],
    cwd: packageRoot(),
    ...(options.env ? { env: options.env } : {}),
    ...(options.logFile ? { logFile: options.logFile } : {}),
  });
  try {
    // The first line names the four addresses; the servers listen by then.
    const urls = JSON.parse(
      await child.line((line) => line.startsWith('{"control"'), READY_WITHIN_MS),
    ) as SimulatorUrls;
    return { ...urls, address: urls.control, pid: child.pid, child, stop: () => child.stop(5_000) };
  } catch (error) {
    await child.stop(5_000);
    throw error;
  }
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { freePorts } from '../ports';
import { type ManagedChild, startChild } from './managed-child';
import { untilReady } from './ready';

const READY_WITHIN_MS = 90_000;
/** It picks a dozen ports for its own parts, and falls over when another program takes one of them meanwhile. */
const STARTS = 3;

export interface TemporalOptions {
  /** The Temporal CLI. */
  program: string;
  /** 0 or left out: a free one. */
  port?: number;
  uiPort?: number;
  /** Name → type, such as `Keyword`. */
  searchAttributes?: Readonly<Record<string, string>>;
  /** Key → JSON value, such as `limit.historyCount.suggestContinueAsNew` → `40`. */
  dynamicConfig?: Readonly<Record<string, string>>;
  /** State survives a restart; without it everything is in memory and a little faster (temporal §B.1). */
  dbFilename?: string;
  logFile?: string;
}

export interface RunningTemporal {
  /** host:port of the gRPC front end. */
  address: string;
  /** URL of the Web UI. */
  ui: string;
  namespace: string;
  pid: number;
  child: ManagedChild;
  stop(): Promise<void>;
}

/** The dev server answers each dispatch only every 50 ms without these (temporal §B.1). */
const POLL_RATES = { 'history.transferProcessorMaxPollRPS': '2000', 'history.timerProcessorMaxPollRPS': '2000' };

/** Starts Temporal's dev server on loopback and waits until its namespace and its Web UI answer. */
export async function startTemporal(options: TemporalOptions): Promise<RunningTemporal> {
  for (let start = 1; ; start += 1) {
    const running = await launch(options);
    try {
      await untilReady(running.child, () => probeTemporal(running.address, running.namespace), READY_WITHIN_MS);
      await untilReady(running.child, () => probeHttp(running.ui), READY_WITHIN_MS);
      return running;
    } catch (error) {
      const fell = running.child.exit !== undefined;
      await running.stop();
      if (!fell || start === STARTS) throw error;
    }
  }
}

async function launch(options: TemporalOptions): Promise<RunningTemporal> {
  const [freePort, freeUiPort] = await freePorts(2);
  const port = options.port || (freePort as number);
  const uiPort = options.uiPort || (freeUiPort as number);
  const args = [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    `${port}`,
    '--ui-port',
    `${uiPort}`,
    '--log-level',
    'error',
  ];
  for (const [key, value] of Object.entries({ ...POLL_RATES, ...options.dynamicConfig }))
    args.push('--dynamic-config-value', `${key}=${value}`);
  for (const [name, type] of Object.entries(options.searchAttributes ?? {}))
    args.push('--search-attribute', `${name}=${type}`);
  if (options.dbFilename) {
    args.push(
      '--db-filename',
      options.dbFilename,
      '--sqlite-pragma',
      'journal_mode=wal',
      '--sqlite-pragma',
      'synchronous=1',
    );
  }
  // Newer versions fetch news for the UI; a local server has no business on the internet.
  if (await knowsFlag(options.program, '--ui-disable-news-fetch')) args.push('--ui-disable-news-fetch');

  const child = await startChild({
    name: 'the Temporal server',
    command: options.program,
    args,
    ...(options.logFile ? { logFile: options.logFile } : {}),
  });
  return {
    address: `127.0.0.1:${port}`,
    ui: `http://127.0.0.1:${uiPort}`,
    namespace: 'default',
    pid: child.pid,
    child,
    // It keeps nothing that a longer wait would save.
    stop: () => child.stop(10_000),
  };
}

async function knowsFlag(program: string, flag: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)(program, ['server', 'start-dev', '--help'], { timeout: 15_000 });
  return stdout.includes(flag);
}

/** Throws unless the namespace answers. The port opens earlier than that. */
export async function probeTemporal(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    await connection.withDeadline(Date.now() + 2_000, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } finally {
    await connection.close();
  }
}

/** Throws unless the URL answers with 2xx within two seconds. */
export async function probeHttp(url: string): Promise<void> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
}

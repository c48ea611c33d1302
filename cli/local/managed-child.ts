import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { GRACE_MS, killGroup, processGuard } from './process-guard';

export interface ChildOptions {
  /** What it is called in messages, such as `worker 1`. */
  name: string;
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  /** All output is appended here. */
  logFile?: string;
  /** Sees each line of output. */
  onLine?: (line: string) => void;
}

export interface ManagedChild {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the child has ended, with a text such as `code 1` or `SIGKILL`. */
  readonly exited: Promise<string>;
  /** Undefined while it runs. */
  readonly exit: string | undefined;
  /** Whether stop() was called: then its end is no surprise. */
  readonly stopping: boolean;
  /** The last lines of output, for error messages. */
  tail(): string[];
  /** Waits for a line that satisfies `test`; throws when the child ends first or the time is out. */
  line(test: (line: string) => boolean, withinMs: number): Promise<string>;
  /** A signal to the child alone; for tests that freeze or kill it. */
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, and SIGKILL after the grace. Returns when it has ended; may be called again. */
  stop(graceMs?: number): Promise<void>;
}

/** Starts a program that ends with us at the latest. */
export async function startChild(options: ChildOptions): Promise<ManagedChild> {
  if (options.logFile) mkdirSync(dirname(options.logFile), { recursive: true });
  const log = options.logFile ? createWriteStream(options.logFile, { flags: 'a' }) : undefined;
  const child = spawn(options.command, [...options.args], {
    env: { ...(options.env ?? process.env) },
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error: NodeJS.ErrnoException) => {
      log?.end();
      reject(new Error(`${options.name} could not be started: ${options.command} (${error.code ?? 'unknown'})`));
    });
  });
  const pid = child.pid as number;

  const tail: string[] = [];
  const waiting = new Set<(line: string) => void>();
  const take = (line: string): void => {
    log?.write(`${line}\n`);
    tail.push(line);
    if (tail.length > 20) tail.shift();
    for (const one of [...waiting]) one(line);
    options.onLine?.(line);
  };
  createInterface({ input: child.stdout }).on('line', take);
  createInterface({ input: child.stderr }).on('line', take);

  let exit: string | undefined;
  let stopping = false;
  const exited = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => {
      exit = signal ?? `code ${code}`;
      log?.end();
      processGuard.remove(managed);
      resolve(exit);
    });
  });

  const managed: ManagedChild = {
    name: options.name,
    pid,
    exited,
    get exit() {
      return exit;
    },
    get stopping() {
      return stopping;
    },
    tail: () => [...tail],
    line(test, withinMs) {
      return new Promise((resolve, reject) => {
        const end = (act: () => void): void => {
          clearTimeout(timer);
          waiting.delete(look);
          act();
        };
        const fail = (what: string): void => end(() => reject(new Error(`${options.name} ${what}${lastLines(tail)}`)));
        const look = (line: string): void => {
          if (test(line)) end(() => resolve(line));
        };
        const timer = setTimeout(() => fail(`was not ready within ${withinMs / 1000} s`), withinMs);
        waiting.add(look);
        exited.then((how) => fail(`ended with ${how} before it was ready`));
        for (const line of [...tail]) look(line);
      });
    },
    signal(signal) {
      if (exit === undefined) process.kill(pid, signal);
    },
    async stop(graceMs = GRACE_MS) {
      stopping = true;
      if (exit !== undefined) return;
      killGroup(pid, 'SIGTERM');
      // A frozen process (SIGSTOP in a test) hears nothing until it goes on.
      killGroup(pid, 'SIGCONT');
      const timer = setTimeout(() => killGroup(pid, 'SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
  processGuard.add(managed);
  return managed;
}

/** The tail of a child's output, indented, to go under an error message. */
export function lastLines(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `; its last lines:\n${lines.map((line) => `    ${line}`).join('\n')}`;
}

import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { builtFile } from './paths';

/** How long a child may take to end after SIGTERM: the workers' shutdownGraceTime (temporal §A.11). */
export const GRACE_MS = 30_000;

/** What the guard needs to know of a child; it is the leader of its own process group. */
export interface Guarded {
  pid: number;
  stop(): Promise<void>;
}

/** Signals a whole process group; one that has ended is no fault. */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Sees to it that no child outlives this process, however it ends. Children run in groups of their own, so that a Ctrl-C reaches only us and
 * the order of stopping is ours: last started, first stopped.
 */
class ProcessGuard {
  private readonly children: Guarded[] = [];
  private watchdog: ChildProcess | undefined;
  private stopping = false;
  private readonly steps: (() => Promise<void> | void)[] = [];

  /** A step that a signal runs before the children are stopped, in the order in which they were added; returns how to take it back. */
  onSignal(step: () => Promise<void> | void): () => void {
    this.steps.push(step);
    return () => {
      const index = this.steps.indexOf(step);
      if (index >= 0) this.steps.splice(index, 1);
    };
  }

  add(child: Guarded): void {
    if (this.children.length === 0) this.install();
    this.children.push(child);
    this.watchdog?.stdin?.write(`+${child.pid}\n`);
  }

  remove(child: Guarded): void {
    const index = this.children.indexOf(child);
    if (index < 0) return;
    this.children.splice(index, 1);
    this.watchdog?.stdin?.write(`-${child.pid}\n`);
    if (this.children.length === 0) this.uninstall();
  }

  /** Stops every child, the last one started first. */
  async stopAll(): Promise<void> {
    for (const child of [...this.children].reverse()) await child.stop();
  }

  private readonly onInterrupt = (signal: NodeJS.Signals): void => {
    const code = 128 + constants.signals[signal];
    // Impatience is heard: the second signal kills.
    if (this.stopping) process.exit(code);
    this.stopping = true;
    this.end().finally(() => process.exit(code));
  };

  private async end(): Promise<void> {
    for (const step of [...this.steps]) await step();
    await this.stopAll();
  }

  private readonly onExit = (): void => {
    for (const child of this.children) killGroup(child.pid, 'SIGKILL');
  };

  private install(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, this.onInterrupt);
    process.on('exit', this.onExit);
    this.watchdog = startWatchdog();
  }

  private uninstall(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeListener(signal, this.onInterrupt);
    process.removeListener('exit', this.onExit);
    this.watchdog?.stdin?.end();
    this.watchdog = undefined;
  }
}

/** Undefined when our sources run unbuilt (a unit test): then signals and our own exit are all that ends the children. */
function startWatchdog(): ChildProcess | undefined {
  let script: string;
  try {
    script = builtFile('cli/local/watchdog.js');
  } catch {
    return undefined;
  }
  const watchdog = spawn(process.execPath, [script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  // Neither the process nor the pipe may keep us running.
  watchdog.unref();
  const pipe = watchdog.stdin as unknown as Socket;
  pipe.unref();
  pipe.on('error', () => undefined); // it was killed: signals and exit still end the children
  return watchdog;
}

export const processGuard = new ProcessGuard();

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { killGroup, processGuard } from './process-guard';
import type { Report } from './progress';

export interface ToolOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  report?: Report;
  /** How a line of output counts as progress: the number of steps done is shown before the line. */
  counts?: { pattern: RegExp; unit: string };
  /** The tool is killed after this many milliseconds. */
  limitMs: number;
}

/** Runs a build tool to its end, reporting its last line; throws with the tail of its output when it fails. */
export function runTool(command: string, args: readonly string[], options: ToolOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    // Its own process group, so that the compilers it starts end with it.
    const child = spawn(command, [...args], {
      env: options.env,
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const tail: string[] = [];
    let count = 0;
    const onLine = (raw: string): void => {
      const line = raw.trim();
      if (line === '') return;
      tail.push(line);
      if (tail.length > 15) tail.shift();
      if (options.counts?.pattern.test(line)) count += 1;
      const done = options.counts && count > 0 ? `${count} ${options.counts.unit}, ` : '';
      options.report?.(`${command}: ${done}${line}`);
    };
    createInterface({ input: child.stdout }).on('line', onLine);
    createInterface({ input: child.stderr }).on('line', onLine);
    const kill = (): void => killGroup(child.pid, 'SIGKILL');
    const timer = setTimeout(kill, options.limitMs);
    const guarded = { pid: child.pid ?? 0, stop: async () => kill() };
    if (child.pid !== undefined) processGuard.add(guarded);
    const end = (error?: Error): void => {
      clearTimeout(timer);
      processGuard.remove(guarded);
      if (error) reject(error);
      else resolve();
    };
    child.on('error', (error) =>
      end(new Error(`${command} could not be started (${(error as NodeJS.ErrnoException).code})`)),
    );
    child.on('close', (code, signal) => {
      if (code === 0) end();
      else
        end(
          new Error(
            `${command} ended with ${signal ?? `code ${code}`}:\n${tail.map((line) => `      ${line}`).join('\n')}`,
          ),
        );
    });
  });
}

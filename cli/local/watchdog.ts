/**
 * A small process that outlives its parent by a moment: whatever way the parent ended (a kill -9 included), its pipe to us closes, and the
 * children that it left are ended. Lines on stdin: `+<pid>` and `-<pid>`, each the leader of its own process group.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './lock';
import { GRACE_MS, killGroup } from './process-guard';

const pids = new Set<number>();

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const pid = Number(line.slice(1));
    if (line.startsWith('+')) pids.add(pid);
    else pids.delete(pid);
  })
  .on('close', () => void endAll());

// Ctrl-C and a closed terminal are for the parent; we go when it has gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

async function endAll(): Promise<void> {
  for (const pid of pids) killGroup(pid, 'SIGTERM');
  const until = Date.now() + GRACE_MS;
  while ([...pids].some(isAlive) && Date.now() < until) await sleep(100);
  for (const pid of [...pids].filter(isAlive)) killGroup(pid, 'SIGKILL');
  process.exit(0);
}

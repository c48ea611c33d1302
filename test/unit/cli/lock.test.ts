import { spawnSync } from 'node:child_process';
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../../../cli/local/lock';
import { scratch } from './fakes';

describe('the lock around a build', () => {
  let path: string;
  beforeEach(() => {
    path = join(scratch(), 'tool.lock');
  });

  test('lets one in at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(50);
      inside -= 1;
    };
    await Promise.all([withLock(path, work), withLock(path, work), withLock(path, work)]);
    expect(most).toBe(1);
  });

  test('is given back when the work fails', async () => {
    await expect(withLock(path, () => Promise.reject(new Error('no compiler')))).rejects.toThrow('no compiler');
    expect(existsSync(path)).toBe(false);
  });

  test('is taken over from a process that is dead', async () => {
    const dead = spawnSync('true').pid;
    writeFileSync(path, JSON.stringify({ pid: dead, host: hostname() }));
    expect(await withLock(path, async () => 'built')).toBe('built');
  });

  test('is taken over from another host only when it was not touched for two minutes', async () => {
    writeFileSync(path, JSON.stringify({ pid: 1, host: 'elsewhere' }));
    let waited = 0;
    const taken = withLock(
      path,
      async () => 'built',
      () => {
        waited += 1;
        if (waited === 2) {
          const old = new Date(Date.now() - 121_000);
          utimesSync(path, old, old);
        }
      },
    );
    expect(await taken).toBe('built');
    expect(waited).toBeGreaterThanOrEqual(2);
  });
});

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Schedule } from './schedule';
import type { Suspended } from './suspended';

const FIXTURE = join(__dirname, 'fixtures/a-person-made-by-a-suspended-worker-and-deleted-is-made-anew.json');

it('a suspended worker is told to the checker as interrupted where it is suspended, where the next one takes over, and where it wakes: nowhere else', () => {
  const schedule = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Schedule;
  const question = JSON.stringify({ schedule: { ...schedule, scope: 'all' }, count: 20 });
  const program = [join(__dirname, 'in-node.cjs'), question, join(__dirname, 'suspended.ts')];
  const told = JSON.parse(execFileSync(process.execPath, program, { encoding: 'utf8' })) as Suspended;
  const takeovers = Object.values(told.takeovers);
  const [asleep = 0, ...later] = told.interrupted;
  const woken = later.pop() ?? 0;
  expect(takeovers.length).toBeGreaterThan(1);
  expect(later).toEqual(takeovers);
  expect(asleep).toBeLessThan(Math.min(...takeovers));
  expect(woken).toBeGreaterThan(Math.max(...takeovers));
});

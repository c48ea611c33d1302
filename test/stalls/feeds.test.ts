import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Facts } from './answer';

/** None in practice: so that a hung process ends. */
const PATIENCE_MS = 3_600_000;

let told: Record<string, Facts>;

/** As stalls.test.ts. */
beforeAll(async () => {
  const program = [join(__dirname, '../truth/in-node.cjs'), '{}', join(__dirname, 'feeds.ts')];
  const { stdout } = await promisify(execFile)(process.execPath, program, { timeout: PATIENCE_MS });
  told = JSON.parse(stdout) as Record<string, Facts>;
}, PATIENCE_MS);

describe('what a feed of Marketo’s told is not lost when it meets an error that nobody expected', () => {
  it.each(['link', 'owner'])('an opt-out (%s): it arrives, others too, and the digest tells', (how) => {
    expect(told[`edit, ${how}`]).toEqual({
      other: true,
      own: true,
      told: ['feed marketo/leadchanges unexpected'],
      parked: [],
    });
  });

  it('more opt-outs than can be their own fault: the feed goes on', () => {
    expect(told.edits).toEqual({ own: true, trouble: [] });
  });

  it.each(['merges', 'owner'])('a deletion (%s), nor is the one beside it', (how) => {
    expect(told[`deletion, ${how}`]).toEqual({ states: ['tombstone', 'tombstone'] });
  });

  it('a merge', () => {
    expect(told.merge).toEqual({ linked: false });
  });
});

it('merges without end keep no look busy: a deletion waits for a later one, and the other feeds go on', () => {
  const { inOneLook, ...facts } = told.endless ?? {};
  // Ten pages for their own feed, and ten ahead of the deletion.
  expect(inOneLook).toBe(20);
  expect(facts).toEqual({ other: true, state: 'tombstone' });
});

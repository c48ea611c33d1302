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

describe('a table’s changes, and each page of its catch-up, bring rows in which objects, lists and nothing stand where text belongs', () => {
  it.each(['contact', 'opportunity'])('as the id of a %s: each is listed, and its neighbours go on', (table) => {
    const { unexpected, ...facts } = told[`hostile ${table}, ${table}id`] ?? {};
    expect(facts).toEqual({ live: true, caughtUp: true, trouble: [] });
    expect(unexpected).toHaveLength(6);
    for (const id of unexpected as string[]) expect(id).toMatch(new RegExp(`^${table}:(7|no-id-[0-9a-f]{8})$`));
  });

  it.each(['contact, modifiedon', 'contact, versionnumber', 'opportunity, modifiedon'])(
    '%s: all go on, and no row is blamed',
    (what) => {
      expect(told[`hostile ${what}`]).toEqual({ live: true, caughtUp: true, trouble: [], unexpected: [] });
    },
  );
});

it.each(['transient', 'refused', 'conflict'])(
  'the read that renews a table’s link fails (%s): nothing is told twice, what was asked for is read, the fault is shown, and it is renewed later',
  (kind) => {
    expect(told[`renewal, ${kind}`]).toEqual({
      arrived: true,
      told: 1,
      asked: true,
      trouble: [`contact: dynamics contacts.read: ${kind} (HTTP 500)`],
      renewed: true,
      after: [],
    });
  },
);

it('what a link knows of its row is damaged: both ways go on for it, and for others', () => {
  expect(told['damaged link']).toEqual({ other: true, own: true, back: true, parked: [], trouble: [] });
});

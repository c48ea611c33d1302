import type { ChildResult } from '../../../workflows/child';
import { holdAfter } from '../../../workflows/holds';
import { importDone, starts } from '../../../workflows/plan';
import type { Hold } from '../../../workflows/state';
import { ACCOUNTS, CONTACTS, state } from './states';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

type Wait = Extract<ChildResult, { kind: 'wait' }>;
const wait = (now: number, more: Partial<Wait> = {}): Wait => ({
  ...{ kind: 'wait', waitUntil: now + 30_000, reason: 'dynamics accounts.read: transient (503)' },
  ...more,
});

/** The import of accounts ends in these ways, half a minute apart. */
function after(results: readonly ((now: number) => Exclude<ChildResult, { kind: 'done' }>)[]): Hold | undefined {
  let hold: Hold | undefined;
  results.forEach((result, turn) => {
    const now = NOW + (turn * MINUTE) / 2;
    hold = holdAfter('import', result(now), hold, now);
  });
  return hold;
}
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const fails = (now: number) => wait(now);
const moves = (now: number) => wait(now, { moved: true });
const refused = (now: number) => wait(now, { final: true });

test.each([
  ['fails for less than ten minutes', times(20, fails), false],
  ['fails for ten minutes', times(21, fails), true],
  ['fails for an hour, and comes a page further now and then', times(12, [...times(9, fails), moves]).flat(), false],
  ['is refused once', [refused], false],
  ['is refused twice', [refused, refused], true],
  ['is refused after a failure', [fails, refused], true],
  ['was refused, and came further', [refused, moves], false],
])('an import that %s is given up: %s', (_what, results, stopped) => {
  expect(after(results)).toMatchObject({ stopped, reason: expect.stringContaining('accounts.read') });
});

test('one that was stopped stays so while it fails in another way, until it comes further', () => {
  const denied = () => ({ kind: 'stopped' as const, reason: 'privilege prvReadAccount is missing' });
  expect(after([...times(20, denied), fails])).toMatchObject({ stopped: true });
  expect(after([...times(20, denied), moves])).toMatchObject({ stopped: false });
});

test('nothing waits for an import that was given up, and it goes on itself when its time has come', () => {
  const holds = { account: { ...(after(times(21, fails)) as Hold), until: NOW } };
  const given = state({ phase: 'import', entities: [ACCOUNTS, CONTACTS], holds });
  expect(starts(given, new Set(), NOW).map(({ entity }) => entity.name)).toEqual(['account', 'contact']);
  expect(importDone({ ...given, imported: ['contact'] })).toBe(true);
});

test('a time that a vendor names is kept, and no failure is counted before it is over', () => {
  const until = NOW + 20 * 60 * MINUTE;
  expect(holdAfter('import', wait(NOW, { waitUntil: until }), undefined, NOW)).toMatchObject({ until, stopped: false });
});

test.each(['resync', 'reread', 'incremental'] as const)('a %s is never given up: nothing waits for it', (kind) => {
  const before = { until: NOW, reason: 'r', stopped: false, since: NOW - 60 * MINUTE };
  expect(holdAfter(kind, wait(NOW, { final: true }), before, NOW).stopped).toBe(false);
});

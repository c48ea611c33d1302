import { change, type PlantedFault } from '../fault';

const APPLY = 'activities/apply.ts';
const FETCH = 'activities/fetch.ts';
const MARKETO_FEED = 'activities/feeds/marketo.ts';
const TABLE_FEED = 'activities/feeds/table.ts';
const PREFLIGHT = 'activities/preflight.ts';
const REFUSED_READS = 'activities/refused-reads.ts';
const ROWS = 'activities/rows.ts';

const LANE = 'activities/lane.ts';

/** Cursors, inboxes and pages: what was seen is carried out, once, and in its order. */
export const FEED_FAULTS: readonly PlantedFault[] = [
  {
    name: 'a row that is too long to be read is taken for deleted',
    changes: [change(ROWS, 'rows.has(id) || tooLarge.has(id) ||', 'rows.has(id) ||')],
    scenario: 'a row is too long to be read',
    expect: ['wrongly-deleted'],
  },
  {
    name: 'an inbox item is deleted ahead of its write',
    changes: [
      change(
        APPLY,
        'for (const kind of byKind(await lane.join(items))) await apply(kind, unexpected);',
        'for (const page of some) await store.inbox.remove(page.id, lane.writer.epoch); for (const kind of byKind(await lane.join(items))) await apply(kind, unexpected);',
      ),
    ],
    scenario: 'the worker dies before a change of Dynamics is written',
    expect: ['lost', 'different'],
  },
  {
    name: 'a hint is deleted ahead of its write-back',
    changes: [
      change(
        APPLY,
        'await work(await lane.join(some.flatMap((page) => page.items)));',
        `for (const page of some) await store.inbox.remove(page.id, lane.writer.epoch);
        await work(await lane.join(some.flatMap((page) => page.items)));`,
      ),
    ],
    scenario: 'the worker dies before a change of Marketo is written',
    expect: ['lost', 'different'],
  },
  {
    name: 'a staged page is deleted ahead of its write',
    changes: [
      change(
        APPLY,
        'const items = await lane.join(rows.map(',
        'await store.staging.remove(id, chunk); const items = await lane.join(rows.map(',
      ),
    ],
    scenario: 'the worker dies before a page is written',
    expect: ['lost'],
  },
  {
    name: 'a row at which the vendor failed is dropped with its page',
    changes: [change(LANE, 'await this.#setAside(troubles); } for (const { row }', '} for (const { row }')],
    scenario: 'Marketo fails at one row of several',
    expect: ['lost', 'different'],
  },
  {
    name: 'a row that the vendor refuses to read is dropped with its page',
    changes: [change(REFUSED_READS, 'troubles.push(...given.flatMap((one) => setAside(one, isOutage)));', '')],
    scenario: 'Dynamics refuses to read one row of several',
    expect: ['lost', 'different'],
  },
  {
    name: 'a row that was set aside is not tried again',
    changes: [change('clients/mongo/aside.ts', 'dueAt: { $lte: now }, outage', 'dueAt: { $lte: new Date(0) }, outage')],
    scenario: 'Marketo fails at one row of several',
    expect: ['lost', 'different'],
  },
  {
    name: 'a row is parked at its first failure',
    changes: [
      change('model/set-aside.ts', 'const FAILURES_TO_PARK = 5;', 'const FAILURES_TO_PARK = 0;'),
      change('model/set-aside.ts', 'const SPREAD_MS = 600_000;', 'const SPREAD_MS = 0;'),
    ],
    scenario: 'Marketo fails at one row of several',
    expect: ['lost'],
  },
  {
    name: 'the delta link moves ahead of the inbox',
    changes: [
      change(
        TABLE_FEED,
        'await queue(deps, name, found, since);',
        'await store.checkpoints.move(id, cursor, { link: deltaLink ?? nextLink }); await queue(deps, name, found, since);',
      ),
    ],
    scenario: 'the worker dies while it stores what a look has found',
    expect: ['lost', 'different'],
  },
  {
    name: 'the import goes without a pinned cursor of Marketo’s feed',
    changes: [
      change(PREFLIGHT, 'await pinFeeds(deps);', ''),
      change(
        MARKETO_FEED,
        '(await store.checkpoints.get<FeedCursor>(id)) as Cursor<FeedCursor | undefined>;',
        '(await store.checkpoints.get<FeedCursor>(id)) ?? (await store.checkpoints.pin(id, 0, { token: await marketo.pagingToken(new Date()) }));',
      ),
    ],
    scenario: 'a marketer edits a person while the rest is imported',
    expect: ['lost', 'different'],
  },
  {
    name: 'Marketo’s cursor is pinned anew on restart',
    changes: [
      change(
        PREFLIGHT,
        'if (await store.checkpoints.get(id)) continue;',
        'const held = await store.checkpoints.get(id); if (held) { await store.checkpoints.move(id, held, { token: await marketo.pagingToken(new Date()) }); continue; }',
      ),
    ],
    scenario: 'a marketer edits while no worker runs',
    expect: ['lost', 'different'],
  },
  {
    name: 'the import’s second pass is left out',
    changes: [change(FETCH, "phase: covered ? 'done' : 'since'", "phase: 'done'")],
    scenario: 'a row changes while its table is read',
    expect: ['lost', 'different'],
  },
  {
    name: 'the import’s pass for deletions is left out',
    changes: [change(FETCH, "return { ...rest, unit, phase: 'ids' };", "return { ...rest, unit, phase: 'done' };")],
    scenario: 'a row is deleted while its table is read',
    expect: ['lost', 'different'],
  },
  {
    name: 'a catch-up trusts the new token and looks for no deletions',
    changes: [change(FETCH, 'const covered = generation === FIRST_GENERATION && (', 'const covered = (')],
    scenario: 'a delta token expires while a row is deleted',
    expect: ['lost', 'different'],
  },
  {
    name: 'a late feed’s value is taken as current',
    changes: [
      change(ROWS, '(row) >= seenVersion &&', '(row) >= 0 &&'),
      change(ROWS, 'version <= link.appliedVersion', 'version === link.appliedVersion'),
    ],
    scenario: 'a change waits in the inbox while a resync settles a newer one',
    expect: ['backwards'],
  },
  {
    name: 'a deletion is believed without a read',
    changes: [
      change(
        ROWS,
        'for (const { id, row } of newest.values()) {',
        'for (const { id, row, deleted } of newest.values()) {',
      ),
      change(ROWS, 'else toRead.push(id);', 'else if (!deleted) toRead.push(id);'),
    ],
    scenario: 'a row is deleted and restored between look and write',
    expect: ['wrongly-deleted'],
  },
];

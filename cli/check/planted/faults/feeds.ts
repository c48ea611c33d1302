import { change, type PlantedFault } from '../fault';

const APPLY = 'activities/apply.ts';
const FETCH = 'activities/fetch.ts';
const MARKETO_FEED = 'activities/feeds/marketo.ts';
const TABLE_FEED = 'activities/feeds/table.ts';
const PREFLIGHT = 'activities/preflight.ts';
const ROWS = 'activities/rows.ts';

/** Cursors, inboxes and pages: what was seen is carried out, once, and in its order. */
export const FEED_FAULTS: readonly PlantedFault[] = [
  {
    name: 'an inbox item is deleted ahead of its write',
    changes: [
      change(
        APPLY,
        'const applied = await applyItems(deps, some, writer, items, mode, 0);',
        'await deps.store.inbox.remove([page.id]); const applied = await applyItems(deps, some, writer, items, mode, 0);',
      ),
    ],
    scenario: 'Marketo is down while a change of Dynamics is written',
    expect: ['lost', 'different'],
  },
  {
    name: 'a hint is deleted ahead of its write-back',
    changes: [
      change(
        APPLY,
        'const written = await writeBack(deps, bound, writer, hints);',
        'await deps.store.inbox.remove([page.id]); const written = await writeBack(deps, bound, writer, hints);',
      ),
    ],
    scenario: 'Dynamics is down while a change of Marketo is written',
    expect: ['lost', 'different'],
  },
  {
    name: 'a staged page is deleted ahead of its write',
    changes: [
      change(
        APPLY,
        'const applied = await applyItems(deps, bound, writer, rows.map(',
        'await store.staging.remove(id, chunk); const applied = await applyItems(deps, bound, writer, rows.map(',
      ),
    ],
    scenario: 'Marketo is down while a page is written',
    expect: ['lost'],
  },
  {
    name: 'the delta link moves ahead of the inbox',
    changes: [
      change(
        TABLE_FEED,
        "await store.inbox.add(name, 'dynamics', found, since);",
        "await store.checkpoints.move(id, cursor, { link: deltaLink ?? nextLink }); await store.inbox.add(name, 'dynamics', found, since);",
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
        '(await store.checkpoints.get<FeedCursor>(id)) as Cursor<FeedCursor>;',
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
      change(ROWS, '(row) >= seen &&', '(row) >= 0 &&'),
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

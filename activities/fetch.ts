import type { DynamicsPage, DynamicsRow } from '../clients/dynamics/types';
import { ApiError, isApiError } from '../clients/errors';
import { unitId } from '../clients/mongo/staging';
import { withCurrentFields } from './current-fields';
import { datesFromFirstPage, highestOldVersion } from './delta-token';
import type { Deps } from './deps';
import { readOrGiveUp } from './failing-pages';
import { run } from './failures';
import type { DeltaCursor } from './feeds/delta-link';
import { acceptFields, noticeFields } from './fields';
import { joinReadable } from './join-readable';
import { queueDeleted, sweepMissing } from './missing';
import { noteNewest } from './organisation';
import { done, type Outcome } from './outcome';
import { READER } from './park';
import { queueAll } from './queue';
import { ownColumns } from './roles/read';
import { idOf, lightSelect, versionOf } from './rows';
import type { BoundEntity } from './schema';
import { Unexpected, withoutUnexpected } from './unexpected';
import { parkUnexpected } from './unexpected-rows';

/** 16 upserts of 300: the last batch of a page is full (DESIGN §3). Dataverse's own limit is 5,000. */
export const PAGE_ROWS = 4_800;
const FIRST_GENERATION = 1;
/** A page comes in order of the key: any of its rows will do to tell a restore by. */
const NEWEST_OF_PAGE = 50;

export type Mode = 'import' | 'resync';

/**
 * Where an import stands. `tracked` ends with the delta link; `since` reads again what changed after V0, in case the
 * link dates from the last page (dataverse-api §14.3); `ids` looks for rows that were deleted meanwhile.
 */
interface ImportCursor {
  phase: 'first' | 'tracked' | 'since' | 'ids' | 'done';
  unit: number;
  /** Whose page was staged last (Staging.put). */
  attempt?: number;
  next?: string;
  /** The columns of the tracked read: its delta link will bring these. */
  select?: string[];
  /** The version from which the second pass reads. */
  v0: number;
  /** Before the first page; epoch ms. */
  startedAt: number;
  /** When the place in the read was lost, and it began again; epoch ms. */
  againAt?: number;
  /** A row is over the bound of an answer, or a page cannot be read for one: this read brings only what rows are read by id with (activities/rows.ts). */
  narrow?: true;
  /** Was this import a resync? Its own cursor then, and no delta link. */
  mode: Mode;
}

const cursorId = (entity: string, mode: Mode) => `${mode}/${entity}`;
const deltaId = (entity: string) => `dynamics/${entity}`;

export interface Begun {
  /** Rows in Dynamics. */
  total: number;
  /** Units that an earlier run staged but did not apply. */
  staged: number[];
  /** The next unit to fetch; absent: all have been fetched. */
  next?: number;
}

async function begin(deps: Deps, entity: string, generation: number, mode: Mode): Promise<Outcome<Begun>> {
  const { store } = deps;
  const bound = await deps.schema.of(entity);
  if (!bound.tracked && !bound.entity.untracked) {
    const reason = `change tracking is off for table ${entity}: switch it on in Dynamics (table properties, Track changes)`;
    return { kind: 'stopped', reason };
  }
  const id = cursorId(entity, mode);
  const cursor = await store.checkpoints.get<ImportCursor>(id);
  let begun = cursor?.value;
  if (!begun || Number(cursor?.generation) < generation) {
    // A resync also means that something was mended, or is meant to be as it is: new options, another type.
    if (mode === 'resync') await acceptFields(deps, entity);
    await noticeFields(deps, entity);
    const first = await firstCursor(deps, bound, mode);
    await store.staging.sweep(entity, generation);
    await store.progress.begin(entity, generation, await totalOf(deps, bound));
    // Last: an attempt that dies before it begins again.
    begun = (await store.checkpoints.pin<ImportCursor>(id, generation, first)).value;
  }
  const { total } = await store.progress.get(entity, generation);
  const staged = await store.staging.units(entity, generation);
  return done({ total, staged, ...(begun.phase === 'done' ? {} : { next: begun.unit }) });
}

/** Where a pass over the table begins. @param unit the number of its first page */
async function firstCursor(deps: Deps, { entity, tracked }: BoundEntity, mode: Mode, unit = 0): Promise<ImportCursor> {
  const startedAt = Date.now();
  const v0 = tracked && mode === 'import' ? await highestOldVersion(deps, entity.name, startedAt) : 0;
  return { phase: entity.name === 'connection' ? 'first' : 'tracked', unit, mode, v0, startedAt };
}

async function totalOf({ dynamics, schema }: Deps, bound: BoundEntity): Promise<number> {
  const own = await dynamics.count(bound.set);
  return bound.entity.name === 'connection'
    ? own + (await dynamics.count((await schema.table('opportunity')).entitySetName))
    : own;
}

/** The read whose last page brings the delta link: the import's first pass. */
const isTracked = (bound: BoundEntity, { phase, mode }: ImportCursor): boolean =>
  phase === 'tracked' && bound.tracked && mode === 'import';

const selectOf = (bound: BoundEntity, { narrow }: ImportCursor): string[] =>
  narrow ? lightSelect(bound) : bound.select;

async function readNext(deps: Deps, bound: BoundEntity, cursor: ImportCursor): Promise<DynamicsPage> {
  const { dynamics, schema } = deps;
  const { set } = bound;
  const select = selectOf(bound, cursor);
  const track = isTracked(bound, cursor);
  if (cursor.next) return dynamics.follow(cursor.next, PAGE_ROWS, track);
  if (cursor.phase === 'first') {
    // Contact roles come from the opportunities' own columns too.
    const table = await schema.table('opportunity');
    return dynamics.readPage({
      set: table.entitySetName,
      select: ownColumns(table),
      pageSize: PAGE_ROWS,
    });
  }
  if (cursor.phase === 'since') {
    return dynamics.readPage({ set, select, filter: `versionnumber ge ${cursor.v0}`, pageSize: PAGE_ROWS });
  }
  return dynamics.readPage({
    set,
    select,
    pageSize: PAGE_ROWS,
    ...(track && { track }),
  });
}

/** A narrow page is all there is to read past a row with. */
function readPatiently(deps: Deps, bound: BoundEntity, id: string, cursor: ImportCursor): Promise<DynamicsPage> {
  const read = () => readNext(deps, bound, cursor);
  if (cursor.narrow || cursor.phase === 'first') return read();
  return readOrGiveUp(deps, bound, id, String(cursor.unit), read);
}

/** What follows the page just read. */
async function advance(
  deps: Deps,
  bound: BoundEntity,
  generation: number,
  cursor: ImportCursor,
  page: DynamicsPage,
): Promise<ImportCursor> {
  const { next: _next, ...kept } = cursor;
  const rest = cursor.next === undefined ? { ...kept, select: selectOf(bound, cursor) } : kept;
  const unit = cursor.unit + 1;
  if (page.nextLink) return { ...rest, unit, next: page.nextLink };
  if (cursor.phase === 'first') return { ...rest, unit, phase: 'tracked' };
  if (cursor.phase === 'tracked' && page.deltaLink) {
    await deps.store.checkpoints.pin<DeltaCursor>(deltaId(bound.entity.name), generation, {
      link: page.deltaLink,
      ...(rest.select && { select: rest.select }),
    });
    // A later generation follows an expired token: what was deleted since then only the id pass can tell.
    const covered = generation === FIRST_GENERATION && (await datesFromFirstPage(deps, cursor, page.deltaLink));
    return { ...rest, unit, phase: covered ? 'done' : 'since' };
  }
  // Without one the table would never be looked at again.
  if (isTracked(bound, cursor)) {
    const about = `${bound.set}: a tracked read ended without a delta link`;
    throw new ApiError({ api: 'dynamics', operation: `${bound.set}.read`, kind: 'transient', about });
  }
  if (cursor.phase === 'since') return { ...rest, unit, phase: 'ids' };
  return { ...rest, unit, phase: 'done' };
}

/**
 * Where a pass over the table begins again, when a page could not be had.
 *
 * How long a next link lives is not documented (dataverse-api §14.8); one that is refused is taken for one that has expired, and may be refused
 * for a row. A row for which a page is refused, or never read, or that alone is over the bound of an answer, is not known by its id, and nothing leads past it
 * but a read that it is not in the way of: of ids, versions and times. The rows are then read by id, which finds that one; the delta link
 * brings no more either, and its rows are read in the same way.
 */
function againFrom({ next, ...pass }: ImportCursor, error: unknown): { again: ImportCursor } {
  const againAt = Date.now();
  const isLost = next !== undefined && isApiError(error, 'expired-token');
  const isLostLately = pass.againAt !== undefined && againAt - pass.againAt < SOON_MS;
  if (isLost && !isLostLately) return { again: { ...pass, againAt } };
  const isOfRow = isLost || isApiError(error, 'too-large', 'refused');
  if (isOfRow && !pass.narrow && pass.phase !== 'first') return { again: { ...pass, narrow: true, againAt } };
  throw error;
}

/** A place that is lost again so soon has not expired. */
const SOON_MS = 30 * 60_000;

export interface Fetched {
  unit: number;
  /** None: nothing of it is left to carry out. */
  rows: number;
  more: boolean;
}

async function fetchPage(
  deps: Deps,
  entity: string,
  generation: number,
  unit: number,
  mode: Mode,
): Promise<Outcome<Fetched>> {
  const { store, schema } = deps;
  const bound = await schema.of(entity);
  const id = cursorId(entity, mode);
  const held = await store.checkpoints.get<ImportCursor>(id);
  // A newer generation took over: the work is done.
  if (held && held.generation !== generation) return done({ unit, rows: 0, more: false });
  const cursor = held?.value
    ? { ...held, value: held.value }
    : await store.checkpoints.pin(id, generation, await firstCursor(deps, bound, mode, unit));
  const place = unitId(entity, generation, unit);
  if (cursor.value.phase === 'done' || cursor.value.unit !== unit)
    return fetchedBefore(deps, place, unit, cursor.value);
  const attempt = await store.writers.take(`read/${id}`);
  if (cursor.value.phase === 'ids') {
    await queueDeleted(deps, bound);
    await store.checkpoints.move(id, cursor, { ...cursor.value, unit: unit + 1, phase: 'done' });
    return done({ unit, rows: 0, more: false });
  }
  const page = await readPatiently(deps, bound, id, cursor.value).catch((error: unknown) =>
    againFrom(cursor.value, error),
  );
  if ('again' in page) {
    await store.checkpoints.move(id, cursor, { ...page.again, unit: unit + 1 });
    return done({ unit, rows: 0, more: true });
  }
  const key = cursor.value.phase === 'first' ? 'opportunityid' : bound.primaryId;
  const unread = new Set<string>();
  // Read by its id, such a row is set aside.
  const join = (some: readonly DynamicsRow[]) => joinReadable(deps, bound, some, (guid) => unread.add(guid));
  const unexpected = new Unexpected<DynamicsRow>(page.rows.length);
  const read = await withoutUnexpected(distinct(page.rows, key), unexpected, join);
  const rows = read.flat();
  const bad = unexpected.rows.map(({ row, ...why }) => ({ row: { id: idOf(row, key) }, ...why }));
  await parkUnexpected(deps, entity, 'dynamics', bad, READER);
  const hints = [...unread].map((guid) => ({ id: guid }));
  await queueAll(deps, [{ entity, feed: 'dynamics', items: hints }]);
  await store.staging.put(place, rows, attempt);
  if (cursor.value.phase !== 'first') await noteNewest(deps, entity, rows.slice(-NEWEST_OF_PAGE));
  // A catch-up stands for the looks that were missed: contact roles come from the opportunity's own columns as well.
  if (entity === 'opportunity' && mode === 'import' && generation > FIRST_GENERATION && schema.has('connection')) {
    const items = rows.map((row) => ({ id: idOf(row, bound.primaryId), row }));
    await store.inbox.add('connection', 'dynamics', items, new Date());
  }
  const next = await advance(deps, bound, generation, cursor.value, page);
  // Of several attempts, one moves the cursor: the next page begins where its page ends, so no other page will do.
  if (await store.checkpoints.move(id, cursor, { ...next, attempt })) await store.staging.only(place, attempt);
  else await store.staging.drop(place, attempt);
  return done({ unit, rows: rows.length, more: next.phase !== 'done' });
}

/** The cursor had moved before: nobody may have heard of it, and the page is still to be carried out. */
async function fetchedBefore(
  { store }: Deps,
  place: string,
  unit: number,
  { phase, unit: next, attempt }: ImportCursor,
): Promise<Outcome<Fetched>> {
  if (next === unit + 1 && attempt !== undefined) await store.staging.only(place, attempt);
  const left = await store.staging.chunks(place);
  return done({ unit, rows: left.length, more: phase !== 'done' });
}

/** A page may bring a row twice (dataverse-api §4.3): the newer one counts. */
function distinct(rows: DynamicsRow[], primaryId: string): DynamicsRow[] {
  const byId = new Map<string, DynamicsRow>();
  for (const row of rows) {
    const id = idOf(row, primaryId);
    const other = byId.get(id);
    if (!other || versionOf(other) <= versionOf(row)) byId.set(id, row);
  }
  return [...byId.values()];
}

export const createFetch = (deps: Deps) => ({
  /** Pins the import's cursor, or finds where an earlier run of this generation stopped. */
  beginImport: (entity: string, generation: number, mode: Mode): Promise<Outcome<Begun>> =>
    run(() => withCurrentFields(deps, () => begin(deps, entity, generation, mode))),
  /** Reads one page and stages it; then moves the import's cursor. */
  fetchPage: (entity: string, generation: number, unit: number, mode: Mode): Promise<Outcome<Fetched>> =>
    run(() => withCurrentFields(deps, () => fetchPage(deps, entity, generation, unit, mode))),
  /** Ends an import: of an untracked table, queues the deletions. */
  finishImport: (entity: string, generation: number): Promise<Outcome<{ gone: number }>> =>
    run(async () => {
      const bound = await deps.schema.of(entity);
      await deps.store.progress.finish(entity, generation);
      return bound.entity.untracked ? sweepMissing(deps, entity, generation) : done({ gone: 0 });
    }),
});

import type { DynamicsRow } from '../clients/dynamics/types';
import type { Feed, InboxItem, InboxPage } from '../clients/mongo/inbox';
import { unitId } from '../clients/mongo/staging';
import { allEnded } from './all-ended';
import { type ApplyCounts, addCounts, noCounts } from './counts';
import { withCurrentFields } from './current-fields';
import { readAgain, takeStaged } from './damaged';
import type { Deps } from './deps';
import { run, stopIfCancelled } from './failures';
import type { Mode } from './fetch';
import { inTurn, mayBeMore, UNIT_ITEMS, UNIT_PAGES, withinUnit } from './inbox-unit';
import { Lane } from './lane';
import { applyObjects } from './objects/apply';
import { done, type Outcome } from './outcome';
import { applyPersons } from './persons/apply';
import { type WriteBackCounts, writeBack } from './persons/write-back';
import { pushPersons } from './push/persons';
import { applyRoles } from './roles/apply';
import { type ApplyMode, hintOf, idOf, withFields } from './rows';
import type { BoundEntity } from './schema';
import type { Unexpected } from './unexpected';
import { Writer } from './writer';

/**
 * Batches of 300 under way at once: five calls a second at a second each need more than five (peers §0.2); Marketo allows 10, and a batch is read,
 * planned and recorded as well.
 */
const AT_ONCE = 12;
/** Rows that were set aside and are due, that one activity tries again. */
const DUE_ROWS = 600;

/** One writer for an object: leads and contacts share `person`. */
const objectOf = (bound: BoundEntity): string => (bound.entity.target.kind === 'person' ? 'person' : bound.path);

function applyKind(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  items: InboxItem[],
  mode: ApplyMode,
  generation: number,
): Promise<ApplyCounts> {
  switch (bound.entity.target.kind) {
    case 'person':
      return applyPersons(deps, bound, writer, items, mode);
    case 'object':
      return applyObjects(deps, bound, writer, items, mode, generation);
    case 'roles':
      return applyRoles(deps, writer, items, mode);
  }
}

/** A row without its columns is read by its id: a page that held all of them was too large (activities/fetch.ts). */
const itemOf = (bound: BoundEntity, row: DynamicsRow, mode: Mode): InboxItem => ({
  ...(bound.primaryId in row ? hintOf(bound, row) : { id: idOf(row, 'opportunityid'), row }),
  ...(mode === 'resync' && { resync: true as const }),
});

interface StagedPage {
  id: string;
  unexpected: Unexpected<InboxItem>;
  /** Chunks with a row that is to be parked: they stay until that is known of the whole page. */
  kept: { chunk: number; sum: ApplyCounts }[];
}

/**
 * Staged pages, 300 rows a call, several calls at once; a page's last answers are waited for while the next one's first rows are planned. A
 * chunk that is gone was applied by an earlier attempt.
 */
async function applyUnits(
  deps: Deps,
  entity: string,
  generation: number,
  units: readonly number[],
  mode: Mode,
): Promise<Outcome<ApplyCounts>> {
  const { store, schema } = deps;
  const bound = await schema.of(entity);
  const writer = await Writer.open(deps, objectOf(bound));
  const lane = new Lane(deps, entity, 'dynamics', writer);
  const pages: StagedPage[] = [];
  const queue: { page: StagedPage; chunk: number }[] = [];
  for (const unit of units) {
    const id = unitId(entity, generation, unit);
    const { chunks, rows } = await store.staging.left(id);
    const page: StagedPage = { id, unexpected: lane.unit(rows), kept: [] };
    pages.push(page);
    queue.push(...chunks.map((chunk) => ({ page, chunk })));
  }
  let counts = noCounts(0);
  const settle = async (id: string, chunk: number, sum: ApplyCounts) => {
    await writer.check();
    await store.progress.add(entity, generation, sum);
    await store.synced.add(entity, sum.created + sum.updated);
    counts = addCounts(counts, sum);
    await store.staging.remove(id, chunk, writer.epoch);
  };
  const apply = async ({ id, unexpected, kept }: StagedPage, chunk: number) => {
    const taken = await takeStaged(deps, entity, id, chunk, writer.epoch);
    if (!taken) return;
    const { rows } = taken;
    writer.again ||= taken.begun;
    const items = await lane.join(rows.map((row) => itemOf(bound, row, mode)));
    const applied = await lane.work(items, unexpected, (some, part) =>
      applyKind(deps, bound, part, some, mode, generation),
    );
    const sum = { ...applied.reduce(addCounts, noCounts(0)), done: rows.length };
    if (unexpected.rows.some(({ row }) => items.includes(row))) kept.push({ chunk, sum });
    else await settle(id, chunk, sum);
  };
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      stopIfCancelled();
      await apply(next.page, next.chunk);
    }
  };
  await allEnded(
    Array.from({ length: AT_ONCE }, () => worker()),
    () => queue.splice(0),
  );
  for (const { id, unexpected, kept } of pages) {
    await lane.endUnit(unexpected);
    for (const { chunk, sum } of kept) await settle(id, chunk, sum);
    for (const chunk of await store.staging.chunks(id)) await store.staging.remove(id, chunk, writer.epoch);
  }
  return done(counts);
}

/** The oldest changes that came from Dynamics, and those that were set aside and are due. `more`: there may be further ones. */
async function applyInbox(deps: Deps, entity: string): Promise<Outcome<ApplyCounts & { more: boolean }>> {
  const { store } = deps;
  const { bound, lane, pages } = await take(deps, entity, 'dynamics');
  if (!lane) return done({ ...noCounts(0), more: false });
  let counts = noCounts(0);
  const apply = async ({ items, mode, fields, rolling }: Kind, unexpected: Unexpected<InboxItem>) => {
    const some = fields ? withFields(bound, fields) : bound;
    const applied = await lane.work(items, unexpected, (part, writer) => applyKind(deps, some, writer, part, mode, 0));
    const sum = applied.reduce(addCounts, noCounts(0));
    await store.synced.add(entity, sum.created + sum.updated);
    if (rolling) await store.reconciliation.note(entity, sum.eligible, sum.created + sum.updated + sum.back);
    counts = addCounts(counts, sum);
    return [sum];
  };
  for (const page of pages) if (page.damaged) await readAgain(deps, bound, 'dynamics', page);
  for (const some of withinUnit(inTurn(bound, pages))) {
    const items = some.flatMap((page) => page.items);
    const unexpected = lane.unit(items.length);
    for (const kind of byKind(await lane.join(items))) await apply(kind, unexpected);
    await lane.endUnit(unexpected);
    await lane.writer.check();
    for (const page of some) {
      await store.inbox.remove(page.id, lane.writer.epoch);
      await noteRequested(deps, page.items);
    }
  }
  await lane.workOnDue(DUE_ROWS, byKind, async (items) => {
    const unexpected = lane.unit(items.length);
    for (const kind of byKind(items)) await apply(kind, unexpected);
    await lane.endUnit(unexpected);
    return [];
  });
  return done({ ...counts, more: mayBeMore(pages) || pages.some((page) => page.background) });
}

/** How far requests have come: a page that is applied twice counts twice, which does no harm. */
async function noteRequested({ store }: Deps, items: readonly InboxItem[]): Promise<void> {
  const { request } = items[0] ?? {};
  if (request !== undefined) await store.requests.applied(request, items.length);
}

type Kind = { items: InboxItem[]; mode: ApplyMode; rolling: boolean; fields?: string[] };

/** What an operator asked for is read from both sides; items of one kind are worked on together. */
function byKind(items: readonly InboxItem[]): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const item of items) {
    const { resync = false, rolling = false, fields } = item;
    const of = resync ? { rolling, ...(fields && { fields }) } : { rolling: false };
    const key = JSON.stringify([resync, of]);
    const kind = kinds.get(key) ?? { items: [], mode: resync ? 'resync' : 'live', ...of };
    kind.items.push(item);
    kinds.set(key, kind);
  }
  return [...kinds.values()];
}

/** The oldest hints that came from Marketo, and those that were set aside and are due. */
async function writeBackInbox(deps: Deps, entity: string): Promise<Outcome<WriteBackCounts & { more: boolean }>> {
  const { store } = deps;
  const { bound, lane, pages } = await take(deps, entity, 'marketo');
  const counts = { done: 0, updated: 0 };
  if (!lane) return done({ ...counts, more: false });
  const work = async (items: InboxItem[]) => {
    const unexpected = lane.unit(items.length);
    const written = await lane.work(items, unexpected, async (some, part) => {
      const pushed = await pushPersons(deps, bound, part, some);
      const hints = some.filter(({ push }) => push === undefined);
      const back = await writeBack(deps, bound, part, hints);
      return { done: pushed.done + back.done, updated: pushed.created + back.updated };
    });
    await lane.endUnit(unexpected);
    for (const { done: some, updated } of written) {
      counts.done += some;
      counts.updated += updated;
      await store.synced.add(entity, updated);
    }
    return [];
  };
  for (const page of pages) if (page.damaged) await readAgain(deps, bound, 'marketo', page);
  for (const some of withinUnit(inTurn(bound, pages))) {
    await work(await lane.join(some.flatMap((page) => page.items)));
    await lane.writer.check();
    for (const page of some) await store.inbox.remove(page.id, lane.writer.epoch);
  }
  await lane.workOnDue(DUE_ROWS, (items) => [{ items }], work);
  return done({ ...counts, more: mayBeMore(pages) });
}

type Taken = { bound: BoundEntity; lane?: Lane; pages: InboxPage[] };

/** @returns no lane where there is nothing to do */
async function take(deps: Deps, entity: string, feed: Feed): Promise<Taken> {
  const { store } = deps;
  const bound = await deps.schema.of(entity);
  const pages = await store.inbox.take(entity, feed, UNIT_PAGES, UNIT_ITEMS);
  const due = (await store.asides.counts()).get(entity)?.[feed] ?? 0;
  if (pages.length + due === 0) return { bound, pages };
  const writer = await Writer.open(deps, objectOf(bound));
  await store.inbox.stamp(
    pages.map(({ id }) => id),
    writer.epoch,
  );
  writer.again = pages.some(({ begun }) => begun);
  return { bound, lane: new Lane(deps, entity, feed, writer), pages };
}

export const createApply = (deps: Deps) => ({
  /** Upserts staged pages of an import or resync. */
  applyUnits: (entity: string, generation: number, units: number[], mode: Mode): Promise<Outcome<ApplyCounts>> =>
    run(() => withCurrentFields(deps, () => applyUnits(deps, entity, generation, units, mode))),
  /** One of them: for imports that were begun before several were written together. */
  applyUnit: (entity: string, generation: number, unit: number, mode: Mode): Promise<Outcome<ApplyCounts>> =>
    run(() => withCurrentFields(deps, () => applyUnits(deps, entity, generation, [unit], mode))),
  /** Upserts what the look found in Dynamics. */
  applyInbox: (entity: string): Promise<Outcome<ApplyCounts & { more: boolean }>> =>
    run(() => withCurrentFields(deps, () => applyInbox(deps, entity))),
  /** Writes back what the look found in Marketo. */
  writeBack: (entity: string): Promise<Outcome<WriteBackCounts & { more: boolean }>> =>
    run(() => withCurrentFields(deps, () => writeBackInbox(deps, entity))),
});

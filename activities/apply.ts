import type { DynamicsRow } from '../clients/dynamics/types';
import type { Feed, InboxItem, InboxPage } from '../clients/mongo/inbox';
import { unitId } from '../clients/mongo/staging';
import { allEnded } from './all-ended';
import { type ApplyCounts, addCounts, noCounts } from './counts';
import { withCurrentFields } from './current-fields';
import type { Deps } from './deps';
import { run, stopIfCancelled } from './failures';
import type { Mode } from './fetch';
import { applyObjects } from './objects/apply';
import { done, type Outcome } from './outcome';
import { applyPersons } from './persons/apply';
import { type WriteBackCounts, writeBack } from './persons/write-back';
import { pushPersons } from './push/persons';
import { applyRoles } from './roles/apply';
import { type ApplyMode, withFields } from './rows';
import type { BoundEntity } from './schema';
import { isOutcome, Writer } from './writer';

/** Upserts under way at once: five calls a second at a second each need more than five (peers §0.2); Marketo allows 10. */
const AT_ONCE = 8;
/** Inbox pages that one activity works off: a unit, so that a pause takes hold soon. */
const INBOX_PAGES = 4;

/** One writer for an object: leads and contacts share `person`. */
const objectOf = (bound: BoundEntity): string => (bound.entity.target.kind === 'person' ? 'person' : bound.path);

async function applyItems(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  items: InboxItem[],
  mode: ApplyMode,
  generation: number,
): Promise<ApplyCounts> {
  const part = writer.part();
  try {
    const applied = await applyKind(deps, bound, part, items, mode, generation);
    await part.recorded();
    return applied;
  } finally {
    await part.failed();
  }
}

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

const itemOf = (bound: BoundEntity, row: DynamicsRow): InboxItem => ({
  id: String(row[bound.primaryId] ?? row.opportunityid),
  row,
});

/** A staged page, 300 rows a call, several calls at once. A chunk that is gone was applied by an earlier attempt. */
async function applyUnit(
  deps: Deps,
  entity: string,
  generation: number,
  unit: number,
  mode: Mode,
): Promise<Outcome<ApplyCounts>> {
  const { store, schema } = deps;
  const bound = await schema.of(entity);
  const writer = await Writer.open(deps, objectOf(bound));
  if (isOutcome(writer)) return writer;
  const id = unitId(entity, generation, unit);
  const chunks = await store.staging.chunks(id);
  let counts = noCounts(0);
  const worker = async () => {
    for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
      stopIfCancelled();
      const rows = await store.staging.get<DynamicsRow>(id, chunk);
      if (!rows) continue;
      const applied = await applyItems(
        deps,
        bound,
        writer,
        rows.map((row) => itemOf(bound, row)),
        mode,
        generation,
      );
      await store.progress.add(entity, generation, applied);
      await store.synced.add(entity, applied.created + applied.updated);
      await store.staging.remove(id, chunk);
      counts = addCounts(counts, applied);
    }
  };
  await allEnded(
    Array.from({ length: AT_ONCE }, () => worker()),
    () => chunks.splice(0),
  );
  return done(counts);
}

/** The oldest changes that came from Dynamics. `more`: there may be further ones. */
async function applyInbox(deps: Deps, entity: string): Promise<Outcome<ApplyCounts & { more: boolean }>> {
  const taken = await take(deps, entity, 'dynamics');
  if ('kind' in taken) return taken;
  const { bound, writer, pages } = taken;
  if (!writer) return done({ ...noCounts(0), more: false });
  let counts = noCounts(0);
  // One after the other: the same row may be in two pages.
  for (const page of pages) {
    stopIfCancelled();
    for (const { items, mode, fields, rolling } of byKind(page.items)) {
      const some = fields ? withFields(bound, fields) : bound;
      const applied = await applyItems(deps, some, writer, items, mode, 0);
      await deps.store.synced.add(entity, applied.created + applied.updated);
      const drift = applied.created + applied.updated + applied.back;
      if (rolling) await deps.store.reconciliation.note(entity, applied.eligible, drift);
      counts = addCounts(counts, applied);
    }
    await deps.store.inbox.remove([page.id]);
    await noteRequested(deps, page.items);
  }
  return done({ ...counts, more: pages.length === INBOX_PAGES || taken.background });
}

/** How far requests have come: a page that is applied twice counts twice, which does no harm. */
async function noteRequested({ store }: Deps, items: readonly InboxItem[]): Promise<void> {
  const { request } = items[0] ?? {};
  if (request !== undefined) await store.requests.applied(request, items.length);
}

type Kind = { items: InboxItem[]; mode: ApplyMode; rolling: boolean; fields?: string[] };

/** What an operator asked for is read from both sides, and is by itself: a page holds one request's rows or a feed's. */
function byKind(items: readonly InboxItem[]): Kind[] {
  const asked = items.filter(({ resync }) => resync);
  const live = items.filter(({ resync }) => !resync);
  const { fields, rolling = false } = asked[0] ?? {};
  return [
    ...(live.length > 0 ? [{ items: live, mode: 'live' as const, rolling: false }] : []),
    ...(asked.length > 0 ? [{ items: asked, mode: 'resync' as const, rolling, ...(fields && { fields }) }] : []),
  ];
}

/** The oldest hints that came from Marketo. */
async function writeBackInbox(deps: Deps, entity: string): Promise<Outcome<WriteBackCounts & { more: boolean }>> {
  const taken = await take(deps, entity, 'marketo');
  if ('kind' in taken) return taken;
  const { bound, writer, pages } = taken;
  if (!writer) return done({ done: 0, updated: 0, more: false });
  const counts = { done: 0, updated: 0 };
  for (const page of pages) {
    stopIfCancelled();
    const hints = page.items.filter(({ push }) => push === undefined);
    const pushed = await pushPersons(deps, bound, writer, page.items);
    const written = await writeBack(deps, bound, writer, hints);
    counts.done += pushed.done + written.done;
    counts.updated += pushed.created + written.updated;
    await deps.store.synced.add(entity, pushed.created + written.updated);
    await deps.store.inbox.remove([page.id]);
  }
  return done({ ...counts, more: pages.length === INBOX_PAGES });
}

type Taken = { bound: BoundEntity; writer?: Writer; pages: InboxPage[]; background: boolean };

async function take(deps: Deps, entity: string, feed: Feed): Promise<Taken | Outcome<never>> {
  const bound = await deps.schema.of(entity);
  const pages = await deps.store.inbox.take(entity, feed, INBOX_PAGES);
  const background = pages.some((page) => page.background);
  if (pages.length === 0) return { bound, pages, background };
  const writer = await Writer.open(deps, objectOf(bound));
  return isOutcome(writer) ? writer : { bound, writer, pages, background };
}

export const createApply = (deps: Deps) => ({
  /** Upserts one staged page of an import or resync. */
  applyUnit: (entity: string, generation: number, unit: number, mode: Mode): Promise<Outcome<ApplyCounts>> =>
    run(() => withCurrentFields(deps, () => applyUnit(deps, entity, generation, unit, mode))),
  /** Upserts what the look found in Dynamics. */
  applyInbox: (entity: string): Promise<Outcome<ApplyCounts & { more: boolean }>> =>
    run(() => withCurrentFields(deps, () => applyInbox(deps, entity))),
  /** Writes back what the look found in Marketo. */
  writeBack: (entity: string): Promise<Outcome<WriteBackCounts & { more: boolean }>> =>
    run(() => withCurrentFields(deps, () => writeBackInbox(deps, entity))),
});

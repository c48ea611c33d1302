import type { DynamicsRow } from '../../clients/dynamics/types';
import type { InboxItem } from '../../clients/mongo/inbox';
import { type Link, linkId } from '../../clients/mongo/links';
import { columnKey } from '../../model/bind';
import { isForDynamics } from '../../model/decision';
import { mayWrite } from '../../model/deletion';
import { eligibility } from '../../model/eligibility';
import { type Marks, noneParked } from '../../model/fingerprint';
import { claimOn, sightingOf, successorOf } from '../../model/identity';
import type { Parked } from '../../model/park';
import { stateIs, trailed } from '../../model/trail';
import { commit, type Written } from '../commit';
import { keepConflicts } from '../conflicts';
import { type ApplyCounts, noCounts } from '../counts';
import type { Deps } from '../deps';
import { loadInTurn } from '../load-in-turn';
import { queueAll } from '../queue';
import { loadTargets, resolve, wakeLinked } from '../references';
import { type ApplyMode, type Candidate, isApplied, type Loaded, newLink } from '../rows';
import type { BoundEntity } from '../schema';
import { parkTooLarge } from '../too-large';
import type { Writer } from '../writer';
import { settleContested } from './contested';
import { queueDecided } from './decide';
import { type Found, findPersons, guidIn } from './find';
import { applyGonePersons } from './gone';
import { giveBack, type Inheritance } from './hand-over';
import { type Lost, settleLost } from './lost';
import { conflictsOf } from './pair';
import { type PersonTask, planPerson } from './plan';
import { readPersons } from './read';
import { isRefused, recordPersons } from './record';
import { sendPersons } from './send';
import { applySuccessions } from './succession';
import { bridgeTeams, planBridges, removeBridges } from './teams';
import { noteUnarrived } from './unarrived';

/** Applies up to 300 rows: reads both sides, merges, writes to Marketo, records the outcomes. */
export async function applyPersons(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  items: readonly InboxItem[],
  mode: ApplyMode,
): Promise<ApplyCounts> {
  return loadInTurn(deps, bound, writer, items, mode, rowsOf(bound), (loaded) =>
    applyLoaded(deps, bound, writer, items, mode, loaded),
  );
}

/** Parts that are worked on at once may be about rows of which one stands for the other. */
const rowsOf =
  (bound: BoundEntity) =>
  ({ linkId: id, row }: Candidate): (string | undefined)[] => [id, ...standIns(bound, row)];

async function applyLoaded(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  items: readonly InboxItem[],
  mode: ApplyMode,
  loaded: Loaded,
): Promise<ApplyCounts> {
  const { gone } = loaded;
  await parkTooLarge(deps, writer, loaded.tooLarge);
  const clear = await writer.withoutUnclear(loaded.candidates, rowsOf(bound));
  const candidates = writer.withoutBusy(clear, rowsOf(bound));
  if (mode === 'resync') await noteUnarrived(deps, candidates);
  await wakeLinked(deps.store, writer, candidates);
  const counts = noCounts(items.length);
  counts.updated += await applyGonePersons(deps, bound, writer, gone, items);

  const synced = await sortOut(deps, bound, writer, candidates, mode);
  // Bridges that were not removed when their rows stood aside.
  await removeBridges(
    deps,
    writer,
    candidates.flatMap(({ link }) => (link?.state === 'superseded' ? link : [])),
  );
  const eligible = await applySuccessions(deps, bound, writer, synced);
  counts.eligible = candidates.filter(({ row }) => eligibility(bound.entity.name, row) === 'eligible').length;
  counts.unchanged = counts.eligible - eligible.length;
  if (eligible.length === 0) return counts;

  const found = await findPersons(deps, writer, eligible, mode);
  const ids = [...found.values()].flatMap((where) => ('marketoId' in where ? [where.marketoId] : []));
  const large = new Set<number>();
  const records = await readPersons(deps, bound.marketoFields, ids, (id) => large.add(id));
  const targets = await loadTargets(deps, bound, eligible);
  const planned: PersonTask[] = [];
  const lost: Lost[] = [];
  const taken: Taken[] = [];
  const unread: Link[] = [];
  const kept: { candidate: Candidate; parked: Parked }[] = [];
  await writer.plan(eligible, (candidate) => {
    const where = found.get(candidate.linkId) ?? { how: 'none' };
    if (where.how === 'ambiguous' || where.how === 'to-be-adopted') {
      kept.push({ candidate, parked: { reason: where.how } });
      return;
    }
    if (where.how !== 'linked' && where.how !== 'none') candidate.how = where.how;
    const record = where.how === 'none' ? null : records.get(where.marketoId);
    const base = candidate.link ?? newLink(candidate.linkId, deps.store.links.epoch);
    const link = {
      ...base,
      ...(where.how !== 'none' && { marketoId: where.marketoId }),
      ...(where.how === 'qualified' && base.marks.size === 0 && { marks: inherited(bound, candidate, where.marks) }),
    };
    if (where.how !== 'none' && large.has(where.marketoId)) {
      unread.push({ ...link, ...metBy(candidate, base) });
      return;
    }
    const claim =
      where.how === 'none' ? 'use' : claimOn(where.how, sightingOf(candidate.id, record ? guidIn(record) : undefined));
    if (claim === 'look-again') {
      taken.push({ row: candidate.id, person: Number(link.marketoId) });
      return;
    }
    if (claim !== 'use' || record === undefined) {
      lost.push({ link: { ...link, ...metBy(candidate, base) }, loss: claim === 'not-ours' ? 'not-ours' : 'missing' });
      return;
    }
    planned.push(planPerson(deps, bound, candidate, link, record, resolve(bound, candidate, targets)));
  });
  await lookAgain(deps, bound, writer, taken);
  await settleLost(deps, writer, lost);
  await parkTooLarge(deps, writer, unread);
  const merged = await settleContested(deps, bound, planned);
  await keepConflicts(
    deps,
    writer,
    merged.flatMap(({ candidate, record, decisions }) => conflictsOf(deps, candidate, record, decisions, 'to-marketo')),
  );
  await sendPersons(deps, writer, merged);
  await giveBack(deps, writer, new Map(merged.flatMap((task) => (isUnwritten(task) ? heirOf(task, found) : []))));
  const tasks = writer.withoutFailed(merged, ({ candidate }) => candidate.linkId);
  const bridges = await planBridges(deps, tasks, targets);
  // Before the links say that they are released.
  const released = tasks.filter(({ candidate: { link } }) => link?.state === 'frozen' || link?.dirty);
  await queueDecided(
    deps,
    bound,
    released.map(({ candidate }) => candidate.linkId),
  );
  await recordPersons(deps, bound, writer, tasks, kept, targets);
  // A bridge that fails is no reason to doubt the persons.
  await writer.recorded();
  await bridgeTeams(deps, writer, bridges);
  counts.back = tasks.filter(({ decisions }) => isForDynamics(decisions)).length;
  for (const { result } of tasks) {
    if (result?.status === 'created') counts.created += 1;
    else if (result?.status === 'updated') counts.updated += 1;
    else counts.unchanged += 1;
  }
  return counts;
}

/** Rows whose person may become this row's: its lead, and the row that it was merged with. */
function standIns({ entity }: BoundEntity, row: DynamicsRow): (string | undefined)[] {
  const successor = successorOf(entity.name, row);
  const lead = row._originatingleadid_value;
  return [
    ...(lead ? [linkId('lead', String(lead))] : []),
    ...(successor ? [linkId(successor.entity, successor.id)] : []),
  ];
}

/** Nothing came of it for certain. */
const isUnwritten = (task: PersonTask): boolean =>
  task.failed ? task.failed.error.kind !== 'ambiguous' : isRefused(task);

function heirOf({ candidate: { linkId: id } }: PersonTask, found: ReadonlyMap<string, Found>): [string, Inheritance][] {
  const where = found.get(id);
  return where?.how === 'qualified' ? [[id, where]] : [];
}

/** A person that was to be adopted, and that others deleted in the meantime, or gave to another row, as a merge in Marketo does. */
type Taken = { row: string; person: number };

async function lookAgain(
  deps: Deps,
  { entity: { name } }: BoundEntity,
  writer: Writer,
  taken: readonly Taken[],
): Promise<void> {
  await queueAll(deps, [{ entity: name, feed: 'dynamics', items: taken.map(({ row }) => ({ id: row })) }]);
  for (const { row, person } of taken)
    await deps.store.people.release(person, linkId(name, row), undefined, writer.epoch);
}

/** What a link remembers of a row that was met and not written: an edit is made up for when that is possible again. */
const metBy = ({ version }: Candidate, link: Link): Pick<Link, 'seenVersion' | 'dirty'> => ({
  seenVersion: Math.max(link.seenVersion, version),
  dirty: link.dirty === true || version > link.seenVersion,
});

/** What may be written now; the others' links are brought up to date on the way. */
async function sortOut(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  candidates: readonly Candidate[],
  mode: ApplyMode,
): Promise<Candidate[]> {
  const aside: Written[] = [];
  const { whenDeletedInMarketo } = deps.settings;
  const eligible = candidates.filter((candidate) => {
    const { link, row, version } = candidate;
    const base = link ?? newLink(candidate.linkId, deps.store.links.epoch);
    const met = metBy(candidate, base);
    const may = mayWrite(link?.state, link?.marketoId !== undefined, whenDeletedInMarketo);
    if (may === 'no') {
      // An attempt died before it had queued what belongs to the row.
      if (base.state === 'superseded') return base.moved === true;
      // Two persons that were merged in Marketo, and their rows in Dynamics now: no trouble any more.
      if (successorOf(bound.entity.name, row)?.why === 'merged') return true;
      if (base.state === 'tombstone' && version > base.seenVersion)
        aside.push({ before: link, now: { ...base, ...met } });
      return false;
    }
    const standing = eligibility(bound.entity.name, row);
    if (standing !== 'eligible') {
      // Made by us, and frozen before its first merge: it stays what it is until it is switched on.
      if (link?.state === 'pushed') return false;
      const moved = version > base.seenVersion || base.state !== standing;
      const trail = trailed(base, base.state === standing ? [] : [stateIs(standing, Date.now())]);
      if (moved) aside.push({ before: link, now: { ...base, ...met, ...trail, state: standing, dirty: true } });
      return false;
    }
    if (may === 'again') return met.dirty;
    return mode === 'resync' || !isApplied(candidate);
  });
  await commit(deps, writer, aside);
  return eligible;
}

/**
 * What the lead and the person had agreed on is what contact and person start from; but an empty column of the contact is more likely
 * one that was not brought over than one that was cleared, so a value beats it.
 */
function inherited(bound: BoundEntity, { row }: Candidate, marks: Marks): Marks {
  const filled = bound.fields.filter(
    ({ column }) => ![null, undefined, '', false].includes(row[columnKey(column)] as null),
  );
  const keys = new Set(filled.map(({ key }) => key));
  // What was kept back of the lead is kept back anew, and listed, of the contact.
  const agreed = noneParked(marks);
  return new Map([...agreed].filter(([key]) => keys.has(key)));
}

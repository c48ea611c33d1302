import type { MarketoRecord } from '../../clients/marketo/types';
import type { InboxItem } from '../../clients/mongo/inbox';
import type { Link } from '../../clients/mongo/links';
import { columnKey } from '../../model/bind';
import { eligibility } from '../../model/eligibility';
import { PERSON_IDENTITY } from '../../model/entities';
import type { Marks } from '../../model/fingerprint';
import { forDynamics } from '../../model/merge';
import type { Parked, ParkReason } from '../../model/park';
import { stateIs, trailed } from '../../model/trail';
import { type ApplyCounts, noCounts } from '../counts';
import type { Deps } from '../deps';
import { loadTargets, resolve, wakeChanged, wakeLinked } from '../references';
import { type ApplyMode, type Candidate, isApplied, loadRows, newLink } from '../rows';
import type { BoundEntity } from '../schema';
import type { Writer } from '../writer';
import { settleContested } from './contested';
import { type Found, findPersons } from './find';
import { applyGonePersons } from './gone';
import { conflictsOf } from './pair';
import { type PersonTask, planPerson } from './plan';
import { readPersons } from './read';
import { recordPersons } from './record';
import { sendPersons } from './send';
import { bridgeTeams, planBridges } from './teams';

/** Applies up to 300 rows: reads both sides, merges, writes to Marketo, records the outcomes. */
export async function applyPersons(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  items: readonly InboxItem[],
  mode: ApplyMode,
): Promise<ApplyCounts> {
  const { candidates, gone } = await loadRows(deps, bound, items, mode);
  await wakeLinked(deps.store, candidates);
  const counts = noCounts(items.length);
  counts.updated += await applyGonePersons(deps, bound, writer, gone, items);

  const eligible = await sortOut(deps, bound, writer, candidates, mode);
  counts.eligible = candidates.filter(({ row }) => eligibility(bound.entity.name, row) === 'eligible').length;
  counts.unchanged = counts.eligible - eligible.length;
  if (eligible.length === 0) return counts;

  const found = await findPersons(deps, eligible);
  const ids = [...found.values()].flatMap((where) => ('marketoId' in where ? [where.marketoId] : []));
  const records = await readPersons(deps, bound, ids);
  const targets = await loadTargets(deps, bound, eligible);
  const planned: PersonTask[] = [];
  const tombstones: { link: Link; reason: ParkReason }[] = [];
  const kept: { candidate: Candidate; parked: Parked }[] = [];
  for (const candidate of eligible) {
    const where = found.get(candidate.linkId) ?? { how: 'none' };
    if (where.how === 'ambiguous') {
      kept.push({ candidate, parked: { reason: 'ambiguous' } });
      continue;
    }
    if (where.how !== 'linked' && where.how !== 'none') candidate.how = where.how;
    const record = 'marketoId' in where ? records.get(where.marketoId) : null;
    const base = candidate.link ?? newLink(candidate.linkId, deps.store.links.epoch);
    const link = {
      ...base,
      ...('marketoId' in where && { marketoId: where.marketoId }),
      ...(where.how === 'qualified' && base.marks.size === 0 && { marks: inherited(bound, candidate, where.marks) }),
    };
    if (record === undefined || (record !== null && !isOurs(candidate, record, where))) {
      const seenVersion = Math.max(link.seenVersion, candidate.version);
      tombstones.push({
        link: { ...link, state: 'tombstone', seenVersion },
        reason: record === undefined ? 'gone-from-marketo' : 'not-ours',
      });
      continue;
    }
    planned.push(planPerson(deps, bound, candidate, link, record, resolve(bound, candidate, targets)));
  }
  await bury(deps, writer, tombstones);
  const tasks = await settleContested(deps, bound, planned);
  await deps.store.conflicts.add(
    tasks.flatMap(({ candidate, record, decisions }) => conflictsOf(deps, candidate, record, decisions, 'to-marketo')),
  );
  await sendPersons(deps, writer, tasks);
  const bridges = await planBridges(deps, tasks, targets);
  await recordPersons(deps, bound, writer, tasks, kept, targets);
  await bridgeTeams(deps, writer, bridges);
  counts.back = tasks.filter(({ decisions }) => Object.keys(forDynamics(decisions)).length > 0).length;
  for (const { result } of tasks) {
    if (result?.status === 'created') counts.created += 1;
    else if (result?.status === 'updated') counts.updated += 1;
    else counts.unchanged += 1;
  }
  return counts;
}

/** A person that is not there, or not ours: nothing is written, and the row is listed. */
async function bury(
  deps: Deps,
  writer: Writer,
  tombstones: readonly { link: Link; reason: ParkReason }[],
): Promise<void> {
  if (tombstones.length === 0) return;
  const { store } = deps;
  await store.parked.settle(
    tombstones.map(({ link, reason }) => ({ id: link.id, was: link.parked, now: [{ reason }] })),
  );
  await store.links.put(
    tombstones.map(({ link }) => ({ ...link, ...trailed(link, [stateIs('tombstone', Date.now())]), parked: [''] })),
    writer.epoch,
  );
}

/** What may be written now; the others' links are brought up to date on the way. */
async function sortOut(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  candidates: readonly Candidate[],
  mode: ApplyMode,
): Promise<Candidate[]> {
  const aside: { before: Link | undefined; now: Link }[] = [];
  const eligible = candidates.filter((candidate) => {
    const { link, row, version } = candidate;
    if (link?.state === 'superseded' || link?.state === 'tombstone') return false;
    const may = eligibility(bound.entity.name, row);
    // Made by us, and frozen before its first merge: it stays what it is until it is switched on.
    if (link?.state === 'pushed' && may !== 'eligible') return false;
    if (may !== 'eligible') {
      const base = link ?? newLink(candidate.linkId, deps.store.links.epoch);
      const moved = version > base.seenVersion || base.state !== may;
      const trail = trailed(base, base.state === may ? [] : [stateIs(may, Date.now())]);
      const seenVersion = Math.max(version, base.seenVersion);
      if (moved) aside.push({ before: link, now: { ...base, ...trail, state: may, seenVersion, dirty: true } });
      return false;
    }
    return mode === 'resync' || !isApplied(candidate);
  });
  await deps.store.links.put(
    aside.map(({ now }) => now),
    writer.epoch,
  );
  await wakeChanged(deps.store, aside);
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
  return new Map([...marks].filter(([key]) => keys.has(key)));
}

/** Ids are small integers, and another instance has them too: only a person that carries our id is ours. */
function isOurs({ id }: Candidate, record: MarketoRecord, where: Found): boolean {
  if (where.how === 'adopted' || where.how === 'qualified') return true;
  return String(record[PERSON_IDENTITY.id] ?? '').toLowerCase() === id;
}

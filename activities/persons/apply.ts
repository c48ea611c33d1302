import type { MarketoRecord, SyncResult } from '../../clients/marketo/types';
import type { Conflict } from '../../clients/mongo/conflicts';
import type { InboxItem } from '../../clients/mongo/inbox';
import type { Link } from '../../clients/mongo/links';
import { eligibility } from '../../model/eligibility';
import { PERSON_IDENTITY, PLACEHOLDER_COMPANY } from '../../model/entities';
import { type FieldDecision, forDynamics, forMarketo, heldFields, marksAfter } from '../../model/merge';
import type { Parked } from '../../model/park';
import { type ApplyCounts, noCounts } from '../counts';
import type { Deps } from '../deps';
import { loadTargets, type ResolvedRow, resolve, wait, wake } from '../references';
import { type ApplyMode, type Candidate, isApplied, loadRows, newLink } from '../rows';
import type { BoundEntity } from '../schema';
import type { WriteRow, Writer } from '../writer';
import { type Found, findPersons } from './find';
import { applyGonePersons } from './gone';
import { conflictsOf, mergePair } from './pair';
import { bridgeTeams } from './teams';

/** One row on its way to Marketo. */
interface Task {
  candidate: Candidate;
  link: Link;
  resolved: ResolvedRow;
  /** The person just read; null: to be created. */
  record: MarketoRecord | null;
  decisions: FieldDecision[];
  values: Record<string, unknown>;
  /** What Marketo refused of it, by field; the rest is sent again without. */
  refused: Map<string, string>;
  result?: SyncResult;
}

/** Marketo names one bad field at a time: so many rounds of leaving one out before the row is given up. */
const ROUNDS = 6;
/** marketo-api §2.3 */
const NOT_FOUND = '1004';
const EXISTS = '1005';
const MULTIPLE = '1007';

/** Applies up to 300 rows: reads both sides, merges, writes to Marketo, records the outcomes. */
export async function applyPersons(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  items: readonly InboxItem[],
  mode: ApplyMode,
): Promise<ApplyCounts> {
  const { candidates, gone } = await loadRows(deps, bound, items);
  const counts = noCounts(items.length);
  counts.updated += await applyGonePersons(deps, bound, writer, gone);

  const eligible = await sortOut(deps, bound, writer, candidates, mode);
  counts.eligible = candidates.filter(({ row }) => eligibility(bound.entity.name, row) === 'eligible').length;
  counts.unchanged = counts.eligible - eligible.length;
  if (eligible.length === 0) return counts;

  const found = await findPersons(deps, bound, eligible);
  const records = await readPersons(deps, bound, found);
  const targets = await loadTargets(deps, bound, eligible);
  const tasks: Task[] = [];
  const tombstones: Link[] = [];
  const parkedRows: { candidate: Candidate; parked: Parked }[] = [];
  for (const candidate of eligible) {
    const where = found.get(candidate.linkId) ?? { how: 'none' };
    if (where.how === 'ambiguous') {
      parkedRows.push({ candidate, parked: { reason: 'ambiguous' } });
      continue;
    }
    const record = 'marketoId' in where ? records.get(where.marketoId) : null;
    const base = candidate.link ?? newLink(candidate.linkId, deps.store.links.epoch);
    const link = { ...base, ...('marketoId' in where ? { marketoId: where.marketoId } : {}) };
    if (record === undefined || (record !== null && !isOurs(candidate, record, where))) {
      tombstones.push({ ...link, state: 'tombstone', seenVersion: Math.max(link.seenVersion, candidate.version) });
      continue;
    }
    tasks.push(plan(deps, bound, candidate, link, record, resolve(bound, candidate, targets)));
  }
  await deps.store.links.put(tombstones, writer.epoch);
  await sendAll(deps, bound, writer, tasks);
  await record(deps, bound, writer, tasks, parkedRows);
  await bridgeTeams(
    deps,
    writer,
    tasks.map(({ candidate, link }) => ({ candidate, link })),
    targets,
  );
  for (const { result } of tasks) {
    if (result?.status === 'created') counts.created += 1;
    else if (result?.status === 'updated') counts.updated += 1;
    else counts.unchanged += 1;
  }
  return counts;
}

/** What may be written now; the others' links are brought up to date on the way. */
async function sortOut(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  candidates: readonly Candidate[],
  mode: ApplyMode,
): Promise<Candidate[]> {
  const aside: Link[] = [];
  const eligible = candidates.filter((candidate) => {
    const { link, row, version } = candidate;
    if (link?.state === 'superseded' || link?.state === 'tombstone') return false;
    const may = eligibility(bound.entity.name, row);
    if (may !== 'eligible') {
      const base = link ?? newLink(candidate.linkId, deps.store.links.epoch);
      const moved = version > base.seenVersion || base.state !== may;
      if (moved) aside.push({ ...base, state: may, seenVersion: Math.max(version, base.seenVersion), dirty: true });
      return false;
    }
    return mode === 'resync' || !isApplied(candidate);
  });
  await deps.store.links.put(aside, writer.epoch);
  return eligible;
}

async function readPersons(
  deps: Deps,
  bound: BoundEntity,
  found: ReadonlyMap<string, Found>,
): Promise<Map<number, MarketoRecord>> {
  const ids = [...found.values()].flatMap((where) => ('marketoId' in where ? [where.marketoId] : []));
  if (ids.length === 0) return new Map();
  const records = await deps.marketo.leadsBy('id', ids, bound.marketoFields);
  return new Map(records.map((person) => [Number(person.id), person]));
}

/** Ids are small integers, and another instance has them too: only a person that carries our id is ours. */
function isOurs({ id }: Candidate, record: MarketoRecord, where: Found): boolean {
  if (where.how === 'adopted' || where.how === 'qualified') return true;
  return String(record[PERSON_IDENTITY.id] ?? '').toLowerCase() === id;
}

function plan(
  deps: Deps,
  bound: BoundEntity,
  candidate: Candidate,
  link: Link,
  record: MarketoRecord | null,
  resolved: ResolvedRow,
): Task {
  const decisions = mergePair(deps, bound, { ...candidate, link }, record, resolved);
  const values: Record<string, unknown> = forMarketo(decisions);
  // A person can't be detached from its company, only moved (marketo-api §4.4).
  if ('externalCompanyId' in values && values.externalCompanyId === null) {
    values.externalCompanyId = PLACEHOLDER_COMPANY.externalCompanyId;
  }
  const type = bound.entity.target.kind === 'person' ? bound.entity.target.type : undefined;
  const identity = {
    [PERSON_IDENTITY.id]: candidate.id,
    [PERSON_IDENTITY.type]: type,
    [PERSON_IDENTITY.isDeleted]: false,
  };
  for (const [name, value] of Object.entries(identity)) {
    if (record === null ? value !== false : String(record[name] ?? false) !== String(value)) values[name] = value;
  }
  return { candidate, link, resolved, record, decisions, values, refused: new Map() };
}

/** Creates and updates in calls of their own; what Marketo refuses of a row is left out and the rest sent again. */
async function sendAll(deps: Deps, bound: BoundEntity, writer: Writer, tasks: readonly Task[]): Promise<void> {
  let open = tasks.filter(({ values }) => Object.keys(values).length > 0);
  for (let round = 0; open.length > 0 && round < ROUNDS; round += 1) {
    await Promise.all([
      send(
        deps,
        bound,
        writer,
        'create',
        open.filter(({ record }) => record === null),
      ),
      send(
        deps,
        bound,
        writer,
        'update',
        open.filter(({ record }) => record !== null),
      ),
    ]);
    open = open.filter((task) => {
      const reason = task.result?.reasons?.[0];
      if (task.result?.status !== 'skipped' || !reason?.field || !(reason.field in task.values)) return false;
      task.refused.set(reason.field, reason.code);
      delete task.values[reason.field];
      return true;
    });
  }
}

async function send(
  deps: Deps,
  _bound: BoundEntity,
  writer: Writer,
  action: 'create' | 'update',
  tasks: readonly Task[],
): Promise<void> {
  if (tasks.length === 0) return;
  const rows: WriteRow[] = tasks.map((task) => ({
    linkId: task.candidate.linkId,
    record: action === 'create' ? task.values : { id: task.link.marketoId, ...task.values },
    marks: marksAfter(task.link.marks, task.decisions, 'marketo'),
  }));
  const { partitionName } = deps.settings;
  const results = await writer.send(action, rows, (beforeSend) =>
    deps.marketo.syncLeads(
      {
        action: action === 'create' ? 'createOnly' : 'updateOnly',
        lookupField: action === 'create' ? PERSON_IDENTITY.id : 'id',
        input: rows.map((row) => row.record),
        ...(action === 'create' && partitionName !== undefined ? { partitionName } : {}),
      },
      beforeSend,
    ),
  );
  tasks.forEach((task, index) => {
    const result = results[index];
    if (result) task.result = result;
  });
}

/** Links, people, what is parked, who waits, what has to go back: in an order in which a crash loses nothing. */
async function record(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  tasks: readonly Task[],
  parkedRows: readonly { candidate: Candidate; parked: Parked }[],
): Promise<void> {
  const { store } = deps;
  const links: Link[] = [];
  const parked: { id: string; was: readonly string[]; now: Parked[] }[] = [];
  const back: InboxItem[] = [];
  const again: InboxItem[] = [];
  const pairs: { waiter: string; target: string }[] = [];
  const conflicts: Conflict[] = [];
  for (const task of tasks) {
    const { candidate, link, decisions, result, refused } = task;
    const now: Parked[] = decisions.flatMap((decision) => (decision.parked ? [decision.parked] : []));
    for (const [field, code] of refused) now.push({ field, reason: 'refused-by-marketo', code });
    const held = heldFields(link.marks, decisions);
    const failed = result?.status === 'skipped' ? (result.reasons?.[0]?.code ?? 'unknown') : undefined;
    if (failed === EXISTS || (failed === NOT_FOUND && task.record !== null)) {
      again.push({ id: candidate.id });
      if (failed === EXISTS) links.push({ ...link, dirty: true });
      continue;
    }
    if (failed !== undefined)
      now.push({ reason: failed === MULTIPLE ? 'ambiguous' : 'refused-by-marketo', code: failed });
    const marketoId = link.marketoId ?? (typeof result?.id === 'number' ? result.id : undefined);
    links.push({
      ...link,
      state: failed === undefined ? 'linked' : link.marketoId === undefined ? 'refused' : link.state,
      ...(marketoId === undefined ? {} : { marketoId }),
      marks: failed === undefined ? marksAfter(link.marks, decisions, 'marketo', refused) : link.marks,
      appliedVersion: Math.max(link.appliedVersion, candidate.version),
      seenVersion: Math.max(link.seenVersion, candidate.version),
      parked: [...held, ...now.map(({ field }) => field ?? '')],
      dirty: false,
      ...(bound.entity.name === 'contact' ? { account: accountOf(candidate) } : {}),
    } as Link);
    parked.push({ id: candidate.linkId, was: link.parked.filter((field) => !held.includes(field)), now });
    pairs.push(...task.resolved.missing.map((target) => ({ waiter: candidate.linkId, target })));
    conflicts.push(...conflictsOf(candidate, task.record, decisions));
    if (Object.keys(forDynamics(decisions)).length > 0) back.push({ id: candidate.id });
  }
  for (const { candidate, parked: reason } of parkedRows) {
    const base = candidate.link ?? newLink(candidate.linkId, store.links.epoch);
    links.push({
      ...base,
      state: 'refused',
      appliedVersion: candidate.version,
      seenVersion: candidate.version,
      parked: [''],
    });
    parked.push({ id: candidate.linkId, was: base.parked, now: [reason] });
  }
  const linked = links.filter(({ marketoId, state }) => state === 'linked' && marketoId !== undefined);
  await store.people.claim(linked.map(({ id, marketoId }) => ({ marketoId: Number(marketoId), owner: id })));
  await store.conflicts.add(conflicts);
  await store.inbox.add(bound.entity.name, 'marketo', back, new Date());
  await store.inbox.add(bound.entity.name, 'dynamics', again, new Date());
  await store.parked.settle(parked.filter(({ was, now }) => was.length > 0 || now.length > 0));
  await store.links.put(links, writer.epoch);
  await wait(deps, pairs);
  const fresh = tasks.filter(({ result }) => result?.status === 'created').map(({ candidate }) => candidate.linkId);
  const adopted = tasks.filter(({ candidate, link }) => candidate.link === undefined && link.marketoId !== undefined);
  await wake(store, [...fresh, ...adopted.map(({ candidate }) => candidate.linkId)]);
  await handUnowned(deps, bound, linked);
}

/** Hints that came before anyone owned the person. */
async function handUnowned({ store }: Deps, bound: BoundEntity, linked: readonly Link[]): Promise<void> {
  const byPerson = new Map(linked.map(({ id, marketoId }) => [Number(marketoId), id]));
  const hinted = await store.unowned.take([...byPerson.keys()]);
  const items = hinted.map((id) => ({ id: String(byPerson.get(id)).split(':')[1] ?? '' }));
  await store.inbox.add(bound.entity.name, 'marketo', items, new Date());
}

const accountOf = ({ row }: Candidate): string | undefined =>
  row._parentcustomerid_type === 'account' && row._parentcustomerid_value
    ? String(row._parentcustomerid_value).toLowerCase()
    : undefined;

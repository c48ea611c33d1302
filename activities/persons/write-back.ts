import { DUPLICATE_FOUND } from '../../clients/dynamics/codes';
import type { PatchOutcome, RowPatch } from '../../clients/dynamics/types';
import type { Conflict } from '../../clients/mongo/conflicts';
import type { FeedEntry, InboxItem } from '../../clients/mongo/inbox';
import type { Link } from '../../clients/mongo/links';
import type { ParkedRow } from '../../clients/mongo/parked';
import { type FieldDecision, forDynamics, forMarketo, heldFields, marksAfter, parkedBy } from '../../model/decision';
import { eligibility } from '../../model/eligibility';
import type { Receipt } from '../../model/fingerprint';
import type { Parked } from '../../model/park';
import { mayComeAt } from '../../model/receipts';
import { trailed } from '../../model/trail';
import { eventsOf } from '../../model/trail-events';
import type { Deps } from '../deps';
import { doubtParked } from '../doubt-parked';
import { findDuplicate } from '../push/duplicate';
import { loadTargets, resolve } from '../references';
import { type Candidate, loadRows } from '../rows';
import type { BoundEntity } from '../schema';
import { withUnsure } from '../task';
import type { Writer } from '../writer';
import { closeUnpaired, findDecided, settleDecided } from './decide';
import { guidIn } from './find';
import { settleTold } from './lost';
import { findOvertaken, settleAllOvertaken } from './overtaken';
import { conflictsOf, mergePair } from './pair';
import { readPersons } from './read';
import { mergeRestoring } from './restore';

export interface WriteBackCounts {
  done: number;
  updated: number;
}

interface Task {
  candidate: Candidate;
  link: Link;
  decisions: FieldDecision[];
  values: Record<string, string | number | boolean | null>;
  refused: Map<string, string>;
  /** Settled by policy; among them edits that a write of ours overtook. */
  conflicts: Conflict[];
  /** A value that only the feed or a conflict remembered goes to Dynamics now, and from there to Marketo. */
  restored: boolean;
  outcome?: PatchOutcome;
  /** A row that stands in the way by a duplicate-detection rule. */
  other?: string;
}

/** Dataverse advises small batches (dataverse-api §5.5); a `$batch` takes 1,000 at most. */
const BATCH = 100;
const ROUNDS = 6;

/** Hints from Marketo: reads both sides, merges, and writes to Dynamics what Marketo's side has won. */
export async function writeBack(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  all: readonly InboxItem[],
): Promise<WriteBackCounts> {
  await settleTold(deps, bound, writer, all);
  const items = all.filter(({ lost }) => lost === undefined);
  const { candidates } = await loadRows(
    deps,
    bound,
    items.map(({ id, resync }) => ({ id, ...(resync && { resync }) })),
  );
  const linked = candidates.filter(({ link }) => link?.state === 'linked' && typeof link.marketoId === 'number');
  const isFrozen = ({ row, link }: Candidate) =>
    link?.state === 'frozen' || eligibility(bound.entity.name, row) !== 'eligible';
  const frozen = linked.filter(isFrozen);
  await deps.store.links.put(
    frozen.map(({ link }) => ({ ...(link as Link), dirty: true })),
    writer.epoch,
  );

  const open = linked.filter((candidate) => !frozen.includes(candidate));
  const records = await readPersons(
    deps,
    bound,
    open.map(({ link }) => Number(link?.marketoId)),
  );
  const targets = await loadTargets(deps, bound, open);
  const overtaken = await findOvertaken(deps, bound, items, open);
  const decided = await findDecided(deps, bound, items);
  const told = entriesByRow(items);
  const tasks: Task[] = [];
  for (const candidate of open) {
    const link = candidate.link as Link;
    const record = records.get(Number(link.marketoId));
    // Not there any more, or not ours: the feed of deletions and merges says what became of it.
    if (!record || guidIn(record) !== candidate.id) continue;
    const resolved = resolve(bound, candidate, targets);
    const entries = told.get(candidate.id) ?? [];
    const seen = mergePair(deps, bound, candidate, record, resolved, entries);
    const edits = overtaken.get(candidate.linkId) ?? [];
    const verdicts = decided.get(candidate.linkId) ?? [];
    const foreseen = [
      ...settleAllOvertaken(deps, bound, candidate, record, seen, edits),
      ...(await settleDecided(deps, candidate, record, seen, verdicts)),
    ];
    // A decision may have changed what the link remembers, and nothing else.
    const decisions =
      edits.length + verdicts.length === 0
        ? seen
        : mergeRestoring(deps, bound, candidate, record, resolved, entries, foreseen);
    tasks.push({
      candidate,
      link,
      decisions,
      values: forDynamics(decisions),
      refused: new Map(),
      conflicts: [
        ...foreseen.flatMap(({ conflict }) => conflict ?? []),
        ...conflictsOf(deps, candidate, record, decisions, 'to-dynamics'),
      ],
      restored: foreseen.some(({ restore }) => restore !== undefined),
    });
  }
  const pairs = [...tasks.map(({ candidate }) => candidate), ...candidates.filter(isFrozen)];
  await closeUnpaired(deps, decided, new Set(pairs.map(({ linkId }) => linkId)));
  await deps.store.conflicts.add(tasks.flatMap((task) => task.conflicts));
  await remember(deps, writer, tasks);
  await patchAll(deps, bound, writer, tasks);
  await findOthers(deps, bound, tasks);
  await record(deps, bound, writer, tasks, items);
  return { done: all.length, updated: tasks.filter(({ outcome }) => outcome?.status === 'updated').length };
}

/** What the feed said, by the row's GUID. */
function entriesByRow(items: readonly InboxItem[]): Map<string, FeedEntry[]> {
  const found = new Map<string, FeedEntry[]>();
  for (const { id, entries = [] } of items)
    found.set(id.toLowerCase(), [...(found.get(id.toLowerCase()) ?? []), ...entries]);
  return found;
}

/**
 * Should the answer be lost, or should another row's trouble spoil the call, Dynamics holds what we sent as our own copy, and not as
 * somebody's edit.
 */
async function remember({ store }: Deps, writer: Writer, tasks: readonly Task[]): Promise<void> {
  const at = Date.now();
  const links = tasks.flatMap(({ candidate, link, decisions, values }): Link[] => {
    const before = BigInt(candidate.version);
    const sent = decisions.flatMap(({ bound, action, taken }): Receipt[] =>
      action === 'to-dynamics' && taken !== undefined ? [{ key: bound.key, before, sent: taken, at }] : [],
    );
    return Object.keys(values).length === 0
      ? []
      : [{ ...link, unsureDynamics: [...(link.unsureDynamics ?? []), ...sent] }];
  });
  await store.links.put(links, writer.epoch);
}

async function patchAll(
  { dynamics, settings }: Deps,
  bound: BoundEntity,
  writer: Writer,
  tasks: readonly Task[],
): Promise<void> {
  let open = tasks.filter(({ values }) => Object.keys(values).length > 0);
  for (let round = 0; open.length > 0 && round < ROUNDS; round += 1) {
    for (let at = 0; at < open.length; at += BATCH) {
      const batch = open.slice(at, at + BATCH);
      const patches = batch.map(
        ({ candidate, values }): RowPatch => ({ set: bound.set, id: candidate.id, version: candidate.version, values }),
      );
      await writer.check();
      const outcomes = await dynamics.patch(patches, settings.duplicateDetection.update);
      batch.forEach((task, index) => {
        const outcome = outcomes[index];
        if (outcome) task.outcome = outcome;
      });
    }
    open = open.filter((task) => {
      const { outcome, values } = task;
      if (outcome?.status !== 'refused' || !outcome.column || !(outcome.column in values)) return false;
      const field = task.decisions.find(({ bound: { column } }) => column.logicalName === outcome.column)?.bound.field
        .name;
      if (field) task.refused.set(field, outcome.code);
      delete values[outcome.column];
      return Object.keys(values).length > 0;
    });
  }
}

/** Which rows the duplicate-detection rules were about. */
async function findOthers(deps: Deps, bound: BoundEntity, tasks: readonly Task[]): Promise<void> {
  for (const task of tasks) {
    if (task.outcome?.status !== 'refused' || task.outcome.code !== DUPLICATE_FOUND) continue;
    const { id, row } = task.candidate;
    const columns = Object.entries(row).filter(([key]) => !key.startsWith('_') && key !== 'versionnumber');
    const values = { ...Object.fromEntries(columns), ...task.values, [bound.primaryId]: id };
    const other = await findDuplicate(deps, bound, values, id);
    if (other !== undefined) task.other = other;
  }
}

async function record(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  tasks: readonly Task[],
  items: readonly InboxItem[],
): Promise<void> {
  const { store } = deps;
  const links: Link[] = [];
  const parked: ParkedRow[] = [];
  const withdrawn: Conflict[] = [];
  const again: InboxItem[] = [];
  const forward: InboxItem[] = [];
  const at = Date.now();
  for (const { candidate, link, decisions, outcome, refused, values, conflicts, restored, other } of tasks) {
    // Someone edited the row after we read it: both are read and merged again.
    if (outcome?.status === 'conflict') {
      withdrawn.push(...conflicts);
      again.push(...items.filter(({ id }) => id.toLowerCase() === candidate.id));
      continue;
    }
    if (outcome?.status === 'gone') {
      forward.push({ id: candidate.id, deleted: true });
      continue;
    }
    const held = heldFields(link.marks, decisions);
    const now: Parked[] = parkedBy(decisions);
    for (const [field, code] of refused) now.push({ field, reason: 'refused-by-dynamics', code });
    // Refused as a whole, or still after so many rounds: every value that was left waits for another value.
    const failed = outcome?.status === 'refused' && Object.keys(values).length > 0 ? outcome.code : undefined;
    if (failed !== undefined) {
      for (const {
        bound: { field },
        action,
      } of decisions) {
        if (action === 'to-dynamics' && !refused.has(field.name)) {
          refused.set(field.name, failed);
          const reason = failed === DUPLICATE_FOUND ? 'duplicate-in-dynamics' : 'refused-by-dynamics';
          now.push({ field: field.name, reason, code: failed, ...(other !== undefined && { other }) });
        }
      }
    }
    const updated = outcome?.status === 'updated';
    const version = updated ? (outcome.version ?? candidate.version) : candidate.version;
    // Something of Dynamics' side has to go the other way, whether or not its version was applied: so does a value
    // that was restored.
    const goesOn = restored || Object.keys(forMarketo(decisions)).length > 0;
    if (goesOn) forward.push({ id: candidate.id });
    // Nothing was sent this time: what was sent before, and never answered, may still be carried out.
    const mayCome = outcome === undefined ? mayComeAt(candidate.version) : undefined;
    links.push({
      ...withUnsure(link, decisions, 'to-marketo', mayCome),
      marks: marksAfter(link.marks, decisions, 'dynamics', refused),
      seenVersion: Math.max(link.seenVersion, version),
      ...trailed(
        link,
        eventsOf(decisions, link, { to: 'dynamics', outcome: updated ? 'updated' : 'none', refused }, at),
      ),
      parked: [...held, ...now.map(({ field }) => field ?? '')],
      ...(goesOn && { dirty: true }),
    });
    parked.push({ id: candidate.linkId, was: link.parked.filter((field) => !held.includes(field)), now });
  }
  // Who was overtaken by another attempt finds the row changed by that one: the conflict is its, and was carried out.
  if (withdrawn.length > 0) await writer.check();
  await store.conflicts.withdraw(withdrawn);
  await store.inbox.add(bound.entity.name, 'marketo', again, new Date());
  await store.inbox.add(bound.entity.name, 'dynamics', forward, new Date());
  doubtParked(deps, bound.entity.name, parked);
  await store.parked.settle(parked.filter(({ was, now }) => was.length > 0 || now.length > 0));
  await store.links.put(links, writer.epoch);
}

import type { MarketoRecord, ObjectPath, SyncResult } from '../../clients/marketo/types';
import type { InboxItem } from '../../clients/mongo/inbox';
import { guidOf, type Link } from '../../clients/mongo/links';
import { eligibility } from '../../model/eligibility';
import { type FieldDecision, forMarketo, heldFields, marksAfter, merge } from '../../model/merge';
import type { Parked } from '../../model/park';
import { type ApplyCounts, noCounts } from '../counts';
import type { Deps } from '../deps';
import { belongsTo, loadTargets, resolve, wait, wake } from '../references';
import { removeRoles } from '../roles/apply';
import { type ApplyMode, type Candidate, isApplied, loadRows, newLink } from '../rows';
import type { BoundEntity } from '../schema';
import type { WriteRow, Writer } from '../writer';

interface Task {
  candidate: Candidate;
  link: Link;
  decisions: FieldDecision[];
  values: Record<string, unknown>;
  missing: string[];
  refused: Map<string, string>;
  result?: SyncResult;
}

const ROUNDS = 6;
/** Gone already: what a deletion wants (marketo-api §6.1.5). */
const NOT_FOUND = '1013';

/**
 * Applies up to 300 rows of a one-way entity: upsert by the object's dedupe field, which is the row's GUID, and only
 * of fields that differ from what we last wrote. Marketo's record is read in a resync only.
 */
export async function applyObjects(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  items: readonly InboxItem[],
  mode: ApplyMode,
  generation: number,
): Promise<ApplyCounts> {
  const { candidates, gone } = await loadRows(deps, bound, items);
  const counts = noCounts(items.length);
  counts.updated += await removeGone(deps, bound, writer, gone);
  const open = await sortOut(deps, bound, writer, candidates, mode, generation);
  counts.eligible = candidates.filter(({ row }) => eligibility(bound.entity.name, row) === 'eligible').length;
  counts.unchanged = counts.eligible - open.length;
  if (open.length === 0) return counts;

  const targets = await loadTargets(deps, bound, open);
  const records = mode === 'resync' ? await readRecords(deps, bound, open) : undefined;
  const tasks: Task[] = [];
  const waiting: Task[] = [];
  for (const candidate of open) {
    const link = candidate.link ?? newLink(candidate.linkId, deps.store.links.epoch);
    const { values: resolved, missing } = resolve(bound, candidate, targets);
    const decisions = merge({
      fields: bound.fields,
      row: candidate.row,
      record:
        records === undefined
          ? candidate.link?.marketoId === undefined
            ? null
            : undefined
          : (records.get(candidate.id) ?? null),
      marks: link.marks,
      fingerprinter: deps.store.fingerprinter,
      winner: 'dynamics',
      resolved,
    });
    const owner = belongsTo(bound, candidate, targets);
    const values: Record<string, unknown> = forMarketo(decisions);
    const task: Task = { candidate, link, decisions, values, missing, refused: new Map() };
    if (owner.missing !== undefined) {
      // A record without its person would belong to nobody: the row waits as a whole (DESIGN §5).
      waiting.push({ ...task, missing: [owner.missing] });
      continue;
    }
    if (owner.leadId !== undefined && (link.marketoId === undefined || Object.keys(values).length > 0 || link.dirty)) {
      values.leadId = owner.leadId;
    }
    tasks.push(task);
  }
  await sendAll(deps, bound, writer, tasks);
  await record(deps, bound, writer, tasks, waiting, generation);
  for (const { result } of tasks) {
    if (result?.status === 'created') counts.created += 1;
    else if (result?.status === 'updated') counts.updated += 1;
    else counts.unchanged += 1;
  }
  return counts;
}

/** The key field of the object: the row's GUID. */
const keyOf = (bound: BoundEntity): string => (bound.entity.target.kind === 'object' ? bound.entity.target.key : '');

async function sortOut(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  candidates: readonly Candidate[],
  mode: ApplyMode,
  generation: number,
): Promise<Candidate[]> {
  const aside: Link[] = [];
  const open = candidates.filter((candidate) => {
    const base = candidate.link ?? newLink(candidate.linkId, deps.store.links.epoch);
    const may = eligibility(bound.entity.name, candidate.row);
    const seen = bound.entity.untracked ? { generation } : {};
    if (may !== 'eligible') {
      aside.push({
        ...base,
        ...seen,
        state: may,
        seenVersion: Math.max(candidate.version, base.seenVersion),
        dirty: true,
      });
      return false;
    }
    // An untracked table shows each row each time: only what it says can tell whether it changed.
    if (mode === 'resync' || bound.entity.untracked || !isApplied(candidate)) return true;
    return false;
  });
  await deps.store.links.put(aside, writer.epoch);
  return open;
}

async function readRecords(
  { marketo }: Deps,
  bound: BoundEntity,
  open: readonly Candidate[],
): Promise<Map<string, MarketoRecord>> {
  const key = keyOf(bound);
  const records = await marketo.queryObjects(
    bound.path as ObjectPath,
    key,
    open.map(({ id }) => id),
    bound.marketoFields,
  );
  return new Map(records.map((record) => [String(record[key]).toLowerCase(), record]));
}

async function sendAll(deps: Deps, bound: BoundEntity, writer: Writer, tasks: readonly Task[]): Promise<void> {
  const key = keyOf(bound);
  let open = tasks.filter(({ values, link }) => Object.keys(values).length > 0 || link.marketoId === undefined);
  for (let round = 0; open.length > 0 && round < ROUNDS; round += 1) {
    const rows: WriteRow[] = open.map((task) => ({
      linkId: task.candidate.linkId,
      record: { [key]: task.candidate.id, ...task.values },
      marks: marksAfter(task.link.marks, task.decisions, 'marketo'),
    }));
    const sent = open;
    const results = await writer.send('update', rows, (beforeSend) =>
      deps.marketo.syncObjects(
        bound.path as ObjectPath,
        'createOrUpdate',
        rows.map((row) => row.record),
        beforeSend,
      ),
    );
    sent.forEach((task, index) => {
      const result = results[index];
      if (result) task.result = result;
    });
    open = sent.filter((task) => {
      const reason = task.result?.reasons?.[0];
      if (task.result?.status !== 'skipped' || !reason?.field || !(reason.field in task.values)) return false;
      task.refused.set(reason.field, reason.code);
      delete task.values[reason.field];
      return true;
    });
  }
}

async function record(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  tasks: readonly Task[],
  waiting: readonly Task[],
  generation: number,
): Promise<void> {
  const { store } = deps;
  const links: Link[] = [];
  const parked: { id: string; was: readonly string[]; now: Parked[] }[] = [];
  const pairs: { waiter: string; target: string }[] = [];
  for (const { candidate, link, decisions, result, refused, missing } of tasks) {
    const held = heldFields(link.marks, decisions);
    const failed = result?.status === 'skipped' ? (result.reasons?.[0]?.code ?? 'unknown') : undefined;
    const now: Parked[] = decisions.flatMap((decision) => (decision.parked ? [decision.parked] : []));
    for (const [field, code] of refused) now.push({ field, reason: 'refused-by-marketo', code });
    if (failed !== undefined) now.push({ reason: 'refused-by-marketo', code: failed });
    const marketoId = link.marketoId ?? result?.id;
    links.push({
      ...link,
      state: failed === undefined ? 'linked' : link.marketoId === undefined ? 'refused' : link.state,
      ...(marketoId === undefined ? {} : { marketoId }),
      marks: failed === undefined ? marksAfter(link.marks, decisions, 'marketo', refused) : link.marks,
      appliedVersion: Math.max(link.appliedVersion, candidate.version),
      seenVersion: Math.max(link.seenVersion, candidate.version),
      parked: [...held, ...now.map(({ field }) => field ?? '')],
      dirty: false,
      ...(bound.entity.untracked ? { generation } : {}),
    });
    parked.push({ id: candidate.linkId, was: link.parked.filter((field) => !held.includes(field)), now });
    pairs.push(...missing.map((target) => ({ waiter: candidate.linkId, target })));
  }
  for (const { candidate, link, missing } of waiting) {
    links.push({
      ...link,
      state: link.marketoId === undefined ? 'refused' : link.state,
      seenVersion: candidate.version,
      parked: [''],
      dirty: true,
    });
    parked.push({ id: candidate.linkId, was: link.parked, now: [{ reason: 'missing-reference' }] });
    pairs.push(...missing.map((target) => ({ waiter: candidate.linkId, target })));
  }
  await store.parked.settle(parked.filter(({ was, now }) => was.length > 0 || now.length > 0));
  await store.links.put(links, writer.epoch);
  await wait(deps, pairs);
  await wake(
    store,
    tasks
      .filter(({ candidate, result }) => candidate.link?.marketoId === undefined && result?.status !== 'skipped')
      .map(({ candidate }) => candidate.linkId),
  );
}

/** Confirmed by a read to be gone from Dynamics. */
async function removeGone(deps: Deps, bound: BoundEntity, writer: Writer, gone: readonly Link[]): Promise<number> {
  const { marketo, store } = deps;
  const there = gone.filter(({ state, marketoId }) => state === 'linked' && marketoId !== undefined);
  if (bound.entity.whenDeleted === 'delete' && there.length > 0) {
    // Marketo keeps an opportunity that has roles: they go first (native-sync §11).
    if (bound.entity.name === 'opportunity')
      await removeRoles(
        deps,
        there.map(({ id }) => guidOf(id)),
      );
    const key = keyOf(bound);
    const rows = there.map((link) => ({ linkId: link.id, record: { [key]: guidOf(link.id) }, marks: link.marks }));
    const results = await writer.send('update', rows, (beforeSend) =>
      marketo.deleteObjects(
        bound.path as ObjectPath,
        rows.map((row) => row.record),
        beforeSend,
      ),
    );
    const refused = there.filter(
      (_, index) => results[index]?.status === 'skipped' && results[index]?.reasons?.[0]?.code !== NOT_FOUND,
    );
    await store.parked.settle(
      refused.map(({ id, parked }) => ({ id, was: parked, now: [{ reason: 'refused-by-marketo' }] })),
    );
  }
  await store.links.put(
    gone.map((link) => ({ ...link, state: 'deleted' as const })),
    writer.epoch,
  );
  return bound.entity.whenDeleted === 'delete' ? there.length : 0;
}

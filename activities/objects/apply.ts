import type { OnTooLarge } from '../../clients/halves';
import type { MarketoRecord, ObjectPath } from '../../clients/marketo/types';
import type { InboxItem } from '../../clients/mongo/inbox';
import { guidOf, type Link } from '../../clients/mongo/links';
import { forMarketo } from '../../model/decision';
import { onRecordOf } from '../../model/deletion';
import { eligibility } from '../../model/eligibility';
import { merge } from '../../model/merge';
import { stateIs, trailed } from '../../model/trail';
import { admitDeletions } from '../breaker';
import { commit, type Written } from '../commit';
import { type ApplyCounts, noCounts } from '../counts';
import type { Deps } from '../deps';
import { recordGone } from '../gone';
import { loadInTurn } from '../load-in-turn';
import { loadTargets, resolve, wakeLinked } from '../references';
import { countedOf, leaveFirst } from '../roles/leave';
import { type ApplyMode, type Candidate, isApplied, type Loaded, newLink } from '../rows';
import type { BoundEntity } from '../schema';
import { sendEach } from '../send';
import { sendRows } from '../send-rows';
import { toMarketo } from '../task';
import { parkTooLarge } from '../too-large';
import type { WriteRow, Writer } from '../writer';
import { ownerOf } from './owner';
import { type ObjectTask, recordObjects, type WaitingRow } from './record';

/**
 * Applies up to 300 rows of a one-way entity: upsert by the object's dedupe field, which is the row's GUID, and only
 * of fields that differ from what we last wrote. Marketo's record is read in a resync, and where its users may edit it.
 */
export async function applyObjects(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  items: readonly InboxItem[],
  mode: ApplyMode,
  generation: number,
): Promise<ApplyCounts> {
  const rowsOf = ({ linkId: id }: Candidate) => [id];
  return loadInTurn(deps, bound, writer, items, mode, rowsOf, (loaded) =>
    applyLoaded(deps, bound, writer, items, mode, generation, loaded),
  );
}

async function applyLoaded(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  items: readonly InboxItem[],
  mode: ApplyMode,
  generation: number,
  { candidates, gone, tooLarge }: Loaded,
): Promise<ApplyCounts> {
  await wakeLinked(deps.store, writer, candidates);
  const counts = noCounts(items.length);
  counts.updated += await removeGone(deps, bound, writer, gone, items);
  const all = await sortOut(deps, bound, writer, candidates, mode, generation);
  const large = new Set<string>();
  const read = await readRecords(deps, bound, all, mode, (id) => large.add(id.toLowerCase()));
  const open = all.filter(({ id }) => !large.has(id));
  const unread = all
    .filter(({ id }) => large.has(id))
    .map(({ link, linkId: id }) => link ?? newLink(id, deps.store.links.epoch));
  await parkTooLarge(deps, writer, [...tooLarge, ...unread]);
  counts.eligible = candidates.filter(({ row }) => eligibility(bound.entity.name, row) === 'eligible').length;
  counts.unchanged = counts.eligible - open.length;
  if (open.length === 0) return counts;

  const targets = await loadTargets(deps, bound, open);
  const tasks: ObjectTask[] = [];
  const waiting: WaitingRow[] = [];
  await writer.plan(open, (candidate) => {
    const link = candidate.link ?? newLink(candidate.linkId, deps.store.links.epoch);
    const { values: resolved, missing, hoping } = resolve(bound, candidate, targets);
    // Not read: none yet, or what we last agreed on stands for it.
    const unread = link.marketoId === undefined ? null : undefined;
    const record = read.has(candidate.id) ? read.get(candidate.id) : unread;
    const decisions = merge({
      fields: bound.fields,
      row: candidate.row,
      record,
      marks: link.marks,
      fingerprinter: deps.store.fingerprinter,
      winner: 'dynamics',
      resolved,
    });
    const values: Record<string, unknown> = forMarketo(decisions);
    const task: ObjectTask = { candidate, link, decisions, values, missing, hoping, refused: new Map() };
    const owner = ownerOf(bound, candidate, targets);
    // A record without its owner would belong to nobody: the row waits as a whole (DESIGN §5).
    if ('missing' in owner) waiting.push({ task: { ...task, missing: [owner.missing] }, reason: 'missing-reference' });
    else if ('notEligible' in owner)
      waiting.push({ task: { ...task, missing: [owner.notEligible] }, reason: 'not-eligible' });
    else tasks.push(owned(bound, task, record, owner.id));
  });
  await send(deps, bound, writer, tasks);
  const sent = writer.withoutFailed(tasks, rowOf);
  await recordObjects(deps, bound, writer, sent, waiting, targets, generation);
  for (const { result } of sent) {
    if (result?.status === 'created') counts.created += 1;
    else if (result?.status === 'updated') counts.updated += 1;
    else counts.unchanged += 1;
  }
  return counts;
}

const rowOf = ({ candidate }: ObjectTask): string => candidate.linkId;

/** Sends the owner where it is another one than the record has; `null` where the row belongs to nobody any more (marketo-api §6.1.4). */
function owned(
  bound: BoundEntity,
  task: ObjectTask,
  record: MarketoRecord | null | undefined,
  id: number | undefined,
): ObjectTask {
  const { belongsTo } = bound.entity;
  if (!belongsTo) return task;
  const has = record ? Number(record[belongsTo.link] ?? 0) : record === null ? 0 : (task.link.owner ?? 0);
  if (has !== (id ?? 0)) task.values[belongsTo.link] = id ?? null;
  return id === undefined ? task : { ...task, owner: id };
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
  const aside: Written[] = [];
  const open = candidates.filter((candidate) => {
    const base = candidate.link ?? newLink(candidate.linkId, deps.store.links.epoch);
    const may = eligibility(bound.entity.name, candidate.row);
    const seen = bound.entity.untracked ? { generation } : {};
    if (may !== 'eligible') {
      const seenVersion = Math.max(candidate.version, base.seenVersion);
      const trail = trailed(base, base.state === may ? [] : [stateIs(may, Date.now())]);
      aside.push({ before: candidate.link, now: { ...base, ...seen, ...trail, state: may, seenVersion, dirty: true } });
      return false;
    }
    // An untracked table shows each row each time: only what it says can tell whether it changed.
    if (mode === 'resync' || bound.entity.untracked || !isApplied(candidate)) return true;
    return false;
  });
  await commit(deps, writer, aside);
  return open;
}

/** By row id; `null` for a record that was asked for and is not there. */
async function readRecords(
  { marketo }: Deps,
  bound: BoundEntity,
  open: readonly Candidate[],
  mode: ApplyMode,
  onTooLarge: OnTooLarge,
): Promise<Map<string, MarketoRecord | null>> {
  const known = bound.entity.editable ? open.filter(({ link }) => link?.marketoId !== undefined) : [];
  const asked = mode === 'resync' ? open : known;
  if (asked.length === 0) return new Map();
  const key = keyOf(bound);
  const ids = asked.map(({ id }) => id);
  const records = await marketo.queryObjects(bound.path as ObjectPath, key, ids, bound.marketoFields, onTooLarge);
  const found = new Map(records.map((record) => [String(record[key]).toLowerCase(), record]));
  return new Map(ids.map((id) => [id, found.get(id) ?? null]));
}

async function send(deps: Deps, bound: BoundEntity, writer: Writer, tasks: readonly ObjectTask[]): Promise<void> {
  const key = keyOf(bound);
  const open = tasks.filter(({ values, link }) => Object.keys(values).length > 0 || link.marketoId === undefined);
  const path = bound.path as ObjectPath;
  await sendEach(
    deps.health,
    open,
    toMarketo(`${path}.sync`, (batch: ObjectTask[]) => {
      const rows = batch.map(({ candidate, values }): WriteRow => {
        return { linkId: candidate.linkId, record: { [key]: candidate.id, ...values } };
      });
      const input = rows.map(({ record }) => record);
      return writer.send('update', rows, (beforeSend) =>
        deps.marketo.syncObjects(path, 'createOrUpdate', input, beforeSend),
      );
    }),
  );
}

/** Confirmed by a read to be gone from Dynamics. */
async function removeGone(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  all: readonly Link[],
  items: readonly InboxItem[],
): Promise<number> {
  const admitted = await admitDeletions(deps, writer, all, items);
  const { whenDeleted } = bound.entity;
  const isDeleted = ({ state, marketoId }: Link) =>
    onRecordOf(state, whenDeleted) === 'delete' && marketoId !== undefined;
  // Marketo keeps an opportunity that has roles (native-sync §11): that one is deleted once they have gone.
  const isOpportunity = bound.entity.name === 'opportunity';
  const later = isOpportunity ? await leaveFirst(deps, writer, admitted.filter(isDeleted), items) : [];
  const gone = admitted.filter((link) => !later.includes(link));
  const there = gone.filter(isDeleted);
  const key = keyOf(bound);
  const path = bound.path as ObjectPath;
  const rows = there.map(({ id }): WriteRow => ({ linkId: id, record: { [key]: guidOf(id) } }));
  const { refused, failed } = await sendRows(deps, writer, rows, {
    operation: `${path}.delete`,
    action: 'update',
    call: (input, beforeSend) => deps.marketo.deleteObjects(path, input, beforeSend),
    removes: true,
  });
  const settled = gone.filter(({ id }) => !failed.has(id));
  await recordGone(deps, writer, settled, refused, whenDeleted, countedOf(items));
  return there.length;
}

import type { MarketoRecord, ObjectPath } from '../../clients/marketo/types';
import type { InboxItem } from '../../clients/mongo/inbox';
import { guidOf, type Link } from '../../clients/mongo/links';
import type { ParkedRow } from '../../clients/mongo/parked';
import { eligibility } from '../../model/eligibility';
import { forMarketo, merge } from '../../model/merge';
import { stateIs, trailed } from '../../model/trail';
import { admitDeletions } from '../breaker';
import { type ApplyCounts, noCounts } from '../counts';
import type { Deps } from '../deps';
import { recordGone, refusalOf } from '../gone';
import { belongsTo, loadTargets, resolve, wait, wake, wakeLinked } from '../references';
import { removeRoles } from '../roles/apply';
import { type ApplyMode, type Candidate, isApplied, loadRows, newLink } from '../rows';
import type { BoundEntity } from '../schema';
import { failureOf, noteResults, sendInRounds, settled, speaking, type Task } from '../task';
import type { WriteRow, Writer } from '../writer';

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
  const { candidates, gone } = await loadRows(deps, bound, items, mode);
  await wakeLinked(deps.store, candidates);
  const counts = noCounts(items.length);
  counts.updated += await removeGone(deps, bound, writer, gone, items);
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
    const { values: resolved, missing, hoping } = resolve(bound, candidate, targets);
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
    const task: Task = { candidate, link, decisions, values, missing, hoping, refused: new Map() };
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
  await send(deps, bound, writer, tasks);
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
        ...trailed(base, base.state === may ? [] : [stateIs(may, Date.now())]),
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

async function send(deps: Deps, bound: BoundEntity, writer: Writer, tasks: readonly Task[]): Promise<void> {
  const key = keyOf(bound);
  const open = tasks.filter(({ values, link }) => Object.keys(values).length > 0 || link.marketoId === undefined);
  await sendInRounds(open, async (round) => {
    const rows: WriteRow[] = round.map((task) => ({
      linkId: task.candidate.linkId,
      record: { [key]: task.candidate.id, ...task.values },
    }));
    const input = rows.map((row) => row.record);
    const path = bound.path as ObjectPath;
    const results = await writer.send('update', rows, (beforeSend) =>
      deps.marketo.syncObjects(path, 'createOrUpdate', input, beforeSend),
    );
    noteResults(round, results);
  });
}

/** Links, what is parked, who waits; then those are woken who waited for these rows. */
async function record(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  tasks: readonly Task[],
  waiting: readonly Task[],
  generation: number,
): Promise<void> {
  const { store } = deps;
  const seen = bound.entity.untracked ? { generation } : {};
  const outcomes = tasks.map(settled);
  const links: Link[] = outcomes.map(({ link }) => ({ ...link, ...seen }));
  const parked: ParkedRow[] = outcomes.map((outcome) => outcome.parked);
  for (const { candidate, link } of waiting) {
    const state = link.marketoId === undefined ? 'refused' : link.state;
    links.push({ ...link, state, seenVersion: candidate.version, parked: [''], dirty: true });
    const operation = link.marketoId === undefined ? 'create' : 'update';
    parked.push({ id: candidate.linkId, was: link.parked, now: [{ reason: 'missing-reference' }], operation });
  }
  await store.parked.settle(speaking(parked));
  await store.links.put(links, writer.epoch);
  await wait(
    deps,
    [...tasks, ...waiting].flatMap(({ candidate, missing, hoping = [] }) =>
      [...missing, ...hoping].map((target) => ({ waiter: candidate.linkId, target })),
    ),
  );
  const fresh = tasks.filter((task) => task.link.marketoId === undefined && failureOf(task) === undefined);
  await wake(
    store,
    fresh.map(({ candidate }) => candidate.linkId),
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
  const { marketo } = deps;
  const gone = await admitDeletions(deps, writer, all, items);
  const refused = new Map<string, string>();
  const there = gone.filter(({ state, marketoId }) => state === 'linked' && marketoId !== undefined);
  if (bound.entity.whenDeleted === 'delete' && there.length > 0) {
    // Marketo keeps an opportunity that has roles: they go first (native-sync §11).
    if (bound.entity.name === 'opportunity')
      await removeRoles(
        deps,
        there.map(({ id }) => guidOf(id)),
      );
    const key = keyOf(bound);
    const rows = there.map((link) => ({ linkId: link.id, record: { [key]: guidOf(link.id) } }));
    const results = await writer.send('update', rows, (beforeSend) =>
      marketo.deleteObjects(
        bound.path as ObjectPath,
        rows.map((row) => row.record),
        beforeSend,
      ),
    );
    there.forEach(({ id }, index) => {
      const code = refusalOf(results[index]);
      if (code !== undefined) refused.set(id, code);
    });
  }
  await recordGone(deps, writer, gone, refused, bound.entity.whenDeleted === 'delete');
  return bound.entity.whenDeleted === 'delete' ? there.length : 0;
}

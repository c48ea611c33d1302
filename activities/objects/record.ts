import type { Link } from '../../clients/mongo/links';
import type { ParkedRow } from '../../clients/mongo/parked';
import { hasChildren, requeueDependants } from '../dependants';
import type { Deps } from '../deps';
import { doubtParked } from '../doubt-parked';
import { type Targets, wait, wakeChanged } from '../references';
import type { BoundEntity } from '../schema';
import { settled, speaking, type Task } from '../task';
import type { Writer } from '../writer';

/** One row on its way to a one-way object. */
export interface ObjectTask extends Task {
  /** Marketo id of the person or company that the record is to belong to. */
  owner?: number;
}

/** A row that stays as it is until its owner is there. */
export interface WaitingRow {
  task: ObjectTask;
  reason: 'missing-reference' | 'not-eligible';
}

/** Links, what is parked, who waits; then those are woken who waited for these rows. */
export async function recordObjects(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  tasks: readonly ObjectTask[],
  waiting: readonly WaitingRow[],
  targets: Targets,
  generation: number,
): Promise<void> {
  const { store } = deps;
  const seen = bound.entity.untracked ? { generation } : {};
  const links: { before: Link | undefined; now: Link }[] = [];
  const parked: ParkedRow[] = [];
  for (const task of tasks) {
    const outcome = settled(task);
    links.push({ before: task.candidate.link, now: { ...ownedLink(bound, task, outcome.link), ...seen } });
    parked.push(outcome.parked);
  }
  for (const { task, reason } of waiting) {
    const { candidate, link } = task;
    const waits = reason === 'missing-reference' ? 'waiting' : 'refused';
    const state = link.marketoId === undefined ? waits : 'linked';
    links.push({
      before: candidate.link,
      now: { ...link, state, seenVersion: candidate.version, parked: [''], dirty: true },
    });
    const operation = link.marketoId === undefined ? 'create' : 'update';
    parked.push({ id: candidate.linkId, was: link.parked, now: [{ reason }], operation });
  }
  // Others' records belong to whom these do: they are queued once the links say so, and not less than once.
  const movedIds = new Set(hasChildren(deps, bound.entity.name) ? links.filter(isMoved).map(({ now }) => now.id) : []);
  doubtParked(deps, bound.entity.name, parked);
  await store.parked.settle(speaking(parked));
  await store.links.put(
    links.map(({ now }) => (movedIds.has(now.id) ? { ...now, dirty: true, moved: true } : now)),
    writer.epoch,
  );
  await requeueDependants(deps, [...movedIds]);
  await store.links.put(
    links.flatMap(({ now }) => (movedIds.has(now.id) ? [now] : [])),
    writer.epoch,
  );
  await wait(
    deps,
    [...tasks, ...waiting.map(({ task }) => task)].flatMap(({ candidate, missing, hoping = [] }) =>
      [...missing, ...hoping].map((target) => ({ waiter: candidate.linkId, target })),
    ),
    targets,
  );
  await wakeChanged(store, links);
}

/** What the link remembers of the record's owner, unless Marketo refused it. */
function ownedLink(bound: BoundEntity, { owner, refused, result }: ObjectTask, link: Link): Link {
  const { moved: _queued, ...rest } = link;
  const { belongsTo } = bound.entity;
  if (!belongsTo || result?.status === 'skipped' || refused.has(belongsTo.link)) return rest;
  const { owner: _before, ...others } = rest;
  return owner === undefined ? others : { ...others, owner };
}

/** A record that others' records go by belongs to someone else than they know, or is another one. */
const isMoved = ({ before, now }: { before: Link | undefined; now: Link }): boolean =>
  before?.moved === true ||
  (before?.marketoId !== undefined && (before.owner !== now.owner || before.marketoId !== now.marketoId));

import type { Link } from '../../clients/mongo/links';
import type { ParkedRow } from '../../clients/mongo/parked';
import { commit, type Written } from '../commit';
import { hasChildren, requeueDependants } from '../dependants';
import type { Deps } from '../deps';
import { doubtParked } from '../doubt-parked';
import { park } from '../park';
import type { Targets } from '../references';
import type { BoundEntity } from '../schema';
import { settled, type Task } from '../task';
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

/** What is parked, who waits, links; then those are woken who waited for these rows. */
export async function recordObjects(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  tasks: readonly ObjectTask[],
  waiting: readonly WaitingRow[],
  targets: Targets,
  generation: number,
): Promise<void> {
  const seen = bound.entity.untracked ? { generation } : {};
  const links: Written[] = [];
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
  const moved = hasChildren(deps, bound.entity.name) ? links.filter(isMoved) : [];
  doubtParked(deps, bound.entity.name, parked);
  await park(deps, writer, parked);
  const pairs = [...tasks, ...waiting.map(({ task }) => task)].flatMap(({ candidate, missing, hoping = [] }) =>
    [...missing, ...hoping].map((target) => ({ waiter: candidate.linkId, target })),
  );
  await commit(deps, writer, links, {
    waits: { pairs, seen: targets },
    moved: {
      links: moved,
      requeue: () =>
        requeueDependants(
          deps,
          moved.map(({ now }) => now.id),
        ),
    },
  });
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
const isMoved = ({ before, now }: Written): boolean =>
  before?.moved === true ||
  (before?.marketoId !== undefined && (before.owner !== now.owner || before.marketoId !== now.marketoId));

import { linkId } from '../../clients/mongo/links';
import { isContested } from '../../model/decision';
import { eligibility } from '../../model/eligibility';
import type { Deps } from '../deps';
import { queueAll } from '../queue';
import { loadTargets, resolve } from '../references';
import { type Candidate, versionOf } from '../rows';
import type { BoundEntity } from '../schema';
import { believe } from '../told-wrongly';
import { type PersonTask, planPerson } from './plan';

/**
 * A row as a feed brought it may be overtaken, while its person was read just now: where both sides have changed a field, that would
 * take an edit for older than it is. Such rows are read again by id, and merged anew (DESIGN §5: both rows read just before).
 */
export async function settleContested(
  deps: Deps,
  bound: BoundEntity,
  tasks: readonly PersonTask[],
): Promise<PersonTask[]> {
  const contested = tasks.filter(({ link, decisions }) => isContested(link.marks, decisions));
  if (contested.length === 0) return [...tasks];
  const large = new Set<string>();
  const read = await deps.dynamics.readByIds(
    bound.set,
    bound.primaryId,
    contested.map(({ candidate }) => candidate.id),
    bound.select,
    (id) => large.add(linkId(bound.entity.name, id)),
  );
  // Its other version is not to be gone by: it is parked where it is read by its id.
  const again = contested
    .filter(({ candidate }) => large.has(candidate.linkId))
    .map(({ candidate: { id } }) => ({ id }));
  await queueAll(deps, [{ entity: bound.entity.name, feed: 'dynamics', items: again }]);
  const rows = new Map(read.map((row) => [linkId(bound.entity.name, String(row[bound.primaryId])), row]));
  const fresh = contested.map(({ candidate }): Candidate => {
    const row = rows.get(candidate.linkId);
    return row && versionOf(row) > candidate.version ? { ...candidate, row, version: versionOf(row) } : candidate;
  });
  await believe(deps, bound, fresh);
  const targets = await loadTargets(deps, bound, fresh);
  const anew = new Map(fresh.map((candidate) => [candidate.linkId, candidate]));
  return tasks.flatMap((task) => {
    if (large.has(task.candidate.linkId)) return [];
    const candidate = anew.get(task.candidate.linkId);
    if (!candidate || candidate === task.candidate) return [task];
    // The feed will say what became of it.
    if (eligibility(bound.entity.name, candidate.row) !== 'eligible') return [];
    return [planPerson(deps, bound, candidate, task.link, task.record, resolve(bound, candidate, targets))];
  });
}

import { DUPLICATE_FOUND } from '../../clients/dynamics/codes';
import { ApiError } from '../../clients/errors';
import type { Conflict } from '../../clients/mongo/conflicts';
import type { InboxItem } from '../../clients/mongo/inbox';
import type { Link } from '../../clients/mongo/links';
import { noLongerParked, type ParkedRow } from '../../clients/mongo/parked';
import { alteredByDynamics } from '../../model/altered-by-dynamics';
import { forMarketo, heldFields, marksAfter, parkedBy } from '../../model/decision';
import type { Parked } from '../../model/park';
import { mayComeAt } from '../../model/receipts';
import { trailed } from '../../model/trail';
import { eventsOf } from '../../model/trail-events';
import { commit, type Written } from '../commit';
import type { Deps } from '../deps';
import { doubtParked } from '../doubt-parked';
import { park } from '../park';
import type { BoundEntity } from '../schema';
import type { Failed } from '../send';
import { withUnsure } from '../task';
import type { Writer } from '../writer';
import type { PatchTask } from './patch';

/** 412 on If-Match, time after time. */
const CONFLICTED: Failed = {
  error: new ApiError({ api: 'dynamics', operation: 'rows.patch', kind: 'conflict', status: 412 }),
  size: 1,
};

/** Links, what is parked, what has to be merged again or go on to Marketo: in an order in which a crash loses nothing. */
export async function recordPatched(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  tasks: readonly PatchTask[],
  items: readonly InboxItem[],
): Promise<void> {
  const { store } = deps;
  const links: Written[] = [];
  const parked: ParkedRow[] = [];
  const withdrawn: Conflict[] = [];
  const again: InboxItem[] = [];
  const forward: InboxItem[] = [];
  const at = Date.now();
  for (const { candidate, link, decisions, outcome, refused, values, conflicts, restored, other } of tasks) {
    // Someone edited the row after we read it: both are read and merged again. Twice in a row may mean always: then it is tried less often.
    if (outcome?.status === 'conflict') {
      withdrawn.push(...conflicts);
      const own = items.filter(({ id }) => id.toLowerCase() === candidate.id);
      if (own.some(({ conflicted }) => conflicted)) writer.troubles.push({ row: candidate.linkId, failed: CONFLICTED });
      else again.push(...own.map((item) => ({ ...item, conflicted: true as const })));
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
    const altered = updated ? alteredByDynamics(decisions, outcome.held ?? {}, store.fingerprinter) : [];
    const marks = marksAfter(link.marks, decisions, 'dynamics', refused);
    for (const { bound: field, mark, isListed } of altered) {
      marks.set(field.key, mark);
      if (isListed) now.push({ field: field.field.name, reason: 'altered-by-dynamics' });
    }
    // Something of Dynamics' side has to go the other way, whether or not its version was applied: so does a value
    // that was restored.
    const goesOn = restored || Object.keys(forMarketo(decisions)).length > 0;
    if (goesOn) forward.push({ id: candidate.id });
    // Nothing was sent this time: what was sent before, and never answered, may still be carried out.
    const mayCome = outcome === undefined ? mayComeAt(candidate.version) : undefined;
    const after: Link = {
      ...withUnsure(link, decisions, 'to-marketo', mayCome),
      marks,
      seenVersion: Math.max(link.seenVersion, version),
      ...trailed(
        link,
        eventsOf(decisions, link, { to: 'dynamics', outcome: updated ? 'updated' : 'none', refused }, at),
      ),
      parked: [...held, ...now.map(({ field }) => field ?? '')],
      ...(goesOn && { dirty: true }),
    };
    links.push({ before: link, now: after });
    parked.push({ id: candidate.linkId, was: link.parked.filter((field) => !held.includes(field)), now });
  }
  // Who was overtaken by another attempt finds the row changed by that one: the conflict is its, and was carried out.
  if (withdrawn.length > 0) await writer.check();
  await store.conflicts.withdraw(withdrawn, writer.epoch);
  doubtParked(deps, bound.entity.name, parked);
  await store.conflicts.outdate(noLongerParked(parked), writer.epoch);
  await park(deps, writer, parked);
  await commit(deps, writer, links, {
    queue: [
      { entity: bound.entity.name, feed: 'marketo', items: again },
      { entity: bound.entity.name, feed: 'dynamics', items: forward },
    ],
  });
}

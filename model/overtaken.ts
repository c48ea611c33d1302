import type { BoundField } from './bind';
import { policyOf, type Settled } from './decide-field';
import type { FieldDecision } from './decision';
import { normalise } from './normalise';
import { type ChangedAt, type Side, settleConflict } from './policy';

/**
 * - `restore`   Marketo's edit wins: it goes to Dynamics, and from there to Marketo again
 * - `stands`    what we wrote wins
 * - `ask`       the policy says to ask: nothing is written until someone decides
 * - `moved-on`  one of the sides holds something else by now: nothing is written
 */
export type OvertakenOutcome = 'restore' | 'stands' | 'ask' | 'moved-on';

/**
 * A Marketo edit that our write overtook, settled as if both had been seen in time: both sides had changed, so the
 * policy says which one wins; for consent it is the restrictive value.
 *
 * @param decision what the merge says of the field as both sides hold it now
 * @param sent fingerprint of what we wrote over the edit
 * @param ours what we wrote, and `edit`, what the feed says was there: as Marketo has them
 */
export function settleOvertaken(
  bound: BoundField,
  decision: FieldDecision,
  sent: bigint,
  { ours, edit }: { ours: unknown; edit: unknown },
  changedAt: ChangedAt,
  winner: Side,
): { outcome: OvertakenOutcome } & Settled {
  const normal = (value: unknown) => normalise(bound.kind, bound.field.dataType, value);
  const rule = policyOf(bound, winner);
  const untouched = decision.action === 'agreed' && decision.mark?.fingerprint === sent;
  if (!untouched) return { outcome: 'moved-on', winner: 'dynamics', rule };
  const settled = settleConflict(rule, bound.kind, normal(ours), normal(edit), changedAt, winner);
  const outcome = settled === 'ask' ? 'ask' : settled === 'marketo' ? 'restore' : 'stands';
  return { outcome, winner: settled, rule };
}

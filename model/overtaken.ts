import type { BoundField } from './bind';
import type { ConflictRule, FieldDecision, Side } from './merge';
import { normalise } from './normalise';

/**
 * - `restore`   Marketo's edit wins: it goes to Dynamics, and from there to Marketo again
 * - `stands`    what we wrote wins
 * - `moved-on`  one of the sides holds something else by now: nothing is written
 */
export type OvertakenOutcome = 'restore' | 'stands' | 'moved-on';

/**
 * A Marketo edit that our write overtook, settled as if both had been seen in time: both sides had changed, so the
 * policy says which one wins; for consent it is the restrictive value.
 *
 * @param decision what the merge says of the field as both sides hold it now
 * @param sent fingerprint of what we wrote over the edit
 * @param value the edit, as the feed tells it
 */
export function settleOvertaken(
  bound: BoundField,
  decision: FieldDecision,
  sent: bigint,
  value: unknown,
  winner: Side,
): { outcome: OvertakenOutcome; winner: Side; rule: ConflictRule } {
  const rule: ConflictRule = bound.rule.consent ? 'most-restrictive' : 'winner';
  const restrictive = normalise(bound.kind, bound.field.dataType, value) === 'true' ? 'marketo' : 'dynamics';
  const wins = bound.rule.consent ? restrictive : winner;
  const untouched = decision.action === 'agreed' && decision.mark?.fingerprint === sent;
  if (!untouched) return { outcome: 'moved-on', winner: 'dynamics', rule };
  return { outcome: wins === 'marketo' ? 'restore' : 'stands', winner: wins, rule };
}

import type { BoundField } from './bind';
import type { Settled } from './decide-field';
import { baseOf, type FieldMark, isAlteredMark, isParked, type Marks } from './fingerprint';
import type { Parked } from './park';
import type { Side } from './policy';

/** What the merge says of one field. */
export interface FieldDecision {
  bound: BoundField;
  action: 'agreed' | 'to-marketo' | 'to-dynamics' | 'parked' | 'held';
  /** What to write, when there is something to write. */
  value?: string | number | boolean | null;
  /** Fingerprint of the value on its way, in Marketo's terms, where it goes to Dynamics. */
  taken?: bigint;
  /** What the link will remember once the decision is carried out; absent: what it remembers now. */
  mark?: FieldMark;
  /** What it will remember instead when the receiver refuses the value. */
  refusedMark?: () => FieldMark;
  parked?: Parked;
  conflict?: Settled;
}

/**
 * Both sides differ from what was agreed last, if only to the same: how it came to that matters, so the row has to be the one that
 * Dynamics holds now, not the one of a feed.
 */
export const isContested = (marks: Marks, decisions: readonly FieldDecision[]): boolean =>
  decisions.some(({ bound, action, mark, conflict }) => {
    const base = baseOf(marks.get(bound.key));
    if (bound.rule.direction !== 'both' || base === undefined) return false;
    return conflict !== undefined || (action === 'agreed' && mark !== undefined && mark.fingerprint !== base);
  });

/** Is there anything to send to Dynamics? */
export const isForDynamics = (decisions: readonly FieldDecision[]): boolean =>
  decisions.some(({ action, value }) => action === 'to-dynamics' && value !== undefined);

/** What to send to Marketo, by REST name. */
export function forMarketo(decisions: readonly FieldDecision[]): Record<string, string | number | boolean | null> {
  const values: Record<string, string | number | boolean | null> = {};
  for (const { bound, action, value } of decisions) {
    if (action === 'to-marketo' && value !== undefined) values[bound.field.name] = value;
  }
  return values;
}

/** What to send to Dynamics, by logical name. */
export function forDynamics(decisions: readonly FieldDecision[]): Record<string, string | number | boolean | null> {
  const values: Record<string, string | number | boolean | null> = {};
  for (const { bound, action, value } of decisions) {
    if (action === 'to-dynamics' && value !== undefined) values[bound.column.logicalName] = value;
  }
  return values;
}

/**
 * What the link remembers after one side has been written: a decision towards the other side is not settled yet,
 * so its field keeps what it remembered; a value that was refused (by name of its field) is parked.
 */
export function marksAfter(
  marks: Marks,
  decisions: readonly FieldDecision[],
  written: Side,
  refused: ReadonlyMap<string, string> = new Map(),
): Marks {
  const after: Marks = new Map(marks);
  const open = written === 'marketo' ? 'to-dynamics' : 'to-marketo';
  for (const { bound, action, mark, refusedMark } of decisions) {
    const outcome = refused.has(bound.field.name) ? refusedMark?.() : mark;
    if (outcome && action !== open) after.set(bound.key, outcome);
  }
  return after;
}

/** What is held of it is listed. */
const isKeptBack = (mark: FieldMark | undefined): boolean => isParked(mark) || isAlteredMark(mark);

/** Fields that stay parked: the refused value is still there. */
export const heldFields = (marks: Marks, decisions: readonly FieldDecision[]): string[] =>
  decisions
    .filter(({ bound, action }) => action === 'held' && isKeptBack(marks.get(bound.key)))
    .map(({ bound }) => bound.field.name);

/** What the merge keeps back, and which way it was going. */
export function parkedBy(decisions: readonly FieldDecision[]): Parked[] {
  const all: Parked[] = [];
  for (const { parked, mark } of decisions) {
    if (parked) all.push(mark?.state === 'parked-marketo' ? { ...parked, direction: 'to-dynamics' } : parked);
  }
  return all;
}

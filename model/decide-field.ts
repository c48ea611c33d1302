import type { HeldVerdict } from './alteration';
import type { BoundField } from './bind';
import type { BackfillHow } from './field-state';
import { isEmpty } from './normalise';
import { type ChangedAt, type ConflictPolicy, type Side, settleConflict } from './policy';

/** How a conflict was settled, and by which policy; kept with each conflict. */
export interface Settled {
  winner: Side | 'ask';
  rule: ConflictPolicy;
}

/** `altered`: one side has made something else of what it was sent, and nobody has edited it since: nothing is written. */
export type Verdict = {
  action: 'agreed' | 'altered' | 'to-marketo' | 'to-dynamics' | 'ask';
  conflict?: Settled;
};

/**
 * Values that a side holds, if at all, as our own copy of the other's, from a write whose answer was lost: no edit of its own,
 * so whatever the other side holds by now is newer.
 */
export type OwnCopies = Partial<Record<Side, readonly bigint[]>>;

/** Of each side, is it so? */
export type PerSide = Readonly<Record<Side, boolean>>;

const towards = (winner: Side): 'to-marketo' | 'to-dynamics' => (winner === 'dynamics' ? 'to-marketo' : 'to-dynamics');

/** What decides a field beside its values. */
export interface Circumstances {
  changedAt?: ChangedAt;
  /** The side holds our own copy. */
  ours?: PerSide;
  backfill?: BackfillHow;
  rowIsOld?: boolean;
  /** What it means that Marketo holds another value than Dynamics sent (model/alteration.ts). @param standing it was found altered before */
  judgeHeld?: (standing: boolean) => HeldVerdict;
}

/**
 * The rule for one field (DESIGN §5, three-way merge). Values are normalised; `moved` says which side
 * holds something else than was agreed on last, and is absent where nothing was.
 * It is total and symmetric: it knows nothing of which feed brought the record here.
 */
export function decideField(
  bound: BoundField,
  dynamics: string | null,
  marketo: string | null,
  moved: PerSide | undefined,
  winner: Side,
  { changedAt = {}, ours, backfill, rowIsOld = false, judgeHeld }: Circumstances = {},
): Verdict {
  if (dynamics === marketo) return { action: 'agreed' };
  if (bound.rule.direction === 'to-marketo') return { action: 'to-marketo' };
  if (bound.rule.direction === 'to-dynamics') return { action: 'to-dynamics' };
  if (ours && ours.dynamics !== ours.marketo) return { action: ours.dynamics ? 'to-dynamics' : 'to-marketo' };
  // A new field: Dynamics' value, an empty one too. An opt-out stands, whoever holds it.
  if (backfill === 'dynamics' && moved === undefined && !bound.rule.consent) return { action: 'to-marketo' };
  const [none, noneThere] = [isEmpty(bound.kind, dynamics), isEmpty(bound.kind, marketo)];
  const lost = backfill === 'value' && none !== noneThere;
  if (moved && !lost) {
    if (!moved.dynamics) {
      const held = judgeHeld?.(!moved.marketo) ?? (moved.marketo ? 'edit' : 'altered');
      return { action: held === 'altered' ? 'altered' : 'to-dynamics' };
    }
    if (!moved.marketo) return { action: rowIsOld ? 'to-dynamics' : 'to-marketo' };
  } else if (!bound.rule.consent && none !== noneThere) {
    return { action: none ? 'to-dynamics' : 'to-marketo' };
  }
  const rule = policyOf(bound, winner);
  const settled = settleConflict(rule, bound.kind, dynamics, marketo, changedAt, winner);
  return { action: settled === 'ask' ? 'ask' : towards(settled), conflict: { winner: settled, rule } };
}

/** The policy of a field of a pair; `winner` is the entity's own rule. */
export const policyOf = ({ rule }: BoundField, winner: Side): ConflictPolicy =>
  rule.conflict ?? (rule.consent ? 'most-restrictive' : winner);

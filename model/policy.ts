import { isEmpty, type ValueKind } from './normalise';

export type Side = 'dynamics' | 'marketo';

/**
 * Who wins where both sides changed a field to different values (peers §4 no. 5). The default is the built-in rule: Marketo on leads,
 * Dynamics on contacts (native-sync §5.3); for consent `most-restrictive`.
 * - `newest`            the later edit: Marketo's time is the feed's, Dynamics' is the row's `modifiedon`; unknown or equal: the default
 * - `non-empty`         a value beats none; two values: the default
 * - `most-restrictive`  `true` wins; an explicit change to `false` by one side alone is no conflict and goes through
 * - `ask`               both stay as they are until someone decides (`npm run conflicts`)
 */
export const CONFLICT_POLICIES = ['dynamics', 'marketo', 'newest', 'non-empty', 'most-restrictive', 'ask'] as const;
export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number];

/** Epoch ms of the last change on each side, as far as it is known. */
export type ChangedAt = Partial<Record<Side, number>>;

/** @param dynamics @param marketo normalised values of this kind, which differ. @param otherwise the entity's winner. */
export function settleConflict(
  policy: ConflictPolicy,
  kind: ValueKind,
  dynamics: string | null,
  marketo: string | null,
  changedAt: ChangedAt,
  otherwise: Side,
): Side | 'ask' {
  switch (policy) {
    case 'dynamics':
    case 'marketo':
    case 'ask':
      return policy;
    case 'newest': {
      const [there, here] = [changedAt.marketo, changedAt.dynamics];
      if (there === undefined || here === undefined || there === here) return otherwise;
      return there > here ? 'marketo' : 'dynamics';
    }
    case 'non-empty':
      if (isEmpty(kind, dynamics) === isEmpty(kind, marketo)) return otherwise;
      return isEmpty(kind, dynamics) ? 'marketo' : 'dynamics';
    case 'most-restrictive':
      if (dynamics === 'true') return 'dynamics';
      return marketo === 'true' ? 'marketo' : otherwise;
  }
}

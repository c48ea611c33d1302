import type { MarketoRecord } from '../../clients/marketo/types';
import type { Conflict } from '../../clients/mongo/conflicts';
import type { FeedEntry } from '../../clients/mongo/inbox';
import type { BoundField } from '../../model/bind';
import type { FieldDecision } from '../../model/decision';
import type { Deps } from '../deps';
import type { ResolvedRow } from '../references';
import type { Candidate } from '../rows';
import type { BoundEntity } from '../schema';
import { mergePair } from './pair';

/** What something besides the two sides' values says of a field: an edit that we overtook, an operator's decision. */
export interface Foreseen {
  /** To be kept. */
  conflict?: Conflict;
  /** This value takes the place of what Marketo holds, and goes to both sides. */
  restore?: { field: BoundField; value: unknown };
}

/**
 * Merges a pair with values to restore in the place of what Marketo holds. Their fields keep what the link remembers,
 * so that the values go on from Dynamics to Marketo as any edit does.
 */
export function mergeRestoring(
  deps: Deps,
  bound: BoundEntity,
  candidate: Candidate,
  record: MarketoRecord,
  resolved: ResolvedRow,
  entries: readonly FeedEntry[],
  foreseen: readonly Foreseen[],
): FieldDecision[] {
  const values = foreseen.flatMap(({ restore }) => (restore ? [[restore.field.field.name, restore.value]] : []));
  const restored = Object.fromEntries(values) as Record<string, unknown>;
  const decisions = mergePair(deps, bound, candidate, { ...record, ...restored }, resolved, entries);
  return decisions.map((decision) => {
    if (!(decision.bound.field.name in restored) || decision.action !== 'to-dynamics') return decision;
    // Nor is it Marketo's value: where the answer is lost, Dynamics holds an edit, and no copy of what Marketo holds.
    const { mark: _settledLater, taken: _notMarketos, ...rest } = decision;
    return rest;
  });
}

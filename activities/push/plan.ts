import type { CreateOutcome } from '../../clients/dynamics/types';
import { type Link, linkId } from '../../clients/mongo/links';
import { type FieldDecision, forDynamics } from '../../model/decision';
import { FILTER_COLUMN } from '../../model/entities';
import type { Parked } from '../../model/park';
import type { Deps } from '../deps';
import { mergePair } from '../persons/pair';
import type { BoundEntity } from '../schema';
import type { DynamicsTask } from '../to-dynamics';
import type { Situation } from './situation';

/** A row that is to be made, and what came of it. */
export interface Made extends Situation, DynamicsTask<CreateOutcome> {
  linkId: string;
  decisions: FieldDecision[];
  link?: Link;
  /** Why nothing was made. */
  parked?: Parked;
}

/** What the row gets: the merge of the person with a row that is empty. A contact belongs to no account (native-sync §2.4). */
export function planRow(deps: Deps, bound: BoundEntity, situation: Situation): Made {
  const { guid, wish, record = null } = situation;
  const candidate = { id: guid, linkId: linkId(wish.as, guid), row: {}, version: 0, link: undefined };
  const decisions = mergePair(deps, bound, candidate, record, { values: new Map(), missing: [], hoping: [] });
  // Said outright: an organisation may have No for its default, and the row would be frozen at birth.
  const filter = bound.select.includes(FILTER_COLUMN) ? { [FILTER_COLUMN]: true } : {};
  return {
    ...situation,
    linkId: candidate.linkId,
    decisions,
    values: { ...forDynamics(decisions), ...filter },
    refused: new Map(),
  };
}

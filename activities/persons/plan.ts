import type { MarketoRecord } from '../../clients/marketo/types';
import type { Link } from '../../clients/mongo/links';
import { forMarketo } from '../../model/decision';
import { PERSON_IDENTITY, PLACEHOLDER_COMPANY } from '../../model/entities';
import type { Deps } from '../deps';
import type { ResolvedRow } from '../references';
import type { Candidate } from '../rows';
import type { BoundEntity } from '../schema';
import type { Task } from '../task';
import { mergePair } from './pair';

export interface PersonTask extends Task {
  /** The person just read; null: to be created. */
  record: MarketoRecord | null;
}

/** Merges a pair and says what to send. */
export function planPerson(
  deps: Deps,
  bound: BoundEntity,
  candidate: Candidate,
  link: Link,
  record: MarketoRecord | null,
  resolved: ResolvedRow,
): PersonTask {
  const decisions = mergePair(deps, bound, { ...candidate, link }, record, resolved);
  const values: Record<string, unknown> = forMarketo(decisions);
  // A person can't be detached from its company, only moved (marketo-api §4.4).
  if ('externalCompanyId' in values && values.externalCompanyId === null) {
    values.externalCompanyId = PLACEHOLDER_COMPANY.externalCompanyId;
  }
  const type = bound.entity.target.kind === 'person' ? bound.entity.target.type : undefined;
  const identity = {
    [PERSON_IDENTITY.id]: candidate.id,
    [PERSON_IDENTITY.type]: type,
    [PERSON_IDENTITY.isDeleted]: false,
  };
  for (const [name, value] of Object.entries(identity)) {
    if (record === null ? value !== false : String(record[name] ?? false) !== String(value)) values[name] = value;
  }
  return {
    candidate,
    link,
    missing: resolved.missing,
    hoping: resolved.hoping,
    record,
    decisions,
    values,
    refused: new Map(),
  };
}

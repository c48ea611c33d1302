import type { MarketoRecord } from '../../clients/marketo/types';
import type { Conflict } from '../../clients/mongo/conflicts';
import { columnKey } from '../../model/bind';
import { type FieldDecision, merge, type Side } from '../../model/merge';
import type { Deps } from '../deps';
import { type ResolvedRow, withoutPlaceholder } from '../references';
import type { Candidate } from '../rows';
import type { BoundEntity } from '../schema';

/** The company fields of a person that has a company of ours, or is about to: Marketo refuses them (1021). */
function companyFields(bound: BoundEntity, row: Record<string, unknown>, record: MarketoRecord | null): Set<string> {
  const refers = bound.fields.some(({ rule, column }) => rule.references === 'account' && row[columnKey(column)]);
  const linked = record !== null && record.externalCompanyId !== null && record.externalCompanyId !== undefined;
  if (!refers && !linked) return new Set();
  return new Set(bound.fields.filter(({ rule }) => rule.ofCompany).map(({ field }) => field.name));
}

/** Native rule: Marketo wins on leads, Dynamics on contacts (native-sync §5.3). */
export const winnerOf = (bound: BoundEntity): Side => (bound.entity.name === 'lead' ? 'marketo' : 'dynamics');

/** The one place where a row and its person meet: both directions settle their fields here. */
export function mergePair(
  deps: Deps,
  bound: BoundEntity,
  candidate: Candidate,
  record: MarketoRecord | null,
  resolved: ResolvedRow,
): FieldDecision[] {
  return merge({
    fields: bound.fields,
    row: candidate.row,
    record: record && withoutPlaceholder(record),
    marks: candidate.link?.marks ?? new Map(),
    fingerprinter: deps.store.fingerprinter,
    winner: winnerOf(bound),
    resolved: resolved.values,
    excluded: companyFields(bound, candidate.row, record),
  });
}

/** The row's version, and what Marketo held. */
export const conflictSeq = ({ store }: Deps, { version }: Candidate, marketo: unknown): string =>
  `${version}-${store.fingerprinter.of(`conflict:${marketo ?? ''}`).toString(36)}`;

/**
 * Both had changed: kept with both values by the direction that carries the decision out, before it does, so that a
 * lost answer loses no conflict.
 */
export function conflictsOf(
  deps: Deps,
  candidate: Candidate,
  record: MarketoRecord | null,
  decisions: readonly FieldDecision[],
  carriedOut: 'to-marketo' | 'to-dynamics',
): Conflict[] {
  const at = new Date();
  return decisions.flatMap(({ bound, action, conflict }) =>
    conflict && record && action === carriedOut
      ? [
          {
            id: candidate.linkId,
            field: bound.field.name,
            seq: conflictSeq(deps, candidate, record[bound.field.name]),
            ...conflict,
            at,
            values: {
              dynamics: candidate.row[columnKey(bound.column)] ?? null,
              marketo: record[bound.field.name] ?? null,
            },
          },
        ]
      : [],
  );
}

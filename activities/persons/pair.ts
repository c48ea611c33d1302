import type { MarketoRecord } from '../../clients/marketo/types';
import type { Conflict } from '../../clients/mongo/conflicts';
import type { FeedEntry } from '../../clients/mongo/inbox';
import { isReformat, isRemainder, judgeHeld } from '../../model/alteration';
import { type BoundField, columnKey } from '../../model/bind';
import type { Settled } from '../../model/decide-field';
import type { FieldDecision } from '../../model/decision';
import { baseOf, type Receipt } from '../../model/fingerprint';
import { type MergeInput, merge } from '../../model/merge';
import { normalise } from '../../model/normalise';
import type { ChangedAt, Side } from '../../model/policy';
import { mayHaveComeBy } from '../../model/receipts';
import { wentToMarketo } from '../../model/trail';
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

/** Dataverse keeps one time for the whole row. */
export function rowChangedAt({ row }: Candidate): ChangedAt {
  const at = Date.parse(String(row.modifiedon ?? ''));
  return Number.isNaN(at) ? {} : { dynamics: at };
}

/** When a field was changed in Marketo: what the feed says of it, else the person's `updatedAt`, if it was read. */
function marketoChangedAt(record: MarketoRecord | null, entries: readonly FeedEntry[]) {
  const told = new Map(entries.map(({ field, at }) => [field.toLowerCase(), at]));
  const updated = Date.parse(String(record?.updatedAt ?? ''));
  return (field: string) => told.get(field.toLowerCase()) ?? (Number.isNaN(updated) ? undefined : updated);
}

/** The one place where a row and its person meet: both directions settle their fields here. */
export function mergePair(
  deps: Deps,
  bound: BoundEntity,
  candidate: Candidate,
  record: MarketoRecord | null,
  resolved: ResolvedRow,
  entries: readonly FeedEntry[] = [],
): FieldDecision[] {
  return merge({
    fields: bound.fields,
    row: candidate.row,
    record: record && withoutPlaceholder(record),
    marks: candidate.link?.marks ?? new Map(),
    fingerprinter: deps.store.fingerprinter,
    winner: winnerOf(bound),
    ...ownCopies(candidate),
    ...(candidate.backfilling && { backfilling: candidate.backfilling }),
    rowIsOld: candidate.old === true,
    changedAt: { ...rowChangedAt(candidate), marketo: marketoChangedAt(record, entries) },
    judgeHeld: judgeHeldOf(deps, candidate, entries),
    resolved: resolved.values,
    excluded: companyFields(bound, candidate.row, record),
  });
}

/** By what the feed told just now, and by what the link remembers of our writes. */
function judgeHeldOf(
  { store }: Deps,
  { link }: Candidate,
  entries: readonly FeedEntry[],
): NonNullable<MergeInput['judgeHeld']> {
  return ({ key, kind, field: { name, dataType } }, sent, held, standing) => {
    const print = (value: unknown) => store.fingerprinter.of(normalise(kind, dataType, value));
    return judgeHeld({
      sent: store.fingerprinter.of(sent),
      held: store.fingerprinter.of(held),
      standing,
      receipts: (link?.receipts ?? []).filter((receipt) => receipt.key === key),
      changes: entries.flatMap(({ field, from, to, at }) =>
        field.toLowerCase() === name.toLowerCase() ? [{ key, from: print(from), to: print(to), at }] : [],
      ),
      isLastWord: () => wentToMarketo(link?.trail, key),
      isLeft: () => isRemainder(kind, sent, held) || isReformat(sent, held),
      isCleared: held === null,
    });
  };
}

/** Nothing where no answer was lost, as nearly always: the merge then makes no fingerprints for it. */
function ownCopies(candidate: Candidate): Pick<MergeInput, 'own'> {
  const { unsureMarketo = [], unsureDynamics: all = [] } = candidate.link ?? {};
  const unsureDynamics = mayHaveComeBy(all, rowChangedAt(candidate).dynamics);
  if (unsureMarketo.length === 0 && unsureDynamics.length === 0) return {};
  const sent = (receipts: readonly Receipt[], key: number) =>
    receipts.flatMap((receipt) => (receipt.key === key ? [receipt.sent] : []));
  return { own: (key) => ({ marketo: sent(unsureMarketo, key), dynamics: sent(unsureDynamics, key) }) };
}

/**
 * A conflict with both values; `seq` names the two edits: the row's version, and what Marketo held. One that waits for a decision stays
 * the same while the row is edited elsewhere: it is named by what was agreed on and both values.
 */
export function conflictOf(
  { store }: Deps,
  { linkId, row, version, link }: Candidate,
  { key, column, field }: BoundField,
  marketo: unknown,
  settled: Settled,
): Conflict {
  const print = (value: unknown) => store.fingerprinter.of(`conflict:${value ?? ''}`).toString(36);
  const values = { dynamics: row[columnKey(column)] ?? null, marketo: marketo ?? null };
  const base = baseOf(link?.marks.get(key))?.toString(36) ?? 'none';
  const edits = settled.winner === 'ask' ? [base, print(values.dynamics)] : [version];
  const seq = [...edits, print(values.marketo)].join('-');
  return { id: linkId, field: field.name, seq, ...settled, at: new Date(), values };
}

/**
 * Both had changed: kept by the direction that carries the decision out, before it does, so that a lost answer loses no
 * conflict; where nobody has decided yet, by whichever meets it.
 */
export function conflictsOf(
  deps: Deps,
  candidate: Candidate,
  record: MarketoRecord | null,
  decisions: readonly FieldDecision[],
  carriedOut: 'to-marketo' | 'to-dynamics',
): Conflict[] {
  return decisions.flatMap(({ bound, action, conflict }) =>
    conflict && record && (action === carriedOut || conflict.winner === 'ask')
      ? [conflictOf(deps, candidate, bound, record[bound.field.name], conflict)]
      : [],
  );
}

import { type BoundField, columnKey } from './bind';
import { type Converted, convertToDynamics, convertToMarketo } from './convert';
import { decideField, type OwnCopies, type Verdict } from './decide-field';
import type { FieldDecision } from './decision';
import type { BackfillHow } from './field-state';
import { baseOf, type FieldMark, type Fingerprinter, type Marks } from './fingerprint';
import { isEmpty, normalise } from './normalise';
import type { Parked } from './park';
import type { Side } from './policy';

export interface MergeInput {
  fields: readonly BoundField[];
  /** The row just read. */
  row: Record<string, unknown>;
  /**
   * The Marketo record just read; `null` when there is none yet; `undefined` when it was not read, because the
   * entity goes one way and what we last agreed on stands for it.
   */
  record: Record<string, unknown> | null | undefined;
  marks: Marks;
  fingerprinter: Fingerprinter;
  /** Native rule: Marketo wins on leads, Dynamics on everything else (native-sync §5.3). */
  winner: Side;
  /** When each side was changed last, for the policy `newest`; Marketo's by field where the feed told. */
  changedAt?: { dynamics?: number; marketo?: (field: string) => number | undefined };
  /** Our own copies in each side, by the field's key, of writes whose answer was lost. */
  own?: (key: number) => OwnCopies;
  /** Fields whose backfill is not over, by key. */
  backfilling?: ReadonlyMap<number, BackfillHow>;
  /**
   * This version of the row was settled in full before: what else it holds than was agreed on is no edit, but what a write of ours,
   * though answered, did not change.
   */
  rowIsOld?: boolean;
  /** A value to use in place of the row's own (a reference resolved by the caller), by Marketo field name. */
  resolved?: ReadonlyMap<string, Converted>;
  /** Fields that stay out of this merge altogether: company fields of a person that has a company. */
  excluded?: ReadonlySet<string>;
}

/** The row's value to compare with, where it does not travel: labels, not codes; as it is where it would not fit. */
function asMarketoHasIt(bound: BoundField, row: Record<string, unknown>): unknown {
  const converted = convertToMarketo(bound, row);
  return 'park' in converted ? row[columnKey(bound.column)] : converted.value;
}

const conflictOf = ({ conflict }: Verdict) => (conflict ? { conflict } : {});

function mergeField(input: MergeInput, bound: BoundField): FieldDecision {
  const { row, record, marks, fingerprinter, winner } = input;
  const normal = (value: unknown) => normalise(bound.kind, bound.field.dataType, value);
  const fingerprint = (value: string | null) => fingerprinter.of(value);
  const remembered = marks.get(bound.key);
  const base = baseOf(remembered);

  // Only a parked value needs these: fingerprints are what to watch (DESIGN §7).
  const rawDynamics = () => fingerprint(`raw:${row[columnKey(bound.column)] ?? ''}`);
  const rawMarketo = () => (record ? fingerprint(`raw:${record[bound.field.name] ?? ''}`) : undefined);
  if (
    remembered?.state === 'parked-dynamics' &&
    remembered.fingerprint === rawDynamics() &&
    !input.resolved?.has(bound.field.name)
  ) {
    return { bound, action: 'held' };
  }
  if (remembered?.state === 'parked-marketo' && remembered.fingerprint === rawMarketo())
    return { bound, action: 'held' };

  const parkedBy = (side: Side): FieldMark => ({
    ...(side === 'dynamics'
      ? { state: 'parked-dynamics', fingerprint: rawDynamics() }
      : { state: 'parked-marketo', fingerprint: rawMarketo() ?? 0n }),
    ...(base !== undefined && { base }),
  });
  const park = (side: Side, reason: Parked['reason']): FieldDecision => ({
    bound,
    action: 'parked',
    mark: parkedBy(side),
    parked: { field: bound.field.name, reason },
  });
  const send = (
    to: 'to-marketo' | 'to-dynamics',
    value: FieldDecision['value'],
    agreed: string | null,
  ): FieldDecision => ({
    bound,
    action: to,
    value: value ?? null,
    mark: { state: 'agreed', fingerprint: fingerprint(agreed) },
    refusedMark: () => parkedBy(to === 'to-marketo' ? 'dynamics' : 'marketo'),
  });

  const forMarketo: Converted =
    bound.rule.direction === 'to-dynamics'
      ? { value: null }
      : (input.resolved?.get(bound.field.name) ?? convertToMarketo(bound, row));
  const agreedOn = (value: string | null): FieldMark => ({ state: 'agreed', fingerprint: fingerprint(value) });
  if ('park' in forMarketo) {
    // A reference that is not there yet is found again by its waiting list, not by its value: no mark to hold it.
    if (forMarketo.park === 'missing-reference') {
      return { bound, action: 'parked', parked: { field: bound.field.name, reason: forMarketo.park } };
    }
    // Marketo holds that very value already, however it got there.
    const own = normal(row[columnKey(bound.column)]);
    const same = record !== null && record !== undefined && own === normal(record[bound.field.name]);
    return same ? { bound, action: 'agreed', mark: agreedOn(own) } : park('dynamics', forMarketo.park);
  }

  const dynamics = normal(bound.rule.direction === 'to-dynamics' ? asMarketoHasIt(bound, row) : forMarketo.value);

  // Nothing to take from a record that is not there or was not read.
  if (!record && bound.rule.direction === 'to-dynamics') return { bound, action: 'held' };
  if (record === undefined) {
    const changed = base === undefined || base !== fingerprint(dynamics);
    return changed
      ? send('to-marketo', forMarketo.value, dynamics)
      : { bound, action: 'agreed', mark: agreedOn(dynamics) };
  }
  if (record === null) {
    return isEmpty(dynamics)
      ? { bound, action: 'agreed', mark: agreedOn(dynamics) }
      : send('to-marketo', forMarketo.value, dynamics);
  }

  const marketo = normal(record[bound.field.name]);
  const there = input.changedAt?.marketo?.(bound.field.name);
  const here = input.changedAt?.dynamics;
  const changedAt = { ...(here !== undefined && { dynamics: here }), ...(there !== undefined && { marketo: there }) };
  const own = input.own?.(bound.key) ?? {};
  const backfill = input.backfilling?.get(bound.key);
  const rowIsOld = input.rowIsOld === true && !backfill;
  const more = { changedAt, own, rowIsOld, ...(backfill && { backfill }) };
  const verdict = decideField(bound, dynamics, marketo, base, fingerprint, winner, more);
  if (verdict.action === 'agreed') return { bound, action: 'agreed', mark: agreedOn(dynamics) };
  // Both stay as they are, and so does what the link remembers.
  if (verdict.action === 'ask') {
    return {
      bound,
      action: 'parked',
      parked: { field: bound.field.name, reason: 'in-conflict' },
      ...conflictOf(verdict),
    };
  }
  if (verdict.action === 'to-marketo') {
    return { ...send('to-marketo', forMarketo.value, dynamics), ...conflictOf(verdict) };
  }
  const forDynamics = convertToDynamics(bound, record[bound.field.name]);
  if ('park' in forDynamics) return park('marketo', forDynamics.park);
  return { ...send('to-dynamics', forDynamics.value, marketo), taken: fingerprint(marketo), ...conflictOf(verdict) };
}

/** Settles every field of one pair. The one merge for both directions: activities carry out what it decides. */
export function merge(input: MergeInput): FieldDecision[] {
  return input.fields
    .filter((bound) => !input.excluded?.has(bound.field.name))
    .map((bound) => mergeField(input, bound));
}

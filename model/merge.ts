import { type BoundField, columnKey } from './bind';
import { type Converted, convertToDynamics, convertToMarketo } from './convert';
import type { BackfillHow } from './field-state';
import { baseOf, type FieldMark, type Fingerprinter, type Marks } from './fingerprint';
import { isEmpty, normalise } from './normalise';
import type { Parked } from './park';
import { type ChangedAt, type ConflictPolicy, type Side, settleConflict } from './policy';

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

/** How a conflict was settled, and by which policy; kept with each conflict. */
export interface Settled {
  winner: Side | 'ask';
  rule: ConflictPolicy;
}

type Verdict = { action: 'agreed' | 'to-marketo' | 'to-dynamics' | 'ask'; conflict?: Settled };

/**
 * Values that a side holds, if at all, as our own copy of the other's, from a write whose answer was lost: no edit of its own,
 * so whatever the other side holds by now is newer.
 */
export type OwnCopies = Partial<Record<Side, readonly bigint[]>>;

const towards = (winner: Side): 'to-marketo' | 'to-dynamics' => (winner === 'dynamics' ? 'to-marketo' : 'to-dynamics');

/** What decides a field beside its values. */
export interface Circumstances {
  changedAt?: ChangedAt;
  own?: OwnCopies;
  backfill?: BackfillHow;
  rowIsOld?: boolean;
}

/**
 * The rule for one field (DESIGN §5, three-way merge). Values are normalised; `base` is the fingerprint last agreed.
 * It is total and symmetric: it knows nothing of which feed brought the record here.
 */
export function decideField(
  bound: BoundField,
  dynamics: string | null,
  marketo: string | null,
  base: bigint | undefined,
  fingerprint: (value: string | null) => bigint,
  winner: Side,
  { changedAt = {}, own = {}, backfill, rowIsOld = false }: Circumstances = {},
): Verdict {
  if (dynamics === marketo) return { action: 'agreed' };
  if (bound.rule.direction === 'to-marketo') return { action: 'to-marketo' };
  if (bound.rule.direction === 'to-dynamics') return { action: 'to-dynamics' };
  const isOurs = (side: Side, value: string | null) => own[side]?.includes(fingerprint(value)) === true;
  const [ours, theirs] = [isOurs('dynamics', dynamics), isOurs('marketo', marketo)];
  if (ours !== theirs) return { action: ours ? 'to-dynamics' : 'to-marketo' };
  // A new field: Dynamics' value, an empty one too. An opt-out stands, whoever holds it.
  if (backfill === 'dynamics' && base === undefined && !bound.rule.consent) return { action: 'to-marketo' };
  const lost = backfill === 'value' && isEmpty(dynamics) !== isEmpty(marketo);
  if (base !== undefined && !lost) {
    const dynamicsChanged = fingerprint(dynamics) !== base;
    const marketoChanged = fingerprint(marketo) !== base;
    if (dynamicsChanged !== marketoChanged)
      return { action: dynamicsChanged && !rowIsOld ? 'to-marketo' : 'to-dynamics' };
  } else if (!bound.rule.consent && isEmpty(dynamics) !== isEmpty(marketo)) {
    return { action: isEmpty(dynamics) ? 'to-dynamics' : 'to-marketo' };
  }
  const rule = policyOf(bound, winner);
  const settled = settleConflict(rule, dynamics, marketo, changedAt, winner);
  return { action: settled === 'ask' ? 'ask' : towards(settled), conflict: { winner: settled, rule } };
}

/** The policy of a field of a pair; `winner` is the entity's own rule. */
export const policyOf = ({ rule }: BoundField, winner: Side): ConflictPolicy =>
  rule.conflict ?? (rule.consent ? 'most-restrictive' : winner);

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

/** Fields that stay parked: the refused value is still there. */
export const heldFields = (marks: Marks, decisions: readonly FieldDecision[]): string[] =>
  decisions.flatMap(({ bound, action }) =>
    action === 'held' && (marks.get(bound.key)?.state ?? 'agreed') !== 'agreed' ? [bound.field.name] : [],
  );

/** What the merge keeps back, and which way it was going. */
export const parkedBy = (decisions: readonly FieldDecision[]): Parked[] =>
  decisions.flatMap(({ parked, mark }) => {
    if (!parked) return [];
    return mark?.state === 'parked-marketo' ? [{ ...parked, direction: 'to-dynamics' as const }] : [parked];
  });

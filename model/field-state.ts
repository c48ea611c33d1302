import { type BoundField, type DropCause, type Dropped, fieldKey } from './bind';
import type { FieldRule } from './field-rule';
import type { ValueKind } from './normalise';

/** What both ends of a field looked like when it was last well. */
export interface FieldShape {
  /** The column's type; the Marketo field's. */
  column: string;
  field: string;
  maxLength?: number;
  length?: number;
  /** Code → label. */
  options?: Record<string, string>;
}

/**
 * How a backfill settles a pair that has not agreed on the field yet.
 * - `dynamics`  the field is new: Dynamics' value counts, an empty one too (DESIGN §5, No base); of consent, the opt-out
 * - `value`     the values of one side went with their column or type: what is empty was lost, not cleared
 * - `merge`     the field was held back: what was agreed before still holds
 */
export type BackfillHow = 'dynamics' | 'value' | 'merge';

export type TroubleCause = DropCause | 'retyped' | 'shortened';

/** Of these, values that still fit go on; of all others, nothing moves. */
const GOES_ON: ReadonlySet<TroubleCause> = new Set(['shortened']);
/** Values may have gone with these. */
const LOSES_VALUES: ReadonlySet<TroubleCause> = new Set(['no-column', 'retyped', 'does-not-fit']);

export interface FieldTrouble {
  cause: TroubleCause;
  why: string;
  /** Epoch ms. */
  since: number;
}

/** What is remembered of a field of an entity's map. Names and metadata only, never a value. */
export interface KnownField {
  dynamics: string;
  marketo: string;
  /** Raised when nothing holds any more that was agreed: added again, or another type was accepted. */
  edition: number;
  /** Absent: it was never well. */
  shape?: FieldShape;
  trouble?: FieldTrouble;
  /** Not in the map any more. */
  removed?: true;
  /** An operator wants it as it is now (`resync`). */
  accepted?: true;
  backfill?: { request: string; how: BackfillHow };
}

/** What a change of a field's state asks for: its rows, the rows of which it is parked, or no listing of it any more. */
export type FieldWork = { backfill: BackfillHow } | { retry: true } | { forget: true };

export interface FieldState {
  rule?: FieldRule;
  known: KnownField;
  /** Takes part in merges; its key is that of the edition. */
  live?: BoundField;
  changed: boolean;
  work?: FieldWork;
}

export const isQuarantined = ({ trouble, removed }: KnownField): boolean =>
  !removed && trouble !== undefined && !GOES_ON.has(trouble.cause);

/**
 * Compares an entity's map and both systems' metadata with what is remembered (native-sync §7.2-7.4). A field that can't
 * be joined, or whose type has changed, is held back by itself; it recovers when it is as it was, or is accepted.
 *
 * | remembered         | now                             | state       | work                          |
 * | ------------------ | ------------------------------- | ----------- | ----------------------------- |
 * | no field at all    | joined                          | well        | none: the import reads it     |
 * | nothing, removed   | joined                          | well        | backfill, Dynamics' value     |
 * | anything           | not joined, not to be read      | quarantined |                               |
 * | anything           | read-only                       | quarantined |                               |
 * | well               | another type on either side     | quarantined |                               |
 * | well               | shorter on either side          | listed      | values that fit go on         |
 * | well               | a label changed, an option gone | well        | backfill, merge               |
 * | well               | a new option, more room         | well        | what is parked is tried again |
 * | in trouble         | as it was                       | well        | backfill, merge               |
 * | in trouble         | accepted by an operator         | well        | backfill, merge               |
 * | anything           | not in the map                  | removed     | nothing of it is listed       |
 */
export function fieldStates(
  rules: readonly FieldRule[],
  met: { bound: readonly BoundField[]; dropped: readonly Dropped[] },
  known: readonly KnownField[] | undefined,
  now: number,
): FieldState[] {
  const before = new Map((known ?? []).map((field) => [nameOf(field), field]));
  const bound = new Map(met.bound.map((field) => [field.key, field]));
  const dropped = new Map(met.dropped.map((one) => [nameOf(one.rule), one]));
  const inMap = new Set(rules.map(nameOf));
  const states = rules.flatMap((rule) => {
    const field = bound.get(fieldKey(rule));
    const was = before.get(nameOf(rule));
    const state = field
      ? joined(rule, field, was, known === undefined, now)
      : apart(rule, dropped.get(nameOf(rule)), was, now);
    return state ? [withChange(state, was)] : [];
  });
  const removed = [...before.values()].filter((field) => !inMap.has(nameOf(field)));
  return [...states, ...removed.map(takenOut)];
}

const nameOf = ({ dynamics, marketo }: Pick<FieldRule, 'dynamics' | 'marketo'>): string => `${dynamics}>${marketo}`;

type Unchecked = Omit<FieldState, 'changed'>;

const withChange = (state: Unchecked, was: KnownField | undefined): FieldState => ({
  ...state,
  changed: JSON.stringify(state.known) !== JSON.stringify(was),
});

/** In the map, and on one side not there, or not to be written. */
function apart(
  rule: FieldRule,
  why: Dropped | undefined,
  was: KnownField | undefined,
  now: number,
): Unchecked | undefined {
  // An optional field is missed only where it has been in use.
  if (!why && !(was?.shape && !was.removed)) return undefined;
  const gone = { cause: 'no-column' as const, why: `${rule.dynamics} or ${rule.marketo} is not there any more` };
  const { cause, why: text } = why ?? gone;
  return { rule, known: troubled(was && !was.removed ? was : unknown(rule, was), { cause, why: text, since: now }) };
}

function joined(
  rule: FieldRule,
  field: BoundField,
  was: KnownField | undefined,
  first: boolean,
  now: number,
): Unchecked {
  const shape = shapeOf(field);
  const well = (known: KnownField, work?: FieldWork): Unchecked => {
    const { trouble: _mended, accepted: _done, ...rest } = known;
    const live = { ...field, key: fieldKey(rule, known.edition) };
    return { rule, known: { ...rest, shape }, live, ...(work && { work }) };
  };
  if (!was?.shape || was.removed) return well(unknown(rule, was), first ? undefined : { backfill: 'dynamics' });
  const change = typeChange(was.shape, shape, rule);
  const shorter = lessRoom(was.shape, shape, rule);
  if (was.accepted) {
    const edition = change === undefined ? was.edition : was.edition + 1;
    return well({ ...was, edition }, { backfill: howFrom(was, change === undefined ? 'merge' : 'value') });
  }
  if (change !== undefined) return { rule, known: troubled(was, { cause: 'retyped', why: change, since: now }) };
  if (shorter !== undefined) {
    const { options: _kept, ...kept } = was.shape;
    const remembered = { ...was, shape: { ...kept, ...(shape.options && { options: shape.options }) } };
    const known = troubled(remembered, { cause: 'shortened', why: shorter, since: now });
    return { rule, known, live: { ...field, key: fieldKey(rule, was.edition) } };
  }
  if (was.trouble) {
    const how = LOSES_VALUES.has(was.trouble.cause) ? 'value' : 'merge';
    return well(was, { backfill: howFrom(was, how) });
  }
  return well(was, optionsWork(was.shape, shape));
}

/** A new field whose backfill was not over when the trouble came is still a new one. */
const howFrom = ({ backfill }: KnownField, how: BackfillHow): BackfillHow =>
  backfill?.how === 'dynamics' ? 'dynamics' : how;

/** Never met, or taken out of the map before: then nothing holds that was agreed. */
const unknown = ({ dynamics, marketo }: FieldRule, was: KnownField | undefined): KnownField => ({
  dynamics,
  marketo,
  edition: was?.removed ? was.edition + 1 : (was?.edition ?? 0),
});

/** The same trouble keeps its time; an acceptance is of what was seen. */
function troubled(was: KnownField, trouble: FieldTrouble): KnownField {
  const { accepted: _before, trouble: old, ...rest } = was;
  const same = old?.cause === trouble.cause && old.why === trouble.why;
  return { ...rest, trouble: same ? old : trouble };
}

function takenOut(was: KnownField): FieldState {
  const { dynamics, marketo, edition } = was;
  if (was.removed) return { known: was, changed: false };
  return { known: { dynamics, marketo, edition, removed: true }, changed: true, work: { forget: true } };
}

function shapeOf({ kind, column, field }: BoundField): FieldShape {
  const type = column.typeName === 'MultiSelectPicklistType' ? 'MultiSelectPicklist' : column.type;
  return {
    column: column.dateOnly ? `${type} (date only)` : type,
    field: field.dataType,
    ...(column.maxLength !== undefined && { maxLength: column.maxLength }),
    ...(field.length !== undefined && { length: field.length }),
    // Of a yes/no the labels don't travel.
    ...(LABELLED.has(kind) && column.options && { options: { ...column.options } }),
  };
}

const LABELLED: ReadonlySet<ValueKind> = new Set(['label', 'labels']);

const REMEDY = 'put it back, or take it as it is: npm run resync';

function typeChange(was: FieldShape, now: FieldShape, rule: FieldRule): string | undefined {
  if (was.column !== now.column)
    return `Dynamics’ column ${rule.dynamics} was of type ${was.column} and is of type ${now.column}; ${REMEDY}`;
  if (was.field !== now.field)
    return `Marketo’s field ${rule.marketo} was of type ${was.field} and is of type ${now.field}; ${REMEDY}`;
  return undefined;
}

const room = (length: number | undefined): number => length ?? Number.POSITIVE_INFINITY;

/** Only the receiving end's room counts. */
function lessRoom(was: FieldShape, now: FieldShape, rule: FieldRule): string | undefined {
  if (rule.direction !== 'to-marketo' && room(now.maxLength) < room(was.maxLength))
    return `Dynamics’ column ${rule.dynamics} holds ${now.maxLength} characters, not ${was.maxLength ?? 'any number'} as before: longer ones are kept back; ${REMEDY}`;
  if (rule.direction !== 'to-dynamics' && room(now.length) < room(was.length))
    return `Marketo’s field ${rule.marketo} holds ${now.length} characters, not ${was.length ?? 'any number'} as before: longer ones are kept back; ${REMEDY}`;
  return undefined;
}

function optionsWork(was: FieldShape, now: FieldShape): FieldWork | undefined {
  const before = Object.entries(was.options ?? {});
  if (before.some(([code, label]) => now.options?.[code] !== label)) return { backfill: 'merge' };
  const more = Object.keys(now.options ?? {}).length > before.length;
  const wider = room(now.maxLength) > room(was.maxLength) || room(now.length) > room(was.length);
  return more || wider ? { retry: true } : undefined;
}

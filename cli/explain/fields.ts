import type { Link } from '../../clients/mongo/links';
import { fieldKey } from '../../model/bind';
import type { Direction, FieldRule } from '../../model/field-rule';
import { isQuarantined, type KnownField } from '../../model/field-state';
import { isParked } from '../../model/fingerprint';
import { isoOf } from '../../model/instant';
import { type Happening, type Rule, type TrailEvent, unpackTrail } from '../../model/trail';

/** One step of the record's story, its fields by their Marketo names. */
export interface Step {
  at: string;
  what: Happening;
  rule?: Rule;
  code?: string;
  /** None: the record as a whole. */
  fields: string[];
}

/** What was decided last of one field of the map. */
export interface FieldStory {
  dynamics: string;
  marketo: string;
  direction: Direction;
  /** `empty`: both sides were empty when they agreed; `open`: nothing is agreed on yet. */
  state: 'agreed' | 'empty' | 'parked' | 'open';
  /** The field itself is held back, of every row: why. */
  quarantined?: string;
  last?: Omit<Step, 'fields'>;
}

const knownAs = (known: readonly KnownField[], rule: FieldRule): KnownField | undefined =>
  known.find(({ dynamics, marketo }) => dynamics === rule.dynamics && marketo === rule.marketo);

/** A field that was taken out of the map and added again goes by another key (model/field-state.ts). */
const keyOf = (known: readonly KnownField[], rule: FieldRule): number => fieldKey(rule, knownAs(known, rule)?.edition);

const stepOf = ({ at, what, rule, code }: TrailEvent): Omit<Step, 'fields'> => ({
  at: isoOf(at),
  what,
  ...(rule && { rule }),
  ...(code !== undefined && { code }),
});

/** The steps that the link remembers, oldest first. */
export function stepsOf(
  { trail }: Pick<Link, 'trail'>,
  rules: readonly FieldRule[],
  known: readonly KnownField[] = [],
): Step[] {
  const names = new Map([
    ...known.map((field) => [fieldKey(field, field.edition), `${field.marketo} (not in the map any more)`] as const),
    ...rules.map((rule) => [keyOf(known, rule), rule.marketo] as const),
  ]);
  return unpackTrail(trail ?? new Uint8Array()).map((event) => ({
    ...stepOf(event),
    fields: event.keys.map((key) => names.get(key) ?? '(not in the map any more)'),
  }));
}

const isOrigin = ({ what }: TrailEvent): boolean => what === 'created' || what === 'linked';

/** @param empty the fingerprint of no value. */
export function fieldStories(
  { marks, trail, parked }: Pick<Link, 'marks' | 'trail' | 'parked'>,
  rules: readonly FieldRule[],
  empty: bigint,
  known: readonly KnownField[] = [],
): FieldStory[] {
  const events = unpackTrail(trail ?? new Uint8Array());
  return rules.map((rule) => {
    const key = keyOf(known, rule);
    const field = knownAs(known, rule);
    const mark = marks.get(key);
    const own = events.findLast(({ keys }) => keys.includes(key));
    const origin = events.findLast(isOrigin);
    const last = own && origin && own.at < origin.at ? origin : (own ?? origin);
    const settled = mark?.state === 'agreed' ? (mark.fingerprint === empty ? 'empty' : 'agreed') : 'open';
    const held = parked.includes(rule.marketo) || isParked(mark);
    const state = held ? 'parked' : settled;
    // Where nothing was agreed on, how the record began says nothing of the field.
    const told = state === 'open' ? own : last;
    return {
      dynamics: rule.dynamics,
      marketo: rule.marketo,
      direction: rule.direction,
      state,
      ...(field && isQuarantined(field) && { quarantined: field.trouble?.why ?? '' }),
      ...(told && { last: stepOf(told) }),
    };
  });
}

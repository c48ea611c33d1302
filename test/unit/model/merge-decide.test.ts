import { decideField } from '../../../model/decide-field';
import type { Direction } from '../../../model/field-rule';
import type { ConflictPolicy, Side } from '../../../model/policy';
import { bound, STRING } from './builders';

/** What both agreed on last; `none` after an adoption, a parked value or lost state. */
type Base = { agreed: string | null } | 'none';
interface Case {
  what: string;
  direction?: Direction;
  consent?: true;
  /** Texts, unless it says so. */
  boolean?: true;
  base: Base;
  dynamics: string | null;
  marketo: string | null;
  winner?: Side;
  action: 'agreed' | 'to-marketo' | 'to-dynamics';
  conflict?: ConflictPolicy;
}

const movedFrom = (base: Base, dynamics: string | null, marketo: string | null) =>
  base === 'none' ? undefined : { dynamics: dynamics !== base.agreed, marketo: marketo !== base.agreed };

const old = { agreed: 'old' };

const cases: Case[] = [
  // both ways, with a base
  { what: 'nobody changed it', base: old, dynamics: 'old', marketo: 'old', action: 'agreed' },
  { what: 'Dynamics changed it', base: old, dynamics: 'new', marketo: 'old', action: 'to-marketo' },
  { what: 'Dynamics cleared it', base: old, dynamics: null, marketo: 'old', action: 'to-marketo' },
  { what: 'Marketo changed it', base: old, dynamics: 'old', marketo: 'new', action: 'to-dynamics' },
  { what: 'Marketo cleared it', base: old, dynamics: 'old', marketo: null, action: 'to-dynamics' },
  { what: 'Dynamics filled it', base: { agreed: null }, dynamics: 'new', marketo: null, action: 'to-marketo' },
  { what: 'Marketo filled it', base: { agreed: null }, dynamics: null, marketo: 'new', action: 'to-dynamics' },
  { what: 'both changed it to the same', base: old, dynamics: 'new', marketo: 'new', action: 'agreed' },
  { what: 'both cleared it', base: old, dynamics: null, marketo: null, action: 'agreed' },
  {
    what: 'both changed it: Dynamics wins on contacts',
    base: old,
    dynamics: 'd',
    marketo: 'm',
    winner: 'dynamics',
    action: 'to-marketo',
    conflict: 'dynamics',
  },
  {
    what: 'both changed it: Marketo wins on leads',
    base: old,
    dynamics: 'd',
    marketo: 'm',
    winner: 'marketo',
    action: 'to-dynamics',
    conflict: 'marketo',
  },
  {
    what: 'one cleared and one changed it: the winner’s empty value wins too',
    base: old,
    dynamics: null,
    marketo: 'm',
    winner: 'dynamics',
    action: 'to-marketo',
    conflict: 'dynamics',
  },
  {
    what: 'the loser’s change gives way to the winner’s clearing',
    base: old,
    dynamics: 'd',
    marketo: null,
    winner: 'marketo',
    action: 'to-dynamics',
    conflict: 'marketo',
  },
  {
    what: 'who wins does not matter where only one changed it',
    base: old,
    dynamics: 'new',
    marketo: 'old',
    winner: 'marketo',
    action: 'to-marketo',
  },

  // both ways, without a base
  { what: 'no base, equal', base: 'none', dynamics: 'x', marketo: 'x', action: 'agreed' },
  { what: 'no base, both empty', base: 'none', dynamics: null, marketo: null, action: 'agreed' },
  {
    what: 'no base: Dynamics’ value beats nothing',
    base: 'none',
    dynamics: 'x',
    marketo: null,
    winner: 'marketo',
    action: 'to-marketo',
  },
  {
    what: 'no base: Marketo’s value beats nothing',
    base: 'none',
    dynamics: null,
    marketo: 'x',
    winner: 'dynamics',
    action: 'to-dynamics',
  },
  {
    what: 'no base: yes beats no, which is how an unset boolean reads',
    boolean: true,
    base: 'none',
    dynamics: 'false',
    marketo: 'true',
    winner: 'dynamics',
    action: 'to-dynamics',
  },
  {
    what: 'no base: two values, Dynamics wins',
    base: 'none',
    dynamics: 'd',
    marketo: 'm',
    winner: 'dynamics',
    action: 'to-marketo',
    conflict: 'dynamics',
  },
  {
    what: 'no base: two values, Marketo wins',
    base: 'none',
    dynamics: 'd',
    marketo: 'm',
    winner: 'marketo',
    action: 'to-dynamics',
    conflict: 'marketo',
  },
  { what: 'no base: the text false is a value', base: 'none', dynamics: 'false', marketo: null, action: 'to-marketo' },
  {
    what: 'no base: Marketo’s text false is a value',
    base: 'none',
    dynamics: null,
    marketo: 'false',
    action: 'to-dynamics',
  },
  { what: 'no base: zero is a value', base: 'none', dynamics: '0', marketo: null, action: 'to-marketo' },

  // consent
  {
    what: 'an opt-out in Dynamics',
    consent: true,
    base: { agreed: 'false' },
    dynamics: 'true',
    marketo: 'false',
    winner: 'marketo',
    action: 'to-marketo',
  },
  {
    what: 'an opt-out in Marketo',
    consent: true,
    base: { agreed: 'false' },
    dynamics: 'false',
    marketo: 'true',
    winner: 'dynamics',
    action: 'to-dynamics',
  },
  {
    what: 'an opt-in in Dynamics: the only change',
    consent: true,
    base: { agreed: 'true' },
    dynamics: 'false',
    marketo: 'true',
    winner: 'marketo',
    action: 'to-marketo',
  },
  {
    what: 'an opt-in in Marketo: the only change',
    consent: true,
    base: { agreed: 'true' },
    dynamics: 'true',
    marketo: 'false',
    winner: 'dynamics',
    action: 'to-dynamics',
  },
  {
    what: 'no base: Dynamics’ opt-out stands against the winner',
    consent: true,
    base: 'none',
    dynamics: 'true',
    marketo: 'false',
    winner: 'marketo',
    action: 'to-marketo',
    conflict: 'most-restrictive',
  },
  {
    what: 'no base: Marketo’s opt-out stands against the winner',
    consent: true,
    base: 'none',
    dynamics: 'false',
    marketo: 'true',
    winner: 'dynamics',
    action: 'to-dynamics',
    conflict: 'most-restrictive',
  },
  { what: 'no base, both opted out', consent: true, base: 'none', dynamics: 'true', marketo: 'true', action: 'agreed' },
  {
    what: 'a base that neither holds: the opt-out stands',
    consent: true,
    base: old,
    dynamics: 'true',
    marketo: 'false',
    winner: 'marketo',
    action: 'to-marketo',
    conflict: 'most-restrictive',
  },

  // one way
  {
    what: 'to Marketo: a difference is Marketo’s, whoever changed it',
    direction: 'to-marketo',
    base: old,
    dynamics: 'old',
    marketo: 'new',
    winner: 'marketo',
    action: 'to-marketo',
  },
  {
    what: 'to Marketo: an empty value clears',
    direction: 'to-marketo',
    base: 'none',
    dynamics: null,
    marketo: 'x',
    action: 'to-marketo',
  },
  { what: 'to Marketo: equal', direction: 'to-marketo', base: 'none', dynamics: 'x', marketo: 'x', action: 'agreed' },
  {
    what: 'to Dynamics: a difference is Dynamics’, whoever changed it',
    direction: 'to-dynamics',
    base: old,
    dynamics: 'new',
    marketo: 'old',
    winner: 'dynamics',
    action: 'to-dynamics',
  },
  { what: 'to Dynamics: equal', direction: 'to-dynamics', base: 'none', dynamics: '7', marketo: '7', action: 'agreed' },
];

test.each(cases)(
  '$what → $action',
  ({ direction = 'both', consent, boolean, base, dynamics, marketo, winner = 'dynamics', action, conflict }) => {
    const isBoolean = boolean ?? consent ?? false;
    const column = isBoolean ? { type: 'Boolean' } : STRING;
    const dataType = isBoolean ? 'boolean' : 'string';
    const field = bound({ direction, ...(consent ? { consent } : {}), column, field: { dataType } });
    const verdict = decideField(field, dynamics, marketo, movedFrom(base, dynamics, marketo), winner);
    const settled: Side = action === 'to-marketo' ? 'dynamics' : 'marketo';
    expect(verdict).toEqual(conflict ? { action, conflict: { winner: settled, rule: conflict } } : { action });
  },
);

describe('while a field is backfilled', () => {
  const decide = (
    backfill: 'dynamics' | 'value' | 'merge',
    base: Base,
    dynamics: string | null,
    marketo: string | null,
    consent?: true,
  ) =>
    decideField(
      bound({ direction: 'both', ...(consent && { consent }), column: STRING, field: { dataType: 'string' } }),
      dynamics,
      marketo,
      movedFrom(base, dynamics, marketo),
      'marketo',
      { backfill },
    ).action;

  it.each([
    ['a new one takes Dynamics’ value', 'dynamics', 'none', 'd', 'm', 'to-marketo'],
    ['a new one takes Dynamics’ empty value too', 'dynamics', 'none', null, 'm', 'to-marketo'],
    ['a new one that both have agreed on since is like any other', 'dynamics', old, 'old', 'new', 'to-dynamics'],
    ['a side that lost its values clears nothing: Dynamics', 'value', { agreed: 'm' }, null, 'm', 'to-dynamics'],
    ['a side that lost its values clears nothing: Marketo', 'value', { agreed: 'd' }, 'd', null, 'to-marketo'],
    ['values that came back are merged as before', 'value', old, 'old', 'new', 'to-dynamics'],
    ['one that was held back is merged as before', 'merge', old, null, 'old', 'to-marketo'],
    ['one that was held back, and never agreed on: a value beats none', 'merge', 'none', null, 'm', 'to-dynamics'],
  ] as const)('%s', (_what, how, base, dynamics, marketo, action) => {
    expect(decide(how, base, dynamics, marketo)).toBe(action);
  });

  it('an opt-out stands, whoever holds it', () => {
    expect(decide('dynamics', 'none', 'false', 'true', true)).toBe('to-dynamics');
  });
});

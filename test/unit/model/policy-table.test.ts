import { merge } from '../../../model/merge';
import type { ConflictPolicy } from '../../../model/policy';
import { bound, fingerprinter } from './builders';

type End = 'to-marketo' | 'to-dynamics' | 'agreed' | 'parked';
type Ends = Record<'lead' | 'contact', End>;

const M: End = 'to-dynamics';
const D: End = 'to-marketo';
const both = (end: End): Ends => ({ lead: end, contact: end });
/** The built-in rule: Marketo's value on leads, Dynamics' on contacts. */
const NATIVE: Ends = { lead: M, contact: D };
const ASKS = both('parked');

/** What was agreed on (undefined: nothing), what Dynamics and what Marketo hold. */
const SITUATIONS = {
  'both changed': ['a', 'd', 'm'],
  'both changed, Dynamics cleared it': ['a', null, 'm'],
  'both changed, Marketo cleared it': ['a', 'd', null],
  'without a base, two values': [undefined, 'd', 'm'],
  'Dynamics alone changed': ['a', 'd', 'a'],
  'Dynamics alone cleared it': ['a', null, 'a'],
  'Marketo alone changed': ['a', 'a', 'm'],
  'Marketo alone cleared it': ['a', 'a', null],
  'both changed to the same': ['a', 's', 's'],
  'without a base, Dynamics empty': [undefined, null, 'm'],
  'without a base, Marketo empty': [undefined, 'd', null],
} as const;
type Situation = keyof typeof SITUATIONS;

/** Whatever the policy, these are no conflicts. */
const ONE_SIDED: Partial<Record<Situation, Ends>> = {
  'Dynamics alone changed': both(D),
  'Dynamics alone cleared it': both(D),
  'Marketo alone changed': both(M),
  'Marketo alone cleared it': both(M),
  'both changed to the same': both('agreed'),
  'without a base, Dynamics empty': both(M),
  'without a base, Marketo empty': both(D),
};

const CONFLICTS = [
  'both changed',
  'both changed, Dynamics cleared it',
  'both changed, Marketo cleared it',
  'without a base, two values',
] as const;
const all = (ends: Ends) => [ends, ends, ends, ends];

/** In the order of CONFLICTS. */
const POLICIES: [string, ConflictPolicy | undefined, 'marketo' | 'dynamics' | undefined, Ends[]][] = [
  ['none of its own', undefined, undefined, all(NATIVE)],
  ['dynamics', 'dynamics', undefined, all(both(D))],
  ['marketo', 'marketo', undefined, all(both(M))],
  ['newest, Marketo’s later', 'newest', 'marketo', all(both(M))],
  ['newest, Dynamics’ later', 'newest', 'dynamics', all(both(D))],
  ['newest, nobody knows', 'newest', undefined, all(NATIVE)],
  ['non-empty', 'non-empty', undefined, [NATIVE, both(M), both(D), NATIVE]],
  ['ask', 'ask', undefined, all(ASKS)],
];

function settle(policy: ConflictPolicy | undefined, later: string | undefined, situation: Situation, table: string) {
  const field = bound({
    dynamics: 'firstname',
    marketo: 'firstName',
    column: { type: 'String', maxLength: 50 },
    field: { dataType: 'string', length: 255 },
    ...(policy && { conflict: policy }),
  });
  const [base, dynamics, marketo] = SITUATIONS[situation];
  const [decision] = merge({
    fields: [field],
    row: { firstname: dynamics },
    record: { firstName: marketo },
    marks: new Map(base === undefined ? [] : [[field.key, { state: 'agreed', fingerprint: fingerprinter.of(base) }]]),
    fingerprinter,
    winner: table === 'lead' ? 'marketo' : 'dynamics',
    ...(later && { changedAt: { dynamics: 2_000, marketo: () => (later === 'marketo' ? 3_000 : 1_000) } }),
  });
  return decision;
}

describe.each(['lead', 'contact'] as const)('a field of a %s', (table) => {
  describe.each(POLICIES)('with the policy %s', (_name, policy, later, ends) => {
    test.each(CONFLICTS.map((situation, index) => [situation, ends[index]?.[table]] as const))(
      '%s: %s, a conflict',
      (situation, end) => {
        const decision = settle(policy, later, situation, table);
        expect(decision?.action).toBe(end);
        const winner = { 'to-marketo': 'dynamics', 'to-dynamics': 'marketo', parked: 'ask', agreed: undefined }[
          end as End
        ];
        expect(decision?.conflict).toEqual({ winner, rule: policy ?? (table === 'lead' ? 'marketo' : 'dynamics') });
      },
    );

    test.each(Object.entries(ONE_SIDED))('%s: no conflict', (situation, end) => {
      const decision = settle(policy, later, situation as Situation, table);
      expect(decision?.action).toBe(end[table]);
      expect(decision?.conflict).toBeUndefined();
    });
  });
});

describe.each(['lead', 'contact'] as const)('consent of a %s', (table) => {
  const consent = bound({
    dynamics: 'donotbulkemail',
    marketo: 'unsubscribed',
    consent: true,
    column: { type: 'Boolean' },
    field: { dataType: 'boolean' },
  });
  const CASES: [base: string | undefined, dynamics: boolean, marketo: boolean, End][] = [
    [undefined, true, false, D],
    [undefined, false, true, M],
    [undefined, true, true, 'agreed'],
    ['false', true, false, D],
    ['false', false, true, M],
    ['true', false, true, D],
    ['true', true, false, M],
    ['true', false, false, 'agreed'],
  ];
  test.each(CASES)('agreed on %s, Dynamics %s, Marketo %s: %s', (base, dynamics, marketo, end) => {
    const [decision] = merge({
      fields: [consent],
      row: { donotbulkemail: dynamics },
      record: { unsubscribed: marketo },
      marks: new Map(
        base === undefined ? [] : [[consent.key, { state: 'agreed', fingerprint: fingerprinter.of(base) }]],
      ),
      fingerprinter,
      winner: table === 'lead' ? 'marketo' : 'dynamics',
    });
    expect(decision?.action).toBe(end);
  });
});

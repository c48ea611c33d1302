import { type ChangedAt, type ConflictPolicy, type Side, settleConflict } from '../../../model/policy';

type Case = [
  policy: ConflictPolicy,
  what: string,
  dynamics: string | null,
  marketo: string | null,
  at: ChangedAt,
  Side | 'ask',
];
const never: ChangedAt = {};

/** The entity's own winner is Dynamics in each. */
const CASES: Case[] = [
  ['dynamics', 'wins with its value', 'd', 'm', never, 'dynamics'],
  ['dynamics', 'wins though it is empty', null, 'm', never, 'dynamics'],
  ['marketo', 'wins with its value', 'd', 'm', never, 'marketo'],
  ['marketo', 'wins though it is empty', 'd', null, never, 'marketo'],
  ['newest', 'the later edit in Marketo', 'd', 'm', { dynamics: 1_000, marketo: 2_000 }, 'marketo'],
  ['newest', 'the later edit in Dynamics', 'd', 'm', { dynamics: 2_000, marketo: 1_000 }, 'dynamics'],
  ['newest', 'at the same moment: the entity’s winner', 'd', 'm', { dynamics: 1_000, marketo: 1_000 }, 'dynamics'],
  ['newest', 'without a time: the entity’s winner', 'd', 'm', { marketo: 1_000 }, 'dynamics'],
  ['non-empty', 'a value in Marketo beats none', null, 'm', never, 'marketo'],
  ['non-empty', 'a value in Dynamics beats none', 'd', null, never, 'dynamics'],
  ['non-empty', 'the text false is a value', 'false', null, never, 'dynamics'],
  ['non-empty', 'the text false beats none from Marketo', null, 'false', never, 'marketo'],
  ['non-empty', 'two values: the entity’s winner', 'd', 'm', never, 'dynamics'],
  ['most-restrictive', 'the opt-out in Marketo', 'false', 'true', never, 'marketo'],
  ['most-restrictive', 'the opt-out in Dynamics', 'true', 'false', never, 'dynamics'],
  ['ask', 'nobody wins', 'd', 'm', never, 'ask'],
];

test.each(CASES)('%s: %s', (policy, _what, dynamics, marketo, at, expected) => {
  expect(
    settleConflict(policy, policy === 'most-restrictive' ? 'boolean' : 'text', dynamics, marketo, at, 'dynamics'),
  ).toBe(expected);
});

import { DELETE_POLICIES } from '../../../model/deletion';
import {
  claimOn,
  handOver,
  optOutsToKeep,
  type Personhood,
  type Standing,
  type Succession,
  sightingOf,
  spellings,
  succession,
  successorOf,
  theOne,
} from '../../../model/identity';

const MERGE = { whenMerged: 'merge', whenDeleted: 'flag' } as const;
const FLAG = { whenMerged: 'flag', whenDeleted: 'flag' } as const;
const WINNER = 'C0000000-0000-4000-8000-00000000000A';
const LOWER = 'c0000000-0000-4000-8000-00000000000a';

describe('the row that stands for another one', () => {
  test.each([
    ['contact', { merged: true, _masterid_value: WINNER }, { why: 'merged', entity: 'contact', id: LOWER }],
    ['lead', { merged: true, _masterid_value: WINNER }, { why: 'merged', entity: 'lead', id: LOWER }],
    ['lead', { statecode: 1, _parentcontactid_value: WINNER }, { why: 'qualified', entity: 'contact', id: LOWER }],
    // An open lead of an existing customer, a disqualified one, a contact's own mirror of its parent: nobody stands for them.
    ['lead', { statecode: 0, _parentcontactid_value: WINNER }, undefined],
    ['lead', { statecode: 2, _parentcontactid_value: WINNER }, undefined],
    ['contact', { statecode: 1, _parentcontactid_value: WINNER }, undefined],
    ['contact', { merged: false, _masterid_value: null }, undefined],
  ])('of a %s %j', (entity, row, expected) => {
    expect(successorOf(entity, row)).toEqual(expected);
  });
});

describe('qualified into an existing contact (native-sync §4.3; the lead’s filter is Yes)', () => {
  test.each<[Standing, Personhood, boolean, Succession]>([
    // contact, its person, has the lead a person → …
    ['eligible', 'linked', true, 'merge'],
    ['eligible', 'linked', false, 'retire'],
    ['eligible', 'none', true, 'await'],
    ['eligible', 'none', false, 'retire'],
    ['eligible', 'gone', true, 'go-on'],
    ['eligible', 'gone', false, 'go-on'],
    ['frozen', 'linked', true, 'await'],
    ['frozen', 'none', false, 'await'],
    ['absent', 'none', true, 'go-on'],
    ['absent', 'none', false, 'go-on'],
  ])('contact %s, its person %s, lead has one: %s → %s', (standing, person, hasPerson, expected) => {
    const facts = { why: 'qualified' as const, standing, person, hasPerson, madeOfIt: false };
    expect(succession(facts, MERGE)).toBe(expected);
    expect(succession(facts, FLAG)).toBe(expected); // a setting of mergers only
  });

  test('a contact that was made of the lead takes the person over by itself', () => {
    const facts = { why: 'qualified' as const, standing: 'eligible' as const, hasPerson: true, madeOfIt: true };
    expect(succession({ ...facts, person: 'none' }, MERGE)).toBe('go-on');
    expect(succession({ ...facts, person: 'linked' }, MERGE)).toBe('merge');
  });
});

describe('merged in Dynamics (native-sync §4.4)', () => {
  test.each<[Standing, Personhood, boolean, Succession, Succession]>([
    // winner, its person, has the loser a person → by the setting merge, by the setting flag
    ['eligible', 'linked', true, 'merge', 'flag'],
    ['eligible', 'none', true, 'freeze', 'freeze'],
    ['eligible', 'gone', true, 'flag', 'flag'],
    ['frozen', 'linked', true, 'freeze', 'freeze'],
    ['frozen', 'none', true, 'freeze', 'freeze'],
    ['absent', 'none', true, 'flag', 'flag'],
    ['eligible', 'linked', false, 'retire', 'retire'],
    ['frozen', 'none', false, 'retire', 'retire'],
    ['absent', 'none', false, 'retire', 'retire'],
  ])('winner %s, its person %s, loser has one: %s → %s, or %s', (standing, person, hasPerson, merge, flag) => {
    const facts = { why: 'merged' as const, standing, person, hasPerson, madeOfIt: false };
    expect(succession(facts, MERGE)).toBe(merge);
    expect(succession(facts, FLAG)).toBe(flag);
  });

  test.each(DELETE_POLICIES)('a winner that is gone, and the policy for deleted rows is %s', (whenDeleted) => {
    for (const [standing, person] of [
      ['eligible', 'gone'],
      ['absent', 'none'],
      ['excluded', 'linked'],
    ] as const) {
      const facts = { why: 'merged' as const, standing, person, hasPerson: true, madeOfIt: false };
      const expected = whenDeleted === 'ignore' ? 'retire' : 'flag';
      expect(succession(facts, { whenMerged: 'merge', whenDeleted })).toBe(expected);
    }
  });
});

test.each([
  [undefined, 'place'],
  [{ state: 'linked' as const, hasPerson: true }, 'person'],
  [{ state: 'frozen' as const, hasPerson: true }, 'person'],
  [{ state: 'frozen' as const, hasPerson: false }, 'place'],
  [{ state: 'deleted' as const, hasPerson: true }, 'person'],
  [{ state: 'superseded' as const, hasPerson: true }, 'nothing'],
  // An attempt that was not to live took it for this very contact.
  [{ state: 'superseded' as const, hasPerson: true, isIntoThis: true }, 'person'],
])('a lead with the link %j hands its %s over', (lead, expected) => {
  expect(handOver(lead)).toBe(expected);
});

test.each([
  ['linked', LOWER, 'use'],
  ['linked', WINNER, 'use'], // upper case is the same id
  ['linked', '', 'not-ours'],
  ['linked', 'another', 'not-ours'],
  ['linked', undefined, 'gone'],
  ['by-id', undefined, 'gone'],
  ['adopted', '', 'use'],
  ['adopted', 'another', 'look-again'],
  ['pushed', '', 'use'],
  ['pushed', 'another', 'use'],
  ['qualified', 'another', 'use'],
  ['adopted', undefined, 'look-again'],
  ['pushed', undefined, 'gone'],
] as const)('a person found as %s that carries %p: %s', (how, carried, expected) => {
  expect(claimOn(how, sightingOf(LOWER, carried))).toBe(expected);
});

test('one person is the row’s, several are nobody’s to guess', () => {
  expect(theOne([])).toBe('none');
  expect(theOne([7, 7])).toBe(7);
  expect(theOne([7, 8])).toBe('ambiguous');
});

test('a GUID is looked for in both cases', () => {
  expect(spellings('Ab')).toEqual(['ab', 'AB']);
});

test('an opt-out of either person stands', () => {
  const fields = ['unsubscribed', 'doNotCall', 'other'];
  const losers = [
    { unsubscribed: 'true', doNotCall: false },
    { doNotCall: true, other: null },
  ];
  expect(optOutsToKeep(fields, { unsubscribed: false, doNotCall: true }, losers)).toEqual({ unsubscribed: true });
});

import { type DeletePolicy, type Loss, mayWrite, onLoss, onRecordOf, stateWhenGone } from '../../../model/deletion';
import type { LinkState } from '../../../model/identity';

const POLICIES: DeletePolicy[] = ['flag', 'delete', 'ignore'];

describe('gone from Dynamics (native-sync §6.1)', () => {
  test('a synced row’s record goes by the policy', () => {
    expect(POLICIES.map((policy) => onRecordOf('linked', policy))).toEqual(['flag', 'delete', 'ignore']);
    expect(stateWhenGone('linked')).toBe('deleted');
  });

  test.each<[LinkState, LinkState]>([
    ['frozen', 'deleted'],
    ['excluded', 'deleted'],
    ['waiting', 'deleted'],
    ['refused', 'deleted'],
    ['tombstone', 'deleted'],
    ['merged', 'deleted'],
    ['deleted', 'deleted'],
    ['superseded', 'superseded'],
  ])('a %s row’s record is left alone, and the link is %s', (state, after) => {
    expect(POLICIES.map((policy) => onRecordOf(state, policy))).toEqual(['leave', 'leave', 'leave']);
    expect(stateWhenGone(state)).toBe(after);
  });
});

describe('gone from Marketo', () => {
  test.each<[Loss, string, string]>([
    ['deleted', 'bury', 'forget'],
    ['merged', 'list', 'list'],
    ['missing', 'bury', 'bury'],
    ['not-ours', 'bury', 'bury'],
  ])(
    '%s: %s by the setting tombstone, %s by recreate; relinked wherever one carries the id',
    (loss, tombstone, recreate) => {
      expect(onLoss(loss, false, 'tombstone')).toBe(tombstone);
      expect(onLoss(loss, false, 'recreate')).toBe(recreate);
      expect(onLoss(loss, true, 'tombstone')).toBe('relink');
      expect(onLoss(loss, true, 'recreate')).toBe('relink');
    },
  );
});

test.each<[LinkState | undefined, boolean, string, string]>([
  [undefined, false, 'yes', 'yes'],
  ['linked', true, 'yes', 'yes'],
  ['frozen', true, 'yes', 'yes'],
  ['deleted', false, 'yes', 'yes'],
  ['superseded', true, 'no', 'no'],
  ['merged', true, 'no', 'no'],
  ['tombstone', true, 'no', 'no'],
  ['tombstone', false, 'no', 'again'],
])(
  'a %s row (person known: %s) may be written: %s by the setting tombstone, %s by recreate',
  (state, known, tombstone, recreate) => {
    expect(mayWrite(state, known, 'tombstone')).toBe(tombstone);
    expect(mayWrite(state, known, 'recreate')).toBe(recreate);
  },
);

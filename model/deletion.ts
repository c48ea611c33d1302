import type { LinkState } from './identity';

/** What becomes of the Marketo record when its row has been deleted in Dynamics. */
export const DELETE_POLICIES = ['flag', 'delete', 'ignore'] as const;
export type DeletePolicy = (typeof DELETE_POLICIES)[number];

/** A person that was deleted in Marketo, and whose row is edited in Dynamics later: it stays deleted, or is made again. */
export const WHEN_DELETED_IN_MARKETO = ['tombstone', 'recreate'] as const;
export type WhenDeletedInMarketo = (typeof WHEN_DELETED_IN_MARKETO)[number];

/** What a deletion in Dynamics does to the record: `leave` it, or as the policy says. */
export type OnRecord = 'leave' | DeletePolicy;

/**
 * A row that a read has confirmed to be gone from Dynamics (native-sync §6.1), by the state of its link. Only what is synced is touched: a
 * frozen row's person stays as it is, and that of a superseded one belongs to another row.
 */
const GONE_FROM_DYNAMICS: Record<LinkState, 'policy' | 'leave'> = {
  linked: 'policy',
  frozen: 'leave',
  excluded: 'leave',
  waiting: 'leave',
  refused: 'leave',
  tombstone: 'leave',
  merged: 'leave',
  superseded: 'leave',
  deleted: 'leave',
  pushed: 'leave',
};

export const onRecordOf = (state: LinkState, policy: DeletePolicy): OnRecord =>
  GONE_FROM_DYNAMICS[state] === 'policy' ? policy : 'leave';

/** The link of such a row: a superseded row stays so, since another one stands for it whether or not it lives. */
export const stateWhenGone = (state: LinkState): LinkState => (state === 'superseded' ? 'superseded' : 'deleted');

/** How we learn that a row's person is not there: type 37, type 32, or by a read or a 1004 before either was told. */
export type Loss = 'deleted' | 'merged' | 'missing' | 'not-ours';

/**
 * - `relink`    another person carries the row's id: it goes on with that one, and with all that holds a person's id
 * - `bury`      a tombstone: an edit in Dynamics does not make the person again
 * - `forget`    a tombstone without a person's id: the next edit in Dynamics makes one anew (native-sync §6.1)
 * - `list`      merged into another row's person: two rows are one human being, and somebody has to merge them in Dynamics too
 */
export type OnLoss = 'relink' | 'bury' | 'forget' | 'list';

/** Gone from Marketo (DESIGN §5, Deletes, Qualify and merge). Only where nobody carries the row's id any more. */
const LOST: Record<Loss, Record<WhenDeletedInMarketo, OnLoss>> = {
  deleted: { tombstone: 'bury', recreate: 'forget' },
  // Made again, the loser would be a twin of the survivor.
  merged: { tombstone: 'list', recreate: 'list' },
  // Perhaps merged: nothing is made again until a feed has told which it was.
  missing: { tombstone: 'bury', recreate: 'bury' },
  'not-ours': { tombstone: 'bury', recreate: 'bury' },
};

/** @param elsewhere whether exactly one person, which no other row owns, carries the row's id. */
export const onLoss = (loss: Loss, elsewhere: boolean, policy: WhenDeletedInMarketo): OnLoss =>
  elsewhere ? 'relink' : LOST[loss][policy];

/**
 * May a row whose link is in this state be written at all? `again`: a person is made anew, once the row has been edited since.
 *
 * @param hasPersonId the link still names the person: nobody has told that it was deleted
 */
export function mayWrite(
  state: LinkState | undefined,
  hasPersonId: boolean,
  policy: WhenDeletedInMarketo,
): 'yes' | 'no' | 'again' {
  if (state === 'superseded' || state === 'merged') return 'no';
  if (state !== 'tombstone') return 'yes';
  return policy === 'recreate' && !hasPersonId ? 'again' : 'no';
}

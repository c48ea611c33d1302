import type { LinkState } from '../../clients/mongo/links';
import type { Happening, Rule } from '../../model/trail';

/** What each state of a link means to the one who reads it. */
export const STATES: Record<LinkState, string> = {
  linked: 'changes move between the row and its Marketo record',
  frozen: 'the row filter says No: nothing moves either way, nothing is removed',
  excluded: 'a row that never goes: an application user, an access team, the inactive half of a connection',
  superseded: 'another row stands for it now: the contact that a lead became, the winner of a merge',
  waiting: 'not in Marketo: what it belongs to is not there yet',
  deleted: 'the row is gone from Dynamics',
  tombstone: 'the Marketo record is gone, or is another row’s: it is not made again',
  merged: 'its person was merged into another row’s in Marketo: nothing moves',
  refused: 'the row as a whole is kept back: see below',
  pushed: 'being made in Dynamics of a person of Marketo, which does not carry its id yet',
};

export const RULE_TEXTS: Record<Rule, string> = {
  'first-copy': 'the record was made from the row',
  'one-way': 'the field travels this way only',
  'one-side': 'only this side had changed since both last agreed',
  'value-beats-empty': 'nothing had been agreed on yet, and a value beats none',
  'own-copy': 'the other side held our own older copy, from a write whose answer was lost',
  restored: 'an edit that a write of ours had overtaken, or an operator’s decision',
  dynamics: 'both had changed, and Dynamics wins',
  marketo: 'both had changed, and Marketo wins',
  newest: 'both had changed, and the later edit wins',
  'non-empty': 'both had changed, and a value beats none',
  'most-restrictive': 'both differed, and for consent the more restrictive value wins',
  ask: 'both had changed, and someone has to decide',
};

export const HAPPENING_TEXTS: Record<Happening, string> = {
  created: 'made in Marketo',
  linked: 'taken over from Marketo',
  'sent-to-marketo': 'sent to Marketo',
  'sent-to-dynamics': 'sent to Dynamics',
  'refused-by-marketo': 'refused by Marketo',
  'refused-by-dynamics': 'refused by Dynamics',
  parked: 'kept back',
  flagged: 'flagged as deleted in Marketo',
  deleted: 'deleted in Marketo',
  state: 'the link became',
  'lost-answer': 'sent to Marketo, and the answer was lost',
  merged: 'merged in Marketo',
  kept: 'the row’s deletion was kept from Marketo by an operator (npm run deletes -- keep)',
};

/** How a person was found that was there before its link (activities/persons/find.ts). */
export const FOUND_TEXTS: Readonly<Record<string, string>> = {
  'by-id': 'it carried the row’s microsoftId',
  adopted: 'it had the row’s e-mail address, and no row',
  qualified: 'it was the person of the lead that the contact was made from',
};

/** What can be done about what is kept back, where its reason doesn't say so by itself. */
export const REMEDIES: Readonly<Record<string, string>> = {
  'invalid-email': 'correct the address in Dynamics',
  'too-long': 'shorten the text, or give the other side’s field more room and resync the row',
  'unknown-option': 'add the option to the other side and resync the row, or choose another',
  'wrong-type': 'correct the value, or the field map',
  'out-of-range': 'correct the value',
  'too-large': 'shorten its longest texts; a change of the row is seen by itself, after one in Marketo resync the row',
  'missing-reference': 'nothing to do, if that row is to come: it wakes this one',
  'refused-by-marketo': 'mend what the code says (marketo error codes), then: npm run resync -- ENTITY --ids GUID',
  'refused-by-dynamics': 'mend what the code says (Dataverse error codes), then: npm run resync -- ENTITY --ids GUID',
  'to-be-adopted': 'give the person the row’s microsoftId, then resync the row',
  ambiguous: 'merge the persons in Marketo, or give one of them the row’s microsoftId, then resync the row',
  'keeps-failing':
    'look for what the code says in the vendor’s own log; edit the row, or: npm run resync -- ENTITY --ids GUID',
  unexpected: 'report the class and place; it is tried again by a newer version, an edit or a resync',
  'not-ours': 'look which row that person belongs to; to link it again give it this row’s microsoftId',
};

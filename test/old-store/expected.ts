import type { Row } from '../../cli/check/stage/control';
import type { PersonTable } from './teller';

/** An edit that was pending when the dump was made: what its pair has to hold in the end, by hand. */
export interface Arrival {
  why: string;
  table: PersonTable;
  number: number;
  row: Row;
  person: Row;
}

const one = (why: string, table: PersonTable, number: number, row: Row, person: Row): Arrival => ({
  why,
  table,
  number,
  row,
  person,
});
const title = (why: string, table: PersonTable, number: number, text: string): Arrival =>
  one(why, table, number, { jobtitle: text }, { title: text });
const notes = (why: string, table: PersonTable, number: number, row: string, person: string): Arrival =>
  one(why, table, number, { description: row }, { mktoPersonNotes: person });
const optOut = (why: string, table: PersonTable, number: number): Arrival =>
  one(why, table, number, { donotbulkemail: true }, { unsubscribed: true });

export const ARRIVALS: readonly Arrival[] = [
  // No feed has told of these.
  one('an edit in Dynamics, not told', 'contact', 60, { address1_city: 'Wick' }, { city: 'Wick' }),
  one('an edit in Marketo, not told', 'lead', 51, { telephone1: '555 0151' }, { phone: '555 0151' }),
  one('both edited, Dynamics wins', 'lead', 52, { firstname: 'Dina' }, { firstName: 'Dina' }),
  one('both edited, Marketo wins', 'contact', 61, { firstname: 'Mina' }, { firstName: 'Mina' }),
  notes('both edited, someone is asked', 'lead', 59, 'D59', 'M59'),
  optOut('an opt-out in Marketo, not told', 'contact', 62),
  optOut('an opt-out in Dynamics, not told', 'lead', 53),
  one('a new row', 'lead', 156, { lastname: 'Lead' }, { lastName: 'Lead', email: 'new-lead@example.com' }),
  one('a new row of a new account', 'contact', 155, {}, { externalCompanyId: 'ac000000-0000-4000-8000-000000000010' }),
  one('a lead that became a contact', 'contact', 154, { jobtitle: 'Title 54' }, { microsoftType: 'Contact' }),
  // These lie in the inboxes.
  title('an edit in Dynamics, told', 'contact', 66, 'Told by Dynamics'),
  title('an edit in Marketo, told', 'contact', 67, 'Told by Marketo'),
  optOut('an opt-out in Dynamics, told', 'lead', 57),
  optOut('an opt-out in Marketo, told', 'lead', 58),
  one('a row of an added field', 'contact', 82, { salutation: 'Dr' }, { salutation: 'Dr' }),
  // Attempts ended between two of their writes.
  title('edited again; Marketo’s answer was lost, and looked into', 'lead', 33, 'Edited once more'),
  title('edited again; Marketo’s answer was lost, and nobody has looked', 'lead', 55, 'Edited once more'),
  title('edited again; Dynamics’ answer was lost', 'contact', 74, 'Edited once more'),
  one('Marketo said that it exists', 'contact', 157, {}, { firstName: 'Seen', email: 'seen@example.com' }),
  one('an account that moved', 'contact', 43, {}, { externalCompanyId: 'ac000000-0000-4000-8000-000000000004' }),
  // A resync is half done.
  title('newer than the page that a resync has read', 'contact', 30, 'After the page'),
  title('an edit in Marketo of such a row', 'contact', 31, 'After the page too'),
  one(
    'an edit of a row that it has not read',
    'contact',
    80,
    { address1_city: 'Not read yet' },
    { city: 'Not read yet' },
  ),
  // Refused before, and taken when the resync tries once more.
  one('refused by a plug-in', 'contact', 50, { jobtitle: 'Refused by a plug-in' }, { city: 'Goes on' }),
  title('refused by a duplicate rule', 'contact', 51, 'A duplicate'),
  title('a title that Marketo refused', 'contact', 52, 'Refused by Marketo'),
  one('a person that Marketo refused', 'contact', 152, {}, { firstName: 'Refused', lastName: 'Whole' }),
  // Decided by an operator.
  notes('decided for Marketo', 'contact', 17, 'M17', 'M17'),
  notes('decided for Dynamics while the row was frozen', 'contact', 18, 'D18', 'D18'),
  // What happened long before stays: opt-outs among it, and what is frozen.
  one('settled by `non-empty`', 'contact', 15, { telephone1: '555 9915' }, { phone: '555 9915' }),
  one('settled by `newest`', 'lead', 15, { address1_city: 'Moffat' }, { city: 'Moffat' }),
  one('flipped by an operator', 'lead', 14, { firstname: 'Mara' }, { firstName: 'Mara' }),
  notes('asked, and not answered', 'lead', 17, 'D17 again', 'M17 again'),
  optOut('an opt-out from before the sync', 'lead', 3),
  optOut('an opt-out by both policies', 'contact', 16),
  one('edited while frozen', 'lead', 32, { jobtitle: 'While frozen' }, { title: 'Title 32' }),
  one(
    'kept back: a bad address',
    'contact',
    47,
    { jobtitle: 'Goes on' },
    { title: 'Goes on', email: 'contact47@example.com' },
  ),
  one(
    'kept back: too long a title',
    'contact',
    48,
    { jobtitle: 'Title 48', address1_city: 'Goes on' },
    { city: 'Goes on' },
  ),
];

/** Rows that are gone, and whose people say so. */
export const FLAGGED: readonly [PersonTable, number][] = [
  ['contact', 63],
  ['contact', 68],
  ['contact', 34],
  ['lead', 34],
];
/** Rows whose people were deleted or merged away. */
export const WITHOUT_PERSON: readonly [PersonTable, number][] = [
  ['contact', 64],
  ['contact', 69],
  ['contact', 73],
  ['contact', 77],
  ['contact', 35],
  ['lead', 54],
];

/** Listed in the end, with the reason: what was listed and is not mended, and what came since. */
export const LISTED: readonly [id: string, reason: string][] = [
  ['contact 4', 'ambiguous'],
  ['new_orderline 15', 'not-eligible'],
  ['new_orderline 16', 'missing-reference'],
  ['new_orderline 8', 'deletes-stopped'],
  ['new_orderline 9', 'deletes-stopped'],
  ['new_orderline 10', 'deletes-stopped'],
  ['new_orderline 11', 'deletes-stopped'],
  ['lead 17 mktoPersonNotes', 'in-conflict'],
  ['lead 59 mktoPersonNotes', 'in-conflict'],
  ['lead 35', 'gone-from-marketo'],
  ['contact 35', 'gone-from-marketo'],
  ['contact 64', 'gone-from-marketo'],
  ['contact 69', 'gone-from-marketo'],
  ['lead 37', 'merged-in-marketo'],
  ['contact 37', 'merged-in-marketo'],
  ['contact 73', 'merged-in-marketo'],
  ['contact 38', 'not-ours'],
  ['lead 47 rating', 'unknown-option'],
  ['lead 48 leadScore', 'out-of-range'],
  ['lead 49 leadScore', 'wrong-type'],
  ['contact 47 email', 'invalid-email'],
  ['contact 48 title', 'too-long'],
  ['contact 49 externalCompanyId', 'missing-reference'],
  ['account 9', 'refused-by-marketo'],
  ['connection 6', 'refused-by-marketo'],
  // People of Marketo that were to become rows.
  ['lead 1006', 'owner-unknown'],
  ['lead 1007', 'owner-ambiguous'],
  ['contact 1008', 'owner-disabled'],
  ['contact 1009', 'duplicate-in-dynamics'],
];

/** All rows and people that are written from the dump to rest: those above that the other side has to tell of, and no others. */
export const WRITTEN = {
  calls: 40,
  dynamics: [
    // The contact that a lead became takes its person's title over.
    ...[
      'contact 154',
      'contact 17',
      'contact 31',
      'contact 50',
      'contact 51',
      'contact 61',
      'contact 62',
      'contact 67',
    ],
    ...['contact 74', 'contact of a person', 'lead 51', 'lead 58'],
  ],
  marketo: [
    ...['contact 152', 'contact 154', 'contact 155', 'contact 157', 'contact 18', 'contact 30', 'contact 52'],
    // 76: another person was merged into its own.
    ...['contact 60', 'contact 63', 'contact 66', 'contact 68', 'contact 76', 'contact 80', 'contact 82'],
    ...['contact of a person', 'lead 156', 'lead 33', 'lead 52', 'lead 53', 'lead 55', 'lead 57'],
  ],
};

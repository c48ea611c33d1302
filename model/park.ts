import type { Direction } from './field-rule';

/** Why a value, a reference or a row is kept back. A closed list: it is shown in status, metrics and reports. */
export const PARK_REASONS = {
  'invalid-email': 'Marketo takes only ASCII addresses with a dot in the domain',
  'too-long': 'the text is longer than the other side’s field; it is never cut',
  'unknown-option': 'the option or label has no counterpart',
  'wrong-type': 'the value is not of the type that the other side’s field has',
  'out-of-range': 'the number is beyond what the other side’s field can hold',
  'missing-reference': 'the row it refers to is not in Marketo yet; it goes when that row does',
  'not-eligible':
    'the row it belongs to is not synced (filtered, excluded, refused or gone); it goes if that row is ever let in',
  'too-large': 'the row, or its Marketo record, is longer than an answer may be (12 MB)',
  'refused-by-marketo': 'Marketo refused it; the vendor code is beside it',
  'refused-by-dynamics': 'Dynamics refused it; the vendor code is beside it',
  'duplicate-in-dynamics':
    'a duplicate-detection rule of Dynamics refused it; the other row’s id is beside it, where Dynamics told',
  'owner-unknown': 'Dynamics has no user of that GUID or e-mail address; the person was not made there',
  'owner-ambiguous': 'more than one enabled user of Dynamics has that e-mail address; the person was not made there',
  'owner-disabled': 'the user of Dynamics is disabled; the person was not made there',
  'altered-by-marketo':
    'Marketo has made something else of it (cut, cleaned, rounded or cleared), which is not brought back: shorten it or change it in Dynamics, or edit it in Marketo',
  'altered-by-dynamics':
    'Dynamics has made something else of it (a plug-in, a rule or a limit of its own), which is not brought back: change it in Marketo, or edit it in Dynamics',
  'in-conflict': 'both sides changed it and the policy says to ask: npm run conflicts',
  ambiguous: 'more than one person matches; none is guessed',
  'to-be-adopted': 'a person has the same e-mail, and adoption: park leaves it to someone',
  'deletes-stopped': 'so many rows were deleted within a day that someone has to say so: npm run deletes',
  'gone-from-marketo':
    'the person was deleted in Marketo; whenDeletedInMarketo says whether an edit in Dynamics makes it again',
  'merged-in-marketo':
    'the person was merged into another row’s in Marketo: merge the two rows in Dynamics too, or delete one',
  'keeps-failing':
    'the vendor failed at it, or did not answer, five times and more while it carried out others; the code is beside it',
  unexpected: 'the service met an error in it that nobody expected; its class and place are beside it',
  'not-ours': 'the Marketo person of that id does not carry this row’s microsoftId (any more)',
} as const;
export type ParkReason = keyof typeof PARK_REASONS;

/** One thing kept back. `field` is absent when the whole row is. Never holds a value. */
export interface Parked {
  field?: string;
  reason: ParkReason;
  code?: string;
  /** Only where the reason doesn't tell: a value of Marketo's that Dynamics can't take. */
  direction?: 'to-dynamics';
  /** The row that stands in the way, as `entity:guid`. */
  other?: string;
}

/** Said of what was on its way to Dynamics. */
const BY_DYNAMICS: ReadonlySet<ParkReason> = new Set([
  'refused-by-dynamics',
  'altered-by-dynamics',
  'duplicate-in-dynamics',
  'owner-unknown',
  'owner-ambiguous',
  'owner-disabled',
]);

/** Which way the thing was going. */
export const directionOf = ({ reason, direction }: Parked): Direction => {
  if (reason === 'in-conflict') return 'both';
  return direction ?? (BY_DYNAMICS.has(reason) ? 'to-dynamics' : 'to-marketo');
};

import type { DeletePolicy } from './deletion';
import type { Eligibility } from './eligibility';
import { isYes } from './normalise';

/**
 * - `linked`      has a record in Marketo
 * - `frozen`      the row filter says No: nothing moves either way
 * - `excluded`    never goes (an application user, an access team)
 * - `waiting`     belongs to a row that is not in Marketo yet
 * - `superseded`  another row stands for it now: the contact that a lead became, the winner of a merge
 * - `deleted`     gone from Dynamics
 * - `tombstone`   its person is gone from Marketo: not made again, unless the setting says so
 * - `merged`      its person was merged into another row's, in Marketo: nothing moves
 * - `refused`     Marketo refuses the whole row
 * - `pushed`      the row is being made in Dynamics of a person of Marketo, which does not carry its id yet
 */
export type LinkState =
  | 'linked'
  | 'frozen'
  | 'excluded'
  | 'waiting'
  | 'superseded'
  | 'deleted'
  | 'tombstone'
  | 'merged'
  | 'refused'
  | 'pushed';

/** A merge in Dynamics: merge the two persons as well, or leave the loser's, flagged as deleted. */
export const WHEN_MERGED_IN_DYNAMICS = ['merge', 'flag'] as const;
export type WhenMergedInDynamics = (typeof WHEN_MERGED_IN_DYNAMICS)[number];

export interface Successor {
  why: 'qualified' | 'merged';
  entity: string;
  /** GUID, lower case. */
  id: string;
}

/** dataverse-api §9: 1 Qualified. */
const QUALIFIED = 1;
const guid = (value: unknown): string => String(value).toLowerCase();

/**
 * The row that stands in this one's place, as its own columns say: the winner of a merge (dataverse-api §10), the existing contact that a
 * lead was qualified into (§9.1). A contact that was made of a lead says so itself: `handOver`.
 */
export function successorOf(entity: string, row: Record<string, unknown>): Successor | undefined {
  if (row.merged === true && row._masterid_value) return { why: 'merged', entity, id: guid(row._masterid_value) };
  const contact = row._parentcontactid_value;
  if (entity === 'lead' && Number(row.statecode) === QUALIFIED && contact)
    return { why: 'qualified', entity: 'contact', id: guid(contact) };
  return undefined;
}

/** May the successor be written, as its row is now? `absent`: it is not in Dynamics, or its entity is not synced. */
export type Standing = Eligibility | 'absent';
/** Has it a person? `gone`: it had one, which was deleted or merged away in Marketo. */
export type Personhood = 'none' | 'linked' | 'gone';

/**
 * What becomes of a row that another one stands for.
 * - `go-on`   it is synced as if there were no other
 * - `await`   the same, and it is looked at again when the other changes
 * - `freeze`  nothing moves; it is looked at again when the other changes
 * - `merge`   its person goes into the other's; it never writes again
 * - `flag`    its person stays, flagged as deleted; it never writes again
 * - `retire`  it never writes again: a person that it has stays as it is, and without one it gets none
 */
export type Succession = 'go-on' | 'await' | 'freeze' | 'merge' | 'flag' | 'retire';

/** `as-deleted`: the loser's person is all that Marketo has of the winner, which will never write it: the policy for deleted rows decides. */
type Outcome = Succession | 'as-deleted';
const always = (one: Outcome): Record<Personhood, Outcome> => ({ none: one, linked: one, gone: one });

type Table = Record<Standing, Record<Personhood, Outcome>>;

/**
 * A lead that was qualified into an existing contact (native-sync §4.3, §6.3). Its own filter is Yes: a No lead is frozen before anyone
 * asks. Yes/Yes: the contact is synced, and the two persons are one. Yes/No: the lead's data go on being updated.
 */
const QUALIFIED_INTO: Table = {
  eligible: { none: 'await', linked: 'merge', gone: 'go-on' },
  frozen: always('await'),
  excluded: always('go-on'),
  absent: always('go-on'),
};

/**
 * The loser of a merge (native-sync §4.4): the winner's filter decides. Yes: the winner syncs, whatever the loser had. No: the winner does
 * not sync, even if the loser did. What becomes of the two persons is documented nowhere; Salesforce's are merged (native-sync §6.2).
 */
const MERGED_INTO: Table = {
  eligible: { none: 'freeze', linked: 'merge', gone: 'as-deleted' },
  frozen: always('freeze'),
  excluded: always('as-deleted'),
  absent: always('as-deleted'),
};

export interface SuccessionFacts {
  why: Successor['why'];
  /** Whether the row has a person of its own, which lives and carries its id. */
  hasPerson: boolean;
  standing: Standing;
  person: Personhood;
  /** The contact was made of this lead: it takes the lead's person over by itself. */
  madeOfIt: boolean;
}

export interface SuccessionPolicies {
  whenMerged: WhenMergedInDynamics;
  /** Of the row's entity. */
  whenDeleted: DeletePolicy;
}

export function succession(facts: SuccessionFacts, { whenMerged, whenDeleted }: SuccessionPolicies): Succession {
  const { why, hasPerson, standing, person, madeOfIt } = facts;
  const outcome = (why === 'qualified' ? QUALIFIED_INTO : MERGED_INTO)[standing][person];
  if (why === 'qualified' && madeOfIt && person === 'none') return 'go-on';
  // There is nothing to merge, to flag or to keep up to date: at an import most of these rows have never had a person.
  if (!hasPerson && outcome !== 'go-on' && !(why === 'qualified' && standing === 'frozen')) return 'retire';
  // It lives on in the other row: never removed, whatever the policy for deleted rows.
  if (outcome === 'as-deleted') return whenDeleted === 'ignore' ? 'retire' : 'flag';
  return outcome === 'merge' && why === 'merged' ? whenMerged : outcome;
}

/**
 * What a contact takes over from the lead that it was made of (`originatingleadid`), where its own filter is Yes (native-sync §4.3):
 * - `person`  Yes/Yes, and No/Yes where the lead has a person from before its No: the same person goes on as a contact
 * - `place`   No/Yes: a new person; the lead gets none any more, or the two would be twins
 * - nothing   the lead's place is taken: by another contact, or it was merged away. An attempt of this very contact's may have taken it and
 *             not lived to write: it takes it again
 */
export function handOver(
  lead: { state: LinkState; hasPerson: boolean; isIntoThis?: boolean } | undefined,
): 'person' | 'place' | 'nothing' {
  if (lead?.state === 'superseded' && !lead.isIntoThis) return 'nothing';
  return lead?.hasPerson ? 'person' : 'place';
}

/** Where a row's person was found (activities/persons/find.ts), and whether it may be written to. */
export type How = 'linked' | 'by-id' | 'adopted' | 'pushed' | 'qualified';
export type Sighting = 'ours' | 'nobodys' | 'others' | 'missing';
/** `look-again`: it was nobody's when it was found, and has become another row's since, or was deleted. */
export type Claim = 'use' | 'not-ours' | 'look-again' | 'gone';

/**
 * Ids are small integers, and another instance has them too: only a person that carries our id is ours. One just adopted, or taken over
 * from a lead, gets it with the first write; so does one that a row was made of (npm run push), which may carry that of a row which is gone.
 */
const CLAIMS: Record<How, Record<Sighting, Claim>> = {
  linked: { ours: 'use', nobodys: 'not-ours', others: 'not-ours', missing: 'gone' },
  'by-id': { ours: 'use', nobodys: 'not-ours', others: 'not-ours', missing: 'gone' },
  adopted: { ours: 'use', nobodys: 'use', others: 'look-again', missing: 'look-again' },
  pushed: { ours: 'use', nobodys: 'use', others: 'use', missing: 'gone' },
  qualified: { ours: 'use', nobodys: 'use', others: 'use', missing: 'gone' },
};

export const claimOn = (how: How, seen: Sighting): Claim => CLAIMS[how][seen];

/** @param carried the `microsoftId` that the person carries; undefined: it is not there. */
export function sightingOf(id: string, carried: string | undefined): Sighting {
  if (carried === undefined) return 'missing';
  if (carried === '') return 'nobodys';
  return carried.toLowerCase() === id.toLowerCase() ? 'ours' : 'others';
}

/**
 * Who, if any, of the persons found for a row becomes its own: one; more than one is nobody's to guess (native-sync §6.5: the built-in
 * connector never looks, and makes a second person).
 */
export function theOne(ids: readonly number[]): number | 'none' | 'ambiguous' {
  const [first, second] = [...new Set(ids)];
  if (first === undefined) return 'none';
  return second === undefined ? first : 'ambiguous';
}

/** A GUID as a person may carry it: look-ups of text tell upper from lower case in some instances (marketo-api §11.2 no. 4). */
export const spellings = (id: string): string[] => [id.toLowerCase(), id.toUpperCase()];

/** Of a merge's persons, the opt-outs that the winner's has not: the more restrictive value stands (DESIGN §5, three-way merge). */
export function optOutsToKeep(
  fields: readonly string[],
  winner: Record<string, unknown>,
  losers: readonly Record<string, unknown>[],
): Record<string, true> {
  const kept = fields.filter((name) => !isYes(winner[name]) && losers.some((loser) => isYes(loser[name])));
  return Object.fromEntries(kept.map((name) => [name, true]));
}

/**
 * Where the vendor's documentation leaves the behaviour open: the first choice is the default, `open` names the place
 * in the reference that leaves it open, `says` what the choice decides. Their values are settings of the same name.
 */
export const DATAVERSE_SWITCHES = {
  deltaTokenFrom: {
    choices: ['first', 'last'],
    open: 'dataverse-api §14.3',
    says: 'which page of a tracked read the delta token dates from',
  },
  deltaOverlap: {
    choices: [false, true],
    open: 'dataverse-api §4.3',
    says: 'whether some rows from before the token are delivered again',
  },
  deltaShuffle: {
    choices: [false, true],
    open: 'dataverse-api §4.3',
    says: 'whether a delta comes in another order than that of the row versions',
  },
  lateCommits: {
    choices: ['delivered', 'lost'],
    open: 'dataverse-api §4.6',
    says: 'whether a delta delivers rows of a transaction that was open when its token was given',
  },
  shortPages: {
    choices: [false, true],
    open: 'dataverse-api §12.6',
    says: 'whether pages hold fewer rows than were asked for',
  },
  expiredTokenStatus: {
    choices: [400, 410, 500],
    open: 'dataverse-api §14.1',
    says: 'HTTP status of 0x80044352, the expired delta token',
  },
  corruptTokenStatus: {
    choices: [400, 404, 410],
    open: 'dataverse-api §14.1',
    says: 'HTTP status of a delta token that cannot be read',
  },
  corruptTokenCode: {
    choices: ['0x80060888', '0x80040203', ''],
    open: 'dataverse-api §14.1',
    says: 'code of a delta token that cannot be read',
  },
  nextLinkNeedsPrefer: {
    choices: [false, true],
    open: 'dataverse-api §14.2',
    says: 'whether the following pages of a tracked read need the Prefer header of the first (else: no delta link)',
  },
  nextLinkLifetime: {
    choices: [1440, 60, 5],
    open: 'dataverse-api §14.8',
    says: 'minutes a next link can be followed',
  },
  filterWithTrackingCode: {
    choices: ['0x80060888', '0x80040203', ''],
    open: 'dataverse-api §14.10',
    says: 'code of $filter, $orderby, $expand or $top together with change tracking',
  },
  trackingOffCode: {
    choices: ['0x80060888', '0x80040203', ''],
    open: 'dataverse-api §14.10',
    says: 'code of a tracked read of a table without change tracking',
  },
  trackingDefaults: {
    choices: ['usual', 'all', 'business'],
    open: 'dataverse-api §14.4',
    says: 'standard tables with change tracking: usual = business tables, users, teams, connections, business units; all = also roles and memberships; business = account, contact, lead, opportunity only',
  },
  countSegmentCapped: {
    choices: [true, false],
    open: 'dataverse-api §3.1',
    says: 'whether /$count stops at 5000',
  },
  fetchCookieNeedsPrefer: {
    choices: [false, true],
    open: 'dataverse-api §3.1',
    says: 'whether the paging cookie of FetchXML comes only with the Prefer header that names it',
  },
  singleMetadataWrapped: {
    choices: [false, true],
    open: 'dataverse-api §8',
    says: 'whether one EntityDefinition comes within a list named value',
  },
  schemaChangeExpiresTokens: {
    choices: [true, false],
    open: 'dataverse-api §4.4',
    says: 'whether a change of a table’s schema expires its delta tokens',
  },
  aheadTokenExpired: {
    choices: [false, true],
    open: 'dataverse-api §10',
    says: 'whether a delta token of a version that the organisation has not reached, as after a restore, is expired (else: an empty delta)',
  },
  representationEtag: {
    choices: [true, false],
    open: 'dataverse-api §14.5',
    says: 'whether a PATCH with return=representation answers an ETag header',
  },
  preconditionCodes: {
    choices: ['hex', 'empty'],
    open: 'dataverse-api §5.1',
    says: 'whether the 404 and 412 of If-Match and If-None-Match carry a code',
  },
  duplicatesFoundStatus: {
    choices: [412, 500],
    open: 'dataverse-api §5.3',
    says: 'HTTP status of 0x80040333, a duplicate found by a rule',
  },
  duplicateCheckOnUpdate: {
    choices: ['row', 'ruleColumns'],
    open: 'native-sync §5.5',
    says: 'an update that asks for duplicate detection: refused whatever it changes where the row has a duplicate, or only where it writes a column of the rule',
  },
  duplicatesFirst: {
    choices: [false, true],
    open: 'dataverse-api §5.3',
    says: 'whether a PATCH with If-None-Match: * meets the duplicate rules before its precondition, so that a row which is there is a duplicate of itself',
  },
  missingBindStatus: {
    choices: [404, 400],
    open: 'dataverse-api §7',
    says: 'HTTP status of 0x80040217 where a bound row is not there',
  },
  requiredColumns: {
    choices: ['system', 'all'],
    open: 'dataverse-api §3.3',
    says: 'which required columns the API insists on: those of the system (key, owner), or also lastname, name, …',
  },
  createDefaults: {
    choices: ['recorded', 'none'],
    open: 'dataverse-api §9.1',
    says: 'whether a new row holds the defaults of the columns that nobody sent',
  },
  nullOnCreate: {
    choices: ['null', 'default'],
    open: 'dataverse-api §9.1',
    says: 'a column with a default that is sent as null when the row is made: it stays empty, or holds the default all the same',
  },
  deleteOfAccount: {
    choices: ['cascade', 'removeLink'],
    open: 'dataverse-api §10',
    says: 'what becomes of the contacts, opportunities and leads of a customer that is deleted, an account or a contact: they go with it, or lose the link; the metadata says so too',
  },
  membershipMovesVersions: {
    choices: [false, true],
    open: 'dataverse-api §9.4',
    says: 'whether adding or removing a member moves the row versions of team and user',
  },
  mergedLeadState: {
    choices: [2, 1],
    open: 'dataverse-api §14.6',
    says: 'statecode of a lead that lost a merge',
  },
  qualifyAnswer: {
    choices: ['references', 'rows', 'empty'],
    open: 'dataverse-api §14.6',
    says: 'what QualifyLead answers: references to the rows made, the rows themselves, or 204',
  },
  qualifySetsParents: {
    choices: [false, true],
    open: 'dataverse-api §9.1',
    says: 'whether a qualified lead points to the account and the contact that were made of it',
  },
  copyKeepsOrganizationId: {
    choices: [false, true],
    open: 'dataverse-api §14.7',
    says: 'whether a copy over an environment answers with the OrganizationId of the source',
  },
  restoreKeepsOrganizationId: {
    choices: [true, false],
    open: 'dataverse-api §14.7',
    says: 'whether the organisation keeps its OrganizationId when it is restored from a backup',
  },
  restoreRewindsVersions: {
    choices: [true, false],
    open: 'dataverse-api §10',
    says: 'whether a restore sets the counter of row versions back too',
  },
} as const;

export type SwitchName = keyof typeof DATAVERSE_SWITCHES;

/** One value for every switch. */
export type SwitchValues = { -readonly [N in SwitchName]: (typeof DATAVERSE_SWITCHES)[N]['choices'][number] };

/** Every switch at its default. */
export function defaultSwitches(): SwitchValues {
  const pairs = Object.entries(DATAVERSE_SWITCHES).map(([name, { choices }]) => [name, choices[0]]);
  return Object.fromEntries(pairs) as SwitchValues;
}

/** Throws an Error naming the choices where a switch among `values` is given another value. */
export function checkSwitches(values: Record<string, unknown>): void {
  for (const [name, { choices }] of Object.entries(DATAVERSE_SWITCHES)) {
    if (!(name in values) || (choices as readonly unknown[]).includes(values[name])) continue;
    throw new Error(`${name} cannot be ${JSON.stringify(values[name])}; choose one of ${JSON.stringify(choices)}`);
  }
}

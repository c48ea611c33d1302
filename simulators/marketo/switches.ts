/**
 * The points the vendor leaves undocumented, or documents twice and differently, and what the simulated instance may do
 * at each: the first choice is the default. A switch is set like any setting, under its own name; `open` names the
 * section of the Marketo reference that leaves it open. A randomised test draws them all from its seed.
 */
export const MARKETO_SWITCHES = {
  nativeSyncMode: {
    choices: ['readOnly', 'disabled'],
    open: 'marketo-api §0.2',
    says: 'with nativeSync on, companies, opportunities, roles and sales persons refuse writes only, or every call (1018)',
  },
  accessTokenQuery: {
    choices: ['refused', 'accepted'],
    open: 'marketo-api §0.2',
    says: 'whether the token may still come as the query parameter access_token (else 603)',
  },
  listIdOver10000: {
    choices: ['refused', 'allowed'],
    open: 'marketo-api §0.2',
    says: 'whether activities may be asked for by a list of more than 10,000 members (else 1003)',
  },
  externalCompanyIdLength: {
    choices: [50, 100],
    open: 'marketo-api §0.2',
    says: "length of a lead's externalCompanyId",
  },
  externalSalesPersonIdLength: {
    choices: [50, 255],
    open: 'marketo-api §0.2',
    says: "length of a lead's externalSalesPersonId",
  },
  activityId: {
    choices: ['sometimes', 'present', 'absent'],
    open: 'marketo-api §0.2',
    says: 'whether activities carry the legacy id; sometimes = all but every fiftieth',
  },
  customObjectRelationshipKey: {
    choices: ['relatedTo', 'object'],
    open: 'marketo-api §0.2',
    says: 'the key of the target in the relationships of a custom object describe',
  },
  quotaCounts: {
    choices: ['allButStarred', 'all'],
    open: 'marketo-api §0.2',
    says: 'whether 601, 602, 604, 605, 608 and 611 are given back to the daily quota',
  },
  exportRetentionDays: {
    choices: [7, 10],
    open: 'marketo-api §0.2',
    says: 'days the file of a bulk extract can be read',
  },
  ssvSeparator: {
    choices: ['semicolon', 'space'],
    open: 'marketo-api §0.2',
    says: 'what separates the columns of the bulk format SSV',
  },
  cancelledSpelling: {
    choices: ['Cancelled', 'Canceled'],
    open: 'marketo-api §0.2',
    says: 'how the status of a cancelled bulk extract is spelt',
  },
  exportFileLate: {
    choices: [false, true],
    open: 'marketo-api §7.3',
    says: 'whether the file of a bulk extract still answers HTTP 404 for two seconds after its status is Completed',
  },
  exportMilliseconds: {
    choices: ['accepted', 'refused'],
    open: 'marketo-api §7.3',
    says: 'whether a date in the filter of a bulk extract may have milliseconds (else 1003); documented no, recorded yes',
  },
  exportRangeCode: {
    choices: ['1003', '1029'],
    open: 'marketo-api §3',
    says: 'code of a bulk extract filter of more than 31 days',
  },
  importEmptyCell: {
    choices: ['keep', 'clear'],
    open: 'marketo-api §7.1',
    says: 'what an empty cell of a bulk import does to the field',
  },
  importNullLiteral: {
    choices: ['clear', 'text'],
    open: 'marketo-api §7.3',
    says: 'whether the cell null of a bulk import, as extracts write it, clears the field or is text',
  },
  importUnknownColumn: {
    choices: ['ignore', 'warn', 'fail'],
    open: 'marketo-api §7.2',
    says: 'a column of a bulk import that is no field: ignored, a warning on each row, or a failure of each row',
  },
  importFailureAlignment: {
    choices: ['shifted', 'aligned'],
    open: 'marketo-api §7.1',
    says: 'where the last column of a failed row is empty: whether the reason stands one column too far to the left',
  },
  leadImportFileWhenNone: {
    choices: ['empty', '404'],
    open: 'marketo-api §2.1',
    says: 'failures or warnings of a lead import that has none: an empty file, or HTTP 404 as of custom objects',
  },
  importSource: {
    choices: ['List import', 'Web service API'],
    open: 'marketo-api §5.7',
    says: 'Source and Reason of the activities of a bulk import',
  },
  exportByUpdatedAt: {
    choices: [true, false],
    open: 'marketo-api §7.3',
    says: 'whether bulk lead extract knows the filter updatedAt (else 1035)',
  },
  changeAttributes: {
    choices: ['documented', 'full', 'minimal'],
    open: 'marketo-api §11.2 no. 1',
    says: 'leadchanges shows Reason, Source and Lead ID; or user, method and request id as well; or no attributes',
  },
  activityBooleans: {
    choices: ['json', 'text', 'capitalised'],
    open: 'marketo-api §5.3',
    says: 'a boolean in an activity of a changed value: true, "true" or "True"',
  },
  activityDatetimes: {
    choices: ['iso', 'zoneless'],
    open: 'marketo-api §5.3',
    says: 'a date-time in an activity of a changed value: 2023-01-26T18:46:00Z, or 2023-01-26 18:46:00 as recorded, in UTC',
  },
  activityFloats: {
    choices: ['decimal', 'shortest'],
    open: 'marketo-api §5.3',
    says: 'a whole number of a float in an activity of a changed value: 41.0, or 41',
  },
  emptyOldValue: {
    choices: ['null', 'absent'],
    open: 'marketo-api §5.3',
    says: 'an activity of a value that was empty before: the old value is there as null, or left out',
  },
  sameValueActivity: {
    choices: [false, true],
    open: 'marketo-api §5.7',
    says: 'whether writing an identical value logs an activity',
  },
  sameValueUpdatedAt: {
    choices: [false, true],
    open: 'marketo-api §5.7',
    says: 'whether writing an identical value moves updatedAt',
  },
  batchOver300: {
    choices: ['1003', '1001', '611'],
    open: 'marketo-api §3',
    says: 'code of a call with more than 300 records',
  },
  overLongString: {
    choices: ['refuse', 'truncate'],
    open: 'marketo-api §4.4',
    says: 'whether a string longer than its field is refused (1003) or cut',
  },
  beyondBmp: {
    choices: ['keep', 'cut', 'strip'],
    open: 'marketo-api §4.4',
    says: 'a text with characters outside the Basic Multilingual Plane: kept, cut at the first of them, or stored without them',
  },
  composesText: {
    choices: [false, true],
    open: 'marketo-api §4.4',
    says: 'whether a decomposed text is stored composed (Unicode NFC); assumed',
  },
  offsetlessDatetime: {
    choices: ['central', 'utc', 'refuse'],
    open: 'marketo-api §8',
    says: 'the zone of a date-time sent without an offset, or 1003',
  },
  unknownExternalCompanyId: {
    choices: ['1003', '1004', '1013'],
    open: 'marketo-api §4.4',
    says: 'code of a lead linked to a company that does not exist',
  },
  nullExternalCompanyId: {
    choices: ['refuse', 'ignore'],
    open: 'marketo-api §11.2 no. 3',
    says: 'a linked lead told to leave its company for none: refused (1003), or the link quietly stays',
  },
  companyFieldsOnLinkedLead: {
    choices: ['1021', 'ignore', 'applyToCompany'],
    open: 'marketo-api §4.4',
    says: 'company fields sent with a lead that has a company: refused, ignored, or changed for all its leads',
  },
  emailLookupCase: {
    choices: ['insensitive', 'sensitive'],
    open: 'marketo-api §11.2 no. 4',
    says: 'whether upper and lower case matter when an e-mail address is looked up',
  },
  stringLookupCase: {
    choices: ['sensitive', 'insensitive'],
    open: 'marketo-api §11.2 no. 4',
    says: 'whether upper and lower case matter when any other text is looked up',
  },
  createOnlyEmailClash: {
    choices: ['ignore', 'refuse'],
    open: 'marketo-api §11.2 no. 6',
    says: 'createOnly by another field where the e-mail exists: a second person is created, or 1005',
  },
  sameKeyInBatch: {
    choices: ['update', 'duplicate', 'refuse'],
    open: 'marketo-api §4.4',
    says: 'two leads with one new key in one call: the second updates the first, is a twin of it, or is refused (1036)',
  },
  deleteUnknownLead: {
    choices: ['1004', '1013'],
    open: 'marketo-api §4.5',
    says: 'code of deleting a lead that does not exist',
  },
  getUnknownLead: {
    choices: ['1004', 'empty'],
    open: 'marketo-api §4.3',
    says: 'reading one lead by an unknown id: 1004, or an empty result',
  },
  newLeadReady: {
    choices: ['atOnce', 'afterTwoSeconds'],
    open: 'marketo-api §4.3',
    says: 'when reads and lists know a lead that has just been created',
  },
  describeLengths: {
    choices: ['strings', 'all'],
    open: 'marketo-api §4.1',
    says: 'whether the describe of leads tells a length of text areas and references too',
  },
  nullsInReads: {
    choices: ['explicit', 'absent'],
    open: 'marketo-api §4.3',
    says: 'whether a requested field without a value is null or left out',
  },
  externalPersonId: {
    choices: [false, true],
    open: 'marketo-api §11.2 no. 9',
    says: 'whether the instance has the lead field externalPersonId',
  },
  deleteCompanyWithLeads: {
    choices: ['refuse', 'unlink', 'dangle'],
    open: 'marketo-api §6.2',
    says: 'deleting a company with leads: 1022, or its leads lose the link, or keep a link to nothing',
  },
  companyFanOut: {
    choices: [true, false],
    open: 'marketo-api §6.3',
    says: 'whether a changed company logs Change Data Value on each of its leads',
  },
  deleteRemovesRoles: {
    choices: [true, false],
    open: 'marketo-api §6.2',
    says: 'whether opportunity roles go with their lead or opportunity',
  },
  missingDedupeField: {
    choices: ['1002', '1003'],
    open: 'marketo-api §6.1.4',
    says: 'code of a record without its key',
  },
  createOnlyHit: {
    choices: ['1017', '1005'],
    open: 'marketo-api §6.1.4',
    says: 'code of createOnly for a company or other object that exists',
  },
  mergeLosersInDeleted: {
    choices: [true, false],
    open: 'marketo-api §5.3',
    says: 'whether the losers of a merge also appear in deletedleads',
  },
  mergeMovesRoles: {
    choices: [true, false],
    open: 'marketo-api §4.5',
    says: "whether a loser's opportunity roles go to the winner of a merge, or are lost",
  },
  mergeMovesCustomObjects: {
    choices: [true, false],
    open: 'marketo-api §4.5',
    says: "whether custom objects linked to a loser's id are linked to the winner of a merge, or to nobody",
  },
  mergeLogsChanges: {
    choices: [false, true],
    open: 'marketo-api §5.3',
    says: "whether the values a merge fills in are logged as the winner's changes",
  },
  scoreActivity: {
    choices: ['both', 'changeScore', 'changeDataValue'],
    open: 'marketo-api §5.5',
    says: 'the activity of a score changed by a campaign: one of type 22 and one of type 13, or one of the two alone',
  },
  activityDelayMs: {
    choices: [
      [0, 2000],
      [0, 0],
      [500, 10_000],
    ],
    open: 'marketo-api §5.4',
    says: 'each activity becomes visible after a random delay of this range (milliseconds), so commits come out of order; any range may be set',
  },
  activityTokenLifetime: {
    choices: ['unlimited', 'sevenDays'],
    open: 'marketo-api §3.2',
    says: 'how long a stored token of the activity feed works; then 1003',
  },
  emptyPages: {
    choices: [true, false],
    open: 'marketo-api §5.4',
    says: 'now and then moreResult: true with an empty or absent result',
  },
  pageWithoutRows: {
    choices: ['noResult', 'emptyResult'],
    open: 'marketo-api §5.4',
    says: 'a page of activities that has none: without result, or with an empty one',
  },
  twinRace: {
    choices: [true, false],
    open: 'marketo-api §4.4',
    says: 'whether two overlapping creates of one key make two people',
  },
  requestTimeoutCommits: {
    choices: [false, true],
    open: 'marketo-api §11.2 no. 8',
    says: 'whether the work of a call answered 604 has been done; a fault that says commit decides for itself',
  },
  hiddenField: {
    choices: ['answers', 'unknown'],
    open: 'marketo-api §4.2',
    says: 'a hidden field in a read or write that names it: as before, or 1006; describe leaves it out in any case',
  },
  customObjectSchema: {
    choices: [true, false],
    open: 'marketo-api §6.4',
    says: 'entitled to the custom object schema API; without it every call of it answers 616',
  },
} as const;

type Table = typeof MARKETO_SWITCHES;

export type SwitchName = keyof Table;

type Widened<T> = T extends readonly [number, number] ? readonly [number, number] : T;

/** The value of every switch; they live in the instance's settings. */
export type Switches = { -readonly [Name in SwitchName]: Widened<Table[Name]['choices'][number]> };

/** The first choice of every switch. */
export function defaultSwitches(): Switches {
  return Object.fromEntries(
    Object.entries(MARKETO_SWITCHES).map(([name, { choices }]) => [name, choices[0]]),
  ) as unknown as Switches;
}

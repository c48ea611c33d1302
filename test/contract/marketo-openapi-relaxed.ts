import type { Schema } from './marketo-openapi-spec';

/** Where real answers differ from the vendor's own file; each with its reason. */
export interface Relaxation {
  file: 'rest' | 'identity';
  definition: RegExp;
  /** Members that need not be there. */
  optional?: string[];
  /** Members the file does not know. */
  add?: Record<string, Schema>;
  /** Members it gives another type. */
  replace?: Record<string, Schema>;
  because: string;
}

const SCALAR = { type: ['string', 'number', 'boolean', 'array', 'null'] } as unknown as Schema;
const NULLABLE = { type: ['string', 'null'] } as unknown as Schema;

export const RELAXED: readonly Relaxation[] = [
  {
    file: 'rest',
    definition: /^Response/,
    optional: ['errors', 'warnings', 'result'],
    because: 'marketo-api §1.5: real answers leave out what they have none of',
  },
  {
    file: 'rest',
    definition: /^Response/,
    add: { nextPageToken: { type: 'string' }, moreResult: { type: 'boolean' } },
    because: 'marketo-api §3.2: any list is paged, though the file does not say so of each',
  },
  {
    file: 'rest',
    definition: /^(Activity|LeadChange)$/,
    optional: ['id'],
    because: 'marketo-api §5.5, §10 no. 4: the legacy id may be absent; marketoGUID is the key',
  },
  {
    file: 'rest',
    definition: /^Attribute$/,
    replace: { value: SCALAR },
    because:
      'marketo-api §5.3: values of attributes are plain, in a merge a list, never objects; an empty old value is null, as recorded',
  },
  {
    file: 'rest',
    definition: /^LeadChangeField$/,
    replace: { newValue: SCALAR, oldValue: SCALAR },
    because: 'marketo-api §5.3: recorded, an empty old value is null; a boolean is likelier one than a text',
  },
  {
    file: 'rest',
    definition: /^ActivityType$/,
    optional: ['primaryAttribute'],
    because: 'marketo-api §5.3: New Lead and Merge Leads have none',
  },
  {
    file: 'rest',
    definition: /^CustomActivity$/,
    optional: ['activityDate', 'activityTypeId', 'attributes', 'errors', 'id', 'leadId', 'primaryAttributeValue'],
    because: 'marketo-api §5.8, §10 no. 4: the file uses one model for what is sent and for the result of adding it',
  },
  {
    file: 'rest',
    definition: /^CompanyResponse$/,
    optional: ['id'],
    because: 'marketo-api §6.1.4: a skipped record has no id',
  },
  {
    file: 'rest',
    definition: /^CustomObject$/,
    optional: ['marketoGUID'],
    add: { status: { type: 'string' } },
    because: 'marketo-api §6.1.4: a skipped record has no marketoGUID; a written one has a status',
  },
  {
    file: 'rest',
    definition: /^LeadField$/,
    replace: { description: NULLABLE },
    because: 'marketo-api §4.2: an empty description is null',
  },
  {
    file: 'rest',
    definition: /^ObjectMetaData$/,
    optional: ['status'],
    because: 'marketo-api §10 no. 9: it is called state',
  },
  {
    file: 'rest',
    definition: /^ObjectMetaData$/,
    optional: ['apiName', 'pluralName', 'version', 'description', 'relationships'],
    add: { name: { type: 'string' } },
    because:
      'marketo-api §6.1.1: a record describe says name, and has neither version nor plural; only custom objects are related',
  },
  {
    file: 'rest',
    definition: /^ObjectMetaData$/,
    optional: ['fields'],
    because: 'marketo-api §6.4: the list of custom objects is without their fields',
  },
  {
    file: 'rest',
    definition: /^ImportLeadResponse$/,
    optional: ['numOfLeadsProcessed'],
    because: 'marketo-api §7.1: an import that has only been queued has counted nothing',
  },
  {
    file: 'rest',
    definition: /^ImportCustomObjectResponse$/,
    optional: ['operation'],
    because: 'marketo-api §7.2: its start does not say operation, its status does',
  },
  {
    file: 'rest',
    definition: /^ImportProgramMemberResponse$/,
    add: {
      numOfLeadsProcessed: { type: 'integer' },
      numOfRowsFailed: { type: 'integer' },
      numOfRowsWithWarning: { type: 'integer' },
      message: { type: 'string' },
    },
    because: 'marketo-api §7.2: its status counts as that of any import, though the file models the start alone',
  },
  {
    file: 'rest',
    definition: /^(UsageData|ErrorsData)$/,
    replace: { date: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' } },
    because: 'marketo-api §3: statistics name a day, not a moment',
  },
];

/** Definitions that may have members the file does not name: they hold whatever fields were asked for. */
export const OPEN: readonly { definition: RegExp; because: string }[] = [
  { definition: /^Lead$/, because: 'marketo-api §10 no. 3: models neither fields nor reasons' },
  { definition: /^(CompanyResponse|SalesPerson|CustomObject)$/, because: 'marketo-api §6.1.2: the requested fields' },
  { definition: /^ProgramMember$/, because: 'marketo-api §12: the requested fields' },
];

import type { BelongsTo } from './belongs-to';
import type { DeletePolicy } from './deletion';
import type { FieldRule } from './field-rule';
import { ACCOUNT, OPPORTUNITY, SYSTEMUSER, TEAM, TEAMMEMBERSHIP } from './maps/others';
import { CONTACT, LEAD } from './maps/person';

/**
 * The Marketo object that an entity is written to.
 * - `person`: leads and contacts; identity by `microsoftId`, both ways
 * - `object`: an object of marketo-api §6.1 with one dedupe field, Dynamics to Marketo only
 * - `roles`: opportunity roles, made of three sources (model/roles.ts)
 */
export type Target =
  | { kind: 'person'; type: 'Lead' | 'Contact' }
  | { kind: 'object'; path: string; key: string; create?: { displayName: string; pluralName: string } }
  | { kind: 'roles' };

export interface Entity {
  /** The table's logical name. */
  name: string;
  target: Target;
  /** Entities of one lane are written one at a time: leads and contacts are one Marketo object. */
  lane: string;
  /** Order of the initial import; within a wave, lanes run side by side. */
  wave: number;
  rules: FieldRule[];
  /** Columns read besides those of the rules. */
  alsoRead: string[];
  /** Seconds from the start of one look to the start of the next. */
  lookEverySeconds: number;
  whenDeleted: DeletePolicy;
  /** Memberships aren't tracked by Dataverse: they are read whole, and what is missing is deleted. */
  untracked?: true;
  /** Columns that come from another table, by this column's id: a membership's user. */
  join?: { table: string; by: string };
  /** A custom object that belongs to a person or a company, itself or through its parent row: written with its Marketo id. */
  belongsTo?: BelongsTo;
  /** Marketo's users may edit its records: they are read before a write, which then overwrites such edits (native-sync §2.5). */
  editable?: true;
}

const LIVE = 10;
const SLOW = 60;
/** Memberships: DESIGN §5, Teams. */
const WHOLE_READ = 900;

export const FILTER_COLUMN = 'new_synctomkto';

export const STANDARD_ENTITIES: readonly Entity[] = [
  {
    name: 'systemuser',
    target: { kind: 'object', path: 'salespersons', key: 'externalSalesPersonId' },
    lane: 'systemuser',
    wave: 0,
    rules: SYSTEMUSER,
    alsoRead: ['applicationid', 'accessmode', 'isdisabled'],
    lookEverySeconds: SLOW,
    // A sales person that owns people can't be deleted (marketo-api §6.2, 1022); Dynamics disables users anyway.
    whenDeleted: 'ignore',
  },
  {
    name: 'team',
    target: {
      kind: 'object',
      path: 'customobjects/microsoftTeam',
      key: 'microsoftId',
      create: { displayName: 'Microsoft Team', pluralName: 'Microsoft Teams' },
    },
    lane: 'team',
    wave: 0,
    rules: TEAM,
    alsoRead: [],
    lookEverySeconds: SLOW,
    whenDeleted: 'delete',
  },
  {
    name: 'teammembership',
    target: {
      kind: 'object',
      path: 'customobjects/microsoftTeamMember',
      key: 'microsoftId',
      create: { displayName: 'Microsoft Team Member', pluralName: 'Microsoft Team Members' },
    },
    lane: 'teammembership',
    wave: 0,
    rules: TEAMMEMBERSHIP,
    alsoRead: [],
    lookEverySeconds: WHOLE_READ,
    whenDeleted: 'delete',
    untracked: true,
    join: { table: 'systemuser', by: 'systemuserid' },
  },
  {
    name: 'account',
    target: { kind: 'object', path: 'companies', key: 'externalCompanyId' },
    lane: 'account',
    wave: 1,
    rules: ACCOUNT,
    alsoRead: [FILTER_COLUMN],
    lookEverySeconds: LIVE,
    // People can't leave a company (marketo-api §4.4), so it stays.
    whenDeleted: 'ignore',
    editable: true,
  },
  {
    name: 'lead',
    target: { kind: 'person', type: 'Lead' },
    lane: 'person',
    wave: 2,
    rules: LEAD,
    // Who stands for it now (model/identity.ts).
    alsoRead: [FILTER_COLUMN, 'statecode', 'parentcontactid', 'merged', 'masterid'],
    lookEverySeconds: LIVE,
    whenDeleted: 'flag',
  },
  {
    name: 'contact',
    target: { kind: 'person', type: 'Contact' },
    lane: 'person',
    wave: 3,
    rules: CONTACT,
    alsoRead: [FILTER_COLUMN, 'originatingleadid', 'merged', 'masterid'],
    lookEverySeconds: LIVE,
    whenDeleted: 'flag',
  },
  {
    name: 'opportunity',
    target: { kind: 'object', path: 'opportunities', key: 'externalOpportunityId' },
    lane: 'opportunity',
    wave: 4,
    rules: OPPORTUNITY,
    alsoRead: [FILTER_COLUMN, 'parentcontactid'],
    lookEverySeconds: LIVE,
    whenDeleted: 'delete',
  },
  {
    name: 'connection',
    target: { kind: 'roles' },
    lane: 'connection',
    wave: 5,
    rules: [],
    alsoRead: ['record1id', 'record2id', 'record2roleid', 'statecode'],
    lookEverySeconds: LIVE,
    whenDeleted: 'delete',
  },
];

/** The wave of custom entities: after everything that they may refer to; those of the second level come one later. */
export const CUSTOM_WAVE = 6;
/** Custom tables change rarely; a setting of each raises it. */
export const CUSTOM_LOOK_SECONDS = SLOW;

/** Marketo's own field names for identity on a person; preflight creates them (DESIGN §5, Identity). */
export const PERSON_IDENTITY = {
  id: 'microsoftId',
  type: 'microsoftType',
  isDeleted: 'microsoftIsDeleted',
} as const;

export const IDENTITY_FIELDS = [
  { name: PERSON_IDENTITY.id, displayName: 'Microsoft Id', dataType: 'string' },
  { name: PERSON_IDENTITY.type, displayName: 'Microsoft Type', dataType: 'string' },
  { name: PERSON_IDENTITY.isDeleted, displayName: 'Microsoft is Deleted', dataType: 'boolean' },
] as const;

/** A person can't be detached from a company, only moved: here (marketo-api §4.4). */
export const PLACEHOLDER_COMPANY = { externalCompanyId: 'no-account', company: '(no account)' } as const;

/** From a person to its owning team (DESIGN §5, Teams). Dedupe field: the person's row id. */
export const PERSON_TEAM = 'microsoftPersonTeam';

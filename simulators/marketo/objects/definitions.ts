import { type DataType, type Field, field } from '../fields';
import { standardLeadFields } from '../leads/standard-fields';
import type { ObjectType } from './types';

type Row = [name: string, dataType: DataType, length?: number | undefined, displayName?: string];

/** The system fields every object has; read-only. */
const SYSTEM: Row[] = [
  ['createdAt', 'datetime', undefined, 'Created At'],
  ['updatedAt', 'datetime', undefined, 'Updated At'],
];
const BORN = Date.UTC(2020, 0, 1);

/** A field map from rows; `id`/`marketoGUID`, `createdAt` and `updatedAt` are added read-only. */
export function fieldMap(idField: 'id' | 'marketoGUID', rows: Row[], firstId = 1): Map<string, Field> {
  const id: Row = idField === 'id' ? ['id', 'integer', undefined, 'Id'] : ['marketoGUID', 'string', 36, 'Marketo GUID'];
  const fields = [id, ...SYSTEM, ...rows].map(([name, dataType, length, displayName], index) =>
    field(firstId + index, name, dataType, {
      readOnly: index < 1 + SYSTEM.length,
      ...(length !== undefined && { length }),
      ...(displayName !== undefined && { displayName }),
    }),
  );
  return new Map(fields.map((one) => [one.name, one]));
}

/** Companies (marketo-api §6.2): the company fields of the lead, with the ids of the lead's describe. */
export function companyType(): ObjectType {
  const fields = fieldMap(
    'id',
    [
      ['externalCompanyId', 'string', 50],
      ['externalSalesPersonId', 'string', 50],
    ],
    900,
  );
  for (const one of standardLeadFields()) if (one.company) fields.set(one.name, { ...one, company: false });
  return {
    name: 'Company',
    displayName: 'Company',
    description: 'Company object',
    area: 'Company',
    idField: 'id',
    dedupeFields: ['externalCompanyId'],
    searchable: [['externalCompanyId'], ['id'], ['company']],
    fields,
    idOnlyForUpdate: false,
    createdAt: BORN,
    updatedAt: BORN,
  };
}

/** Sales persons (marketo-api §6.2). */
export function salesPersonType(): ObjectType {
  return {
    name: 'Sales Person',
    displayName: 'Sales Person',
    description: 'Sales person object',
    area: 'Sales Person',
    idField: 'id',
    dedupeFields: ['externalSalesPersonId'],
    searchable: [['email'], ['id'], ['externalSalesPersonId']],
    fields: fieldMap('id', [
      ['externalSalesPersonId', 'string', 50],
      ['email', 'email'],
      ['fax', 'phone'],
      ['firstName', 'string'],
      ['lastName', 'string'],
      ['mobilePhone', 'phone'],
      ['phone', 'phone'],
      ['title', 'string'],
    ]),
    idOnlyForUpdate: false,
    createdAt: BORN,
    updatedAt: BORN,
  };
}

/** Opportunities (marketo-api §6.2); fields the page leaves to describe are those of a plain instance, as we model it. */
export function opportunityType(): ObjectType {
  return {
    name: 'opportunity',
    displayName: 'Opportunity',
    description: null,
    area: 'Opportunity',
    idField: 'marketoGUID',
    dedupeFields: ['externalOpportunityId'],
    searchable: [['externalOpportunityId'], ['marketoGUID']],
    fields: fieldMap('marketoGUID', [
      ['externalOpportunityId', 'string', 50],
      ['name', 'string'],
      ['description', 'string', 2000],
      ['type', 'string'],
      ['stage', 'string'],
      ['amount', 'currency'],
      ['expectedRevenue', 'currency'],
      ['probability', 'integer'],
      ['quantity', 'float'],
      ['closeDate', 'date'],
      ['isClosed', 'boolean'],
      ['isWon', 'boolean'],
      ['forecastCategory', 'string'],
      ['fiscalYear', 'string'],
      ['fiscalQuarter', 'string'],
      ['nextStep', 'string'],
      ['source', 'string'],
      ['externalCompanyId', 'string', 50],
      ['externalSalesPersonId', 'string', 50],
      ['externalCreatedDate', 'datetime'],
      ['lastActivityDate', 'date'],
    ]),
    idOnlyForUpdate: true,
    createdAt: BORN,
    updatedAt: BORN,
  };
}

/** Opportunity roles: compound key of opportunity, lead and role (marketo-api §6.2). */
export function roleType(): ObjectType {
  return {
    name: 'opportunityRole',
    displayName: 'Opportunity Role',
    description: null,
    area: 'Opportunity',
    idField: 'marketoGUID',
    dedupeFields: ['externalOpportunityId', 'leadId', 'role'],
    searchable: [['externalOpportunityId', 'leadId', 'role'], ['marketoGUID'], ['leadId'], ['externalOpportunityId']],
    fields: fieldMap('marketoGUID', [
      ['externalOpportunityId', 'string', 50],
      ['leadId', 'integer'],
      ['role', 'string', 50],
      ['isPrimary', 'boolean'],
      ['externalCreatedDate', 'datetime'],
    ]),
    idOnlyForUpdate: true,
    createdAt: BORN,
    updatedAt: BORN,
  };
}

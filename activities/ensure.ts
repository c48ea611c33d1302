import { type ApiError, isApiError } from '../clients/errors';
import type { CustomObjectField, CustomObjectType } from '../clients/marketo/types';
import { OWNER_LINKS } from '../model/belongs-to';
import { type Entity, IDENTITY_FIELDS, PERSON_TEAM } from '../model/entities';
import type { FieldRule } from '../model/field-rule';
import type { Deps } from './deps';

export interface LeadField {
  name: string;
  displayName: string;
  dataType: string;
}

export const leadFieldOf = ({ marketo: name, create }: FieldRule): LeadField[] => (create ? [{ name, ...create }] : []);

/** The person fields that are ours: identity, and those of the map. */
export function ownLeadFields(entities: readonly Entity[]): LeadField[] {
  const wanted = new Map<string, LeadField>(IDENTITY_FIELDS.map((field) => [field.name, { ...field }]));
  for (const { target, rules } of entities) {
    if (target.kind !== 'person') continue;
    for (const field of rules.flatMap(leadFieldOf)) wanted.set(field.name, field);
  }
  return [...wanted.values()];
}

/**
 * Makes fields that describe does not show. Marketo refuses all of a call for one of them, such as a field that is there
 * and hidden (marketo-api §4.2): then each is asked for by itself. @returns Marketo's code by name for those it refused.
 */
export async function createLeadFields({ marketo }: Deps, missing: LeadField[]): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  const create = async (fields: LeadField[]): Promise<void> => {
    try {
      await marketo.createLeadFields(fields);
    } catch (error) {
      if (!isApiError(error, 'refused', 'configuration')) throw error;
      const [only] = fields;
      if (fields.length > 1) for (const field of fields) await create([field]);
      else if (only) refused.set(only.name, (error as ApiError).code ?? 'refused');
    }
  };
  await create(missing);
  return refused;
}

const field = (name: string, displayName: string, dataType = 'string'): CustomObjectField => ({
  name,
  displayName,
  dataType,
});

/** The custom object that an entity wants; undefined for one that Marketo has itself. */
export function customObjectOf(entity: Entity): CustomObjectType | undefined {
  const { target } = entity;
  if (target.kind !== 'object' || !target.create) return undefined;
  const fields: CustomObjectField[] = [{ ...field(target.key, 'Microsoft Id'), isDedupeField: true }];
  // One column may feed only one field of the object; lengths are Marketo's own for the type.
  for (const { marketo: name, create } of entity.rules)
    if (create) fields.push(field(name, create.displayName, create.dataType));
  if (entity.belongsTo) {
    const { displayName, relatedTo } = OWNER_LINKS[entity.belongsTo.link];
    fields.push({ ...field(entity.belongsTo.link, displayName, 'link'), relatedTo });
  }
  return { apiName: target.path.replace('customobjects/', ''), ...target.create, fields };
}

export const PERSON_TEAM_TYPE: CustomObjectType = {
  apiName: PERSON_TEAM,
  displayName: 'Microsoft Person Team',
  pluralName: 'Microsoft Person Teams',
  fields: [
    { ...field('microsoftId', 'Microsoft Id'), isDedupeField: true },
    { ...field('leadId', 'Lead', 'link'), relatedTo: { name: 'lead', field: 'id' } },
    field('teamId', 'Team Id'),
  ],
};

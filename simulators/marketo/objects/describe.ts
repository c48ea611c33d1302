import { stamp } from '../envelope';
import type { Field } from '../fields';
import type { ObjectType } from './types';

interface Options {
  crmManaged?: boolean;
  /** How the target of a relationship is named; two pages differ (marketo-api §0.2). */
  relationshipKey?: 'relatedTo' | 'object';
}

/** Record describe of an object (marketo-api §6.1.1). */
export function describeObject(type: ObjectType, { crmManaged = false, relationshipKey = 'relatedTo' }: Options = {}) {
  return {
    name: type.name,
    displayName: type.displayName,
    ...(type.description !== null && { description: type.description }),
    createdAt: stamp(type.createdAt),
    updatedAt: stamp(type.updatedAt),
    idField: type.idField,
    dedupeFields: type.dedupeFields,
    searchableFields: type.searchable,
    ...(type.relationships && {
      relationships: type.relationships.map(({ relatedTo, ...rest }) => ({ ...rest, [relationshipKey]: relatedTo })),
    }),
    fields: [...type.fields.values()].filter(({ hidden }) => !hidden).map((field) => describedField(field, crmManaged)),
  };
}

function describedField(field: Field, crmManaged: boolean) {
  return {
    name: field.name,
    displayName: field.displayName,
    dataType: field.dataType,
    ...(field.length !== undefined && { length: field.length }),
    updateable: !field.readOnly,
    crmManaged,
  };
}

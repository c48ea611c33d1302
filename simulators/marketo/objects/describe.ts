import { stamp } from '../envelope';
import type { Field } from '../fields';
import type { ObjectType } from './types';

/** Record describe of an object (marketo-api §6.1.1). */
export function describeObject(type: ObjectType, crmManaged: boolean) {
  return {
    name: type.name,
    displayName: type.displayName,
    ...(type.description !== null && { description: type.description }),
    createdAt: stamp(type.createdAt),
    updatedAt: stamp(type.updatedAt),
    idField: type.idField,
    dedupeFields: type.dedupeFields,
    searchableFields: type.searchable,
    ...(type.relationships && { relationships: type.relationships }),
    fields: [...type.fields.values()].map((field) => describedField(field, crmManaged)),
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

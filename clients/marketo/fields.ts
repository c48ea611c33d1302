import { type JsonObject, objects, text } from '../answer';
import type { FieldMetadata } from './types';

/** `fields` of a describe (marketo-api §4.1, §6.1.1); entries without a name are beyond REST. */
export function fieldsOf(described: JsonObject): FieldMetadata[] {
  return objects(described.fields).flatMap((field) => {
    const name = text(field.name);
    if (name === undefined) return [];
    return {
      name,
      dataType: text(field.dataType) ?? 'string',
      readOnly: field.updateable === false,
      ...(typeof field.length === 'number' ? { length: field.length } : {}),
      ...(typeof field.crmManaged === 'boolean' ? { crmManaged: field.crmManaged } : {}),
    };
  });
}

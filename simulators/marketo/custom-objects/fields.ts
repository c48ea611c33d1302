import { MarketoFault } from '../errors';
import type { DataType } from '../fields';
import type { Instance } from '../instance';
import { resolveLink } from './links';
import type { CustomObjectType, SchemaField } from './types';

/** `fieldDataTypes.json` (marketo-api §6.4). */
export const FIELD_TYPES: DataType[] = [
  'string',
  'boolean',
  'integer',
  'float',
  'link',
  'email',
  'currency',
  'date',
  'datetime',
  'phone',
  'text',
];
const SYSTEM_NAMES = ['marketoGUID', 'createdAt', 'updatedAt'];

/** Reads the fields of an addField call; after approval no link and no dedupe field may follow. */
export function readFields(
  instance: Instance,
  type: CustomObjectType,
  held: SchemaField[],
  input: Record<string, unknown>[],
): SchemaField[] {
  const names = new Set([...held.map((one) => one.name), ...SYSTEM_NAMES]);
  return input.map((one) => {
    for (const required of ['name', 'displayName', 'dataType']) {
      if (typeof one[required] !== 'string' || one[required] === '') {
        throw new MarketoFault('701', `${required} cannot be blank`);
      }
    }
    const name = one.name as string;
    const dataType = one.dataType as DataType;
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) throw new MarketoFault('1003', `Invalid value for name '${name}'`);
    if (names.has(name)) throw new MarketoFault('1017', `Field '${name}' already exists`);
    if (!FIELD_TYPES.includes(dataType)) throw new MarketoFault('1003', `Invalid value for dataType '${dataType}'`);
    names.add(name);
    const isDedupeField = one.isDedupeField === true;
    if (type.approved && (isDedupeField || dataType === 'link')) {
      throw new MarketoFault('1003', 'Dedupe and link fields cannot be added after approval');
    }
    return {
      name,
      displayName: one.displayName as string,
      description: typeof one.description === 'string' ? one.description : null,
      dataType,
      isDedupeField,
      ...(dataType === 'link' && { relatedTo: readLink(instance, one) }),
    };
  });
}

function readLink(instance: Instance, one: Record<string, unknown>): { name: string; field: string } {
  const sent = one.relatedTo as { name?: unknown; field?: unknown } | undefined;
  const target =
    typeof sent?.name === 'string' && typeof sent.field === 'string'
      ? resolveLink(instance, { name: sent.name, field: sent.field })
      : undefined;
  if (!target) throw new MarketoFault('1003', `Field '${String(one.name)}' links to nothing linkable`);
  return target;
}

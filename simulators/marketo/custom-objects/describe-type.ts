import { stamp } from '../envelope';
import { MarketoFault } from '../errors';
import { type CustomObjectType, recordType, type SchemaField } from './types';

export type TypeState = 'draft' | 'approved' | 'approvedWithDraft';

/** The state of a type as the schema list shows it. */
export function stateOf(type: CustomObjectType): TypeState {
  if (!type.approved) return 'draft';
  return type.draft ? 'approvedWithDraft' : 'approved';
}

/** Schema describe: the approved version unless the draft is asked for or is all there is (marketo-api §6.4). */
export function describeType(type: CustomObjectType, state: string | undefined) {
  const wanted = state === 'draft' || !type.approved ? type.draft : type.approved;
  if (!wanted) throw new MarketoFault('1013', 'Object not found');
  const record = recordType({ ...type, approved: wanted }, type.updatedAt);
  return {
    apiName: type.apiName,
    displayName: type.displayName,
    pluralName: type.pluralName,
    description: type.description ?? '',
    createdAt: stamp(type.createdAt),
    updatedAt: stamp(type.updatedAt),
    idField: 'marketoGUID',
    dedupeFields: record.dedupeFields,
    searchableFields: record.searchable,
    relationships: record.relationships ?? [],
    fields: [...record.fields.values()].map((one) => describeField(one.name, wanted, record.fields.get(one.name))),
    state: stateOf(type),
    version: wanted === type.draft ? 'draft' : 'approved',
  };
}

function describeField(
  name: string,
  fields: SchemaField[],
  known: { displayName: string; dataType: string; length?: number; readOnly: boolean } | undefined,
) {
  const own = fields.find((one) => one.name === name);
  return {
    name,
    displayName: known?.displayName ?? name,
    dataType: own?.dataType ?? known?.dataType ?? 'string',
    ...(known?.length !== undefined && { length: known.length }),
    updateable: !(known?.readOnly ?? false),
    crmManaged: false,
  };
}

import { isObject, type JsonObject, text } from '../answer';
import { name } from './checks';
import { columnRights } from './column-rights';
import { baseLanguage, userId } from './organisation';
import { itemsOf } from './rows';
import { columnsOf } from './table-columns';
import { optionsOf } from './table-options';
import { type Transport, unreadable } from './transport';
import type { TableMetadata } from './types';

const TABLE = 'LogicalName,EntitySetName,PrimaryIdAttribute,ChangeTrackingEnabled';
const ATTRIBUTE =
  'LogicalName,MetadataId,AttributeType,AttributeTypeName,IsValidForRead,IsValidForUpdate,IsSecured,AttributeOf';

/** What only the typed columns tell, one query for each type (dataverse-api §8). */
const TYPED: Record<string, string> = {
  String: '$select=LogicalName,MaxLength',
  Memo: '$select=LogicalName,MaxLength',
  DateTime: '$select=LogicalName,DateTimeBehavior',
  Lookup: '$select=LogicalName,Targets',
  Picklist: '$select=LogicalName,DefaultFormValue&$expand=OptionSet,GlobalOptionSet',
  MultiSelectPicklist: '$select=LogicalName&$expand=OptionSet,GlobalOptionSet',
  State: '$select=LogicalName&$expand=OptionSet',
  Status: '$select=LogicalName&$expand=OptionSet',
  Boolean: '$select=LogicalName,DefaultValue&$expand=OptionSet',
};

/**
 * A table with its selectable columns; labels in the organisation's base language.
 *
 * @param user gives our systemuserid; asked only where a column is secured
 * @param details false: which columns can be read and no more of them, in one request or two
 * @throws ApiError `configuration` with the table's name where there is none
 */
export async function table(
  transport: Transport,
  logicalName: string,
  user = () => userId(transport),
  details = true,
): Promise<TableMetadata> {
  const operation = 'table.read';
  const url = `${transport.settings.api}/EntityDefinitions(LogicalName='${name(operation, logicalName)}')`;
  const get = (suffix: string): Promise<JsonObject> =>
    transport.json({ operation, answers: 'metadata', url: `${url}${suffix}`, names: [logicalName] });

  const answer = await get(`?$select=${TABLE}&$expand=Attributes($select=${ATTRIBUTE})`);
  // The vendor's sample wraps the one table in `value`; organisations answer the table itself (dataverse-api §8).
  const definition = itemsOf(answer)[0] ?? answer;
  const entitySetName = text(definition.EntitySetName);
  const primaryIdAttribute = text(definition.PrimaryIdAttribute);
  if (entitySetName === undefined || primaryIdAttribute === undefined) throw unreadable(operation, 200, 'NO_TABLE');

  const language = details ? await baseLanguage(transport) : undefined;
  const typed = new Map<string, JsonObject>();
  // One after the other, and of each only what is used: with the labels of all languages each may be some megabytes.
  for (const [type, query] of Object.entries(details ? TYPED : {}))
    for (const item of itemsOf(await get(`/Attributes/Microsoft.Dynamics.CRM.${type}AttributeMetadata?${query}`))) {
      const { OptionSet: _own, GlobalOptionSet: _global, ...detail } = item;
      const column = text(item.LogicalName);
      const options = optionsOf(item, language);
      if (column !== undefined) typed.set(column, options === undefined ? detail : { ...detail, options });
    }
  return {
    logicalName,
    entitySetName,
    primaryIdAttribute,
    changeTrackingEnabled: managed(definition.ChangeTrackingEnabled),
    ...columnsOf(definition, typed, await columnRights(transport, user, definition)),
  };
}

/** A plain boolean, or a managed property. */
const managed = (value: unknown): boolean => (isObject(value) ? value.Value === true : value === true);

import { isObject, type JsonObject, list, objects, text } from '../answer';
import { unreadable } from './transport';
import type { DynamicsPage, DynamicsRow } from './types';

const LOGICAL_NAME = '@Microsoft.Dynamics.CRM.lookuplogicalname';

/** Which table a lookup points to; it cannot be told otherwise for owner, customer and record1id. */
export const LOOKUP_TYPES = 'odata.include-annotations="Microsoft.Dynamics.CRM.lookuplogicalname"';

/**
 * The columns of a row without annotations, but for the target table of a lookup: `_ownerid_value` gets `_ownerid_type`
 * beside it. The annotation is missing where the lookup is null.
 */
export function rowOf(item: JsonObject): DynamicsRow {
  const row: DynamicsRow = {};
  for (const key in item) {
    const at = key.indexOf('@');
    if (at === -1) row[key] = item[key];
    else if (key.endsWith(LOGICAL_NAME) && key.startsWith('_') && key.slice(0, at).endsWith('_value'))
      row[`${key.slice(0, at - '_value'.length)}_type`] = item[key];
  }
  // A bigint column (dataverse-api §3.3): a number below 2^53, whatever a gateway made of it.
  if (typeof row.versionnumber === 'string') row.versionnumber = Number(row.versionnumber);
  return row;
}

const deletedId = (item: JsonObject): string | undefined =>
  text(item['@odata.context'])?.endsWith('/$deletedEntity') ? text(item.id) : undefined;

/** @throws ApiError `transient` when the body is JSON but no page. */
export function pageOf(operation: string, body: JsonObject): DynamicsPage {
  if (!Array.isArray(body.value)) throw unreadable(operation, 200, 'NO_VALUE');
  const page: DynamicsPage = { rows: [], deleted: [] };
  for (const item of list(body.value)) {
    if (!isObject(item)) throw unreadable(operation, 200, 'NO_ROW');
    const id = deletedId(item);
    if (id === undefined) page.rows.push(rowOf(item));
    else page.deleted.push(id.toLowerCase());
  }
  const nextLink = text(body['@odata.nextLink']);
  const deltaLink = text(body['@odata.deltaLink']);
  if (nextLink !== undefined) page.nextLink = nextLink;
  else if (deltaLink !== undefined) page.deltaLink = deltaLink;
  return page;
}

export const itemsOf = (body: JsonObject): JsonObject[] => objects(body.value);

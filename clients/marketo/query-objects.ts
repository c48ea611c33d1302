import { isObject } from '../answer';
import { BATCH, chunksOf } from './limits';
import { allPages, splitting } from './pages';
import { permissionFor } from './permissions';
import type { MarketoCall, Transport } from './transport';
import type { MarketoRecord, ObjectPath } from './types';

type Key = string | number | MarketoRecord;

/** Records by their keys; there is no other way to list them (marketo-api §6.1.2). Values with a comma as in `leadsBy`. */
export async function queryObjects(
  transport: Transport,
  path: ObjectPath,
  filterType: string,
  values: readonly Key[],
  fields: readonly string[],
): Promise<MarketoRecord[]> {
  const keys = values.filter((value) => isObject(value) || (value !== '' && !String(value).includes(',')));
  const records: MarketoRecord[] = [];
  for (const chunk of chunksOf(keys)) {
    const found = await splitting(chunk, (some) =>
      allPages(transport, (token) => ({
        ...question(filterType, some, fields, token),
        ...facts(path, filterType, fields),
      })),
    );
    for (const record of found) records.push(record);
  }
  return records;
}

const facts = (path: ObjectPath, filterType: string, fields: readonly string[]) => ({
  operation: `${path}.read`,
  path: `${path}.json`,
  permission: permissionFor(path, 'Read-Only'),
  names: [filterType, ...fields],
});

/** A compound key goes as JSON, with all inputs again on each page (marketo-api §6.1.3). */
function question(
  filterType: string,
  values: readonly Key[],
  fields: readonly string[],
  nextPageToken: string | undefined,
): Pick<MarketoCall, 'query' | 'body'> {
  if (values.some(isObject))
    return {
      query: { _method: 'GET' },
      body: {
        filterType,
        fields,
        input: values,
        batchSize: BATCH,
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
      },
    };
  return {
    query: { filterType, filterValues: values.join(','), fields: fields.join(','), batchSize: BATCH, nextPageToken },
  };
}

import { isObject } from '../answer';
import type { OnTooLarge } from '../halves';
import { chunksOf } from './limits';
import { allRecords } from './pages';
import { permissionFor } from './permissions';
import type { MarketoCall, Transport } from './transport';
import type { MarketoRecord, ObjectPath } from './types';

type Key = string | number | MarketoRecord;

/** Records by their keys; there is no other way to list them (marketo-api §6.1.2). Values with a comma, and `onTooLarge`, as in `leadsBy`. */
export async function queryObjects(
  transport: Transport,
  path: ObjectPath,
  filterType: string,
  values: readonly Key[],
  fields: readonly string[],
  onTooLarge?: OnTooLarge,
): Promise<MarketoRecord[]> {
  const keys = values.filter((value) => isObject(value) || (value !== '' && !String(value).includes(',')));
  const records: MarketoRecord[] = [];
  for (const chunk of chunksOf(keys)) {
    const ask = (some: readonly Key[], token: string | undefined, batchSize: number): MarketoCall => ({
      ...question(filterType, some, fields, token, batchSize),
      ...facts(path, filterType, fields),
    });
    const found = await allRecords(transport, chunk, ask, onTooLarge);
    for (const record of found) records.push(record);
  }
  return records;
}

const facts = (path: ObjectPath, filterType: string, fields: readonly string[]) => ({
  operation: `${path}.read`,
  path: `${path}.json`,
  answers: 'page' as const,
  byKey: true as const,
  permission: permissionFor(path, 'Read-Only'),
  names: [filterType, ...fields],
});

/** A compound key goes as JSON, with all inputs again on each page (marketo-api §6.1.3). */
function question(
  filterType: string,
  values: readonly Key[],
  fields: readonly string[],
  nextPageToken: string | undefined,
  batchSize: number,
): Pick<MarketoCall, 'query' | 'body'> {
  if (values.some(isObject))
    return {
      query: { _method: 'GET' },
      body: {
        filterType,
        fields,
        input: values,
        batchSize,
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
      },
    };
  return {
    query: { filterType, filterValues: values.join(','), fields: fields.join(','), batchSize, nextPageToken },
  };
}

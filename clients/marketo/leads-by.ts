import { BATCH, chunksOf } from './limits';
import { allPages, splitting } from './pages';
import type { Transport } from './transport';
import type { MarketoRecord } from './types';

/**
 * Persons whose `filterType` is one of the values, with all matches of each.
 *
 * A value with a comma is left out: the list is separated by commas and nothing tells how to write one in a value, so it
 * would ask for two others. No id and no address that Marketo takes has one.
 */
export async function leadsBy(
  transport: Transport,
  filterType: string,
  values: readonly (string | number)[],
  fields: readonly string[],
): Promise<MarketoRecord[]> {
  const distinct = [...new Set(values.map(String))].filter((value) => value !== '' && !value.includes(','));
  const records: MarketoRecord[] = [];
  for (const chunk of chunksOf(distinct)) {
    const found = await splitting(chunk, (some) =>
      allPages(transport, (nextPageToken) => ({
        operation: 'leads.read',
        path: 'leads.json',
        query: { filterType, filterValues: some.join(','), fields: fields.join(','), batchSize: BATCH, nextPageToken },
        permission: 'Read-Only Lead',
        names: [filterType, ...fields],
      })),
    );
    for (const record of found) records.push(record);
  }
  return records;
}

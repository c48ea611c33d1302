import type { OnTooLarge } from '../halves';
import { chunksOf } from './limits';
import { allRecords } from './pages';
import type { MarketoCall, Transport } from './transport';
import type { MarketoRecord } from './types';

/**
 * Persons whose `filterType` is one of the values, with all matches of each.
 *
 * A value with a comma is left out: the list is separated by commas and nothing tells how to write one in a value, so it
 * would ask for two others. No id and no address that Marketo takes has one.
 *
 * @param onTooLarge gets each value of which one record alone is over the bound of an answer; without it the call throws `too-large`
 */
export async function leadsBy(
  transport: Transport,
  filterType: string,
  values: readonly (string | number)[],
  fields: readonly string[],
  onTooLarge?: OnTooLarge,
): Promise<MarketoRecord[]> {
  const distinct = [...new Set(values.map(String))].filter((value) => value !== '' && !value.includes(','));
  const records: MarketoRecord[] = [];
  for (const chunk of chunksOf(distinct)) {
    const question = (some: readonly string[], nextPageToken: string | undefined, batchSize: number): MarketoCall => ({
      operation: 'leads.read',
      path: 'leads.json',
      answers: 'page',
      byKey: true,
      query: { filterType, filterValues: some.join(','), fields: fields.join(','), batchSize, nextPageToken },
      permission: 'Read-Only Lead',
      names: [filterType, ...fields],
    });
    const found = await allRecords(transport, chunk, question, onTooLarge);
    for (const record of found) records.push(record);
  }
  return records;
}

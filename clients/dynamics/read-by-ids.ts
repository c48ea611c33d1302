import { alone, inHalves, isOverBound, type OnTooLarge } from '../halves';
import { guid, name, names } from './checks';
import { LOOKUP_TYPES, pageOf } from './rows';
import type { Transport } from './transport';
import type { DynamicsRow } from './types';

/** 300 ids make an address of 13 KB; the vendor takes 32,768 characters (dataverse-api §3.1). */
const CHUNK = 300;
/** At once; the governor holds all of them within the user's limits. */
const PARALLEL = 4;

/**
 * Rows by id, in no order; the missing are left out. What is over the bound of an answer is asked for again by halves.
 *
 * @param onTooLarge gets the id of each row that alone is over the bound; without it the call throws `too-large` with the id as key
 */
export async function readByIds(
  transport: Transport,
  set: string,
  idColumn: string,
  ids: readonly string[],
  select: readonly string[],
  onTooLarge?: OnTooLarge,
): Promise<DynamicsRow[]> {
  const operation = `${set}.read-by-ids`;
  const distinct = [...new Set(ids.map((id) => guid(operation, id)))];
  const chunks: string[][] = [];
  for (let start = 0; start < distinct.length; start += CHUNK) chunks.push(distinct.slice(start, start + CHUNK));

  const rows: DynamicsRow[] = [];
  const ask = async (chunk: readonly string[]): Promise<DynamicsRow[]> => {
    const values = chunk.map((id) => `%22${id}%22`).join(',');
    const filter = `Microsoft.Dynamics.CRM.In(PropertyName='${name(operation, idColumn)}',PropertyValues=[${values}])`;
    const body = await transport.json({
      operation,
      url: `${transport.settings.api}/${name(operation, set)}?$select=${names(operation, select).join(',')}&$filter=${filter}`,
      answers: 'page',
      byId: true,
      prefer: ['odata.maxpagesize=5000', LOOKUP_TYPES],
      names: [set, ...select],
    });
    return pageOf(operation, body).rows;
  };
  const some = ([id = '', ...more]: readonly string[]): Promise<DynamicsRow[]> =>
    more.length > 0 ? ask([id, ...more]) : alone(id, onTooLarge, () => ask([id]));
  const one = async (chunk: readonly string[]): Promise<void> => {
    for (const row of await inHalves(chunk, some, isOverBound)) rows.push(row);
  };
  for (let start = 0; start < chunks.length; start += PARALLEL)
    await Promise.all(chunks.slice(start, start + PARALLEL).map(one));
  return rows;
}

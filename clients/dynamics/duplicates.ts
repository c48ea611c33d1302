import { name } from './checks';
import { itemsOf } from './rows';
import type { Transport } from './transport';

/** One is enough to name it; two show that there are more. */
const COUNT = 2;
/** A rule's match code holds no more, so longer texts can't be what matched; and the address stays short (dataverse-api §3.1). */
const MATCH_CODE = 450;

/**
 * Rows that a published duplicate-detection rule takes for the same as a row of these values, by RetrieveDuplicates: the refusal
 * 0x80040333 itself does not tell which row it is about.
 *
 * @param values as they are written; with the row's own id, where it is there
 * @param matching the table to look in: rules may match leads with contacts
 * @throws ApiError
 */
export async function duplicates(
  transport: Transport,
  table: string,
  values: Readonly<Record<string, unknown>>,
  matching: string,
): Promise<string[]> {
  const operation = 'rows.duplicates';
  const plain = Object.entries(values).filter(
    ([key, value]) => !key.includes('@') && value !== null && String(value).length <= MATCH_CODE,
  );
  const entity = { '@odata.type': `Microsoft.Dynamics.CRM.${name(operation, table)}`, ...Object.fromEntries(plain) };
  const query = [
    `@p1=${encodeURIComponent(JSON.stringify(entity))}`,
    `@p2='${name(operation, matching)}'`,
    `@p3=${encodeURIComponent(JSON.stringify({ PageNumber: 1, Count: COUNT }))}`,
  ].join('&');
  const body = await transport.json({
    operation,
    answers: 'page',
    url: `${transport.settings.api}/RetrieveDuplicates(BusinessEntity=@p1,MatchingEntityName=@p2,PagingInfo=@p3)?${query}`,
    names: [table, matching],
  });
  return itemsOf(body).flatMap((row) => {
    const id = row[`${matching}id`];
    return typeof id === 'string' ? [id.toLowerCase()] : [];
  });
}

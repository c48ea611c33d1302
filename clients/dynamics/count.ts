import { isObject, list, numberOf } from '../answer';
import { isApiError } from '../errors';
import { name } from './checks';
import { itemsOf } from './rows';
import { type Transport, unreadable } from './transport';

/** `/$count` says 5,000 for everything above (dataverse-api §3.1). */
const CAP = 5_000;

/**
 * How many rows a table has: exact up to 5,000, above that the vendor's own snapshot, which may be a day old. For showing
 * progress only.
 */
export async function count(transport: Transport, set: string): Promise<number> {
  const operation = `${set}.count`;
  const answer = await transport.send({
    operation,
    answers: 'fact',
    url: `${transport.settings.api}/${name(operation, set)}/$count`,
    names: [set],
  });
  const counted = Number(answer.body.trim());
  if (answer.body.trim() === '' || !Number.isInteger(counted)) throw unreadable(operation, answer.status, 'NO_NUMBER');
  if (counted !== CAP) return counted;
  try {
    return Math.max(counted, (await snapshot(transport, operation, set)) ?? 0);
  } catch (error) {
    // Not every table is counted so; progress may then say 5,000.
    if (isApiError(error, 'gone', 'refused', 'configuration', 'bug')) return counted;
    throw error;
  }
}

async function snapshot(transport: Transport, operation: string, set: string): Promise<number | undefined> {
  const { api } = transport.settings;
  const tables = await transport.json({
    operation,
    answers: 'fact',
    url: `${api}/EntityDefinitions?$select=LogicalName&$filter=EntitySetName%20eq%20'${set}'`,
  });
  const table = itemsOf(tables)[0]?.LogicalName;
  if (typeof table !== 'string') return undefined;
  const body = await transport.json({
    operation,
    answers: 'fact',
    url: `${api}/RetrieveTotalRecordCount(EntityNames=@p1)?@p1=[%22${name(operation, table)}%22]`,
  });
  const collection = body.EntityRecordCountCollection;
  return isObject(collection) ? numberOf(list(collection.Values)[0]) : undefined;
}

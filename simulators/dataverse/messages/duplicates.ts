import { type ApiResponse, type Context, jsonAnswer } from '../context';
import { badQuery, DataverseError } from '../errors';
import type { Row } from '../types';
import { duplicatesOf } from '../write/duplicates';

type Json = Record<string, unknown>;

/** `GET RetrieveDuplicates(BusinessEntity=@p1,MatchingEntityName=@p2,PagingInfo=@p3)`: rows of the matching table, by the published rules. */
export function retrieveDuplicates(context: Context, argument: string): ApiResponse {
  const given = new Map(argument.split(',').map((pair) => pair.trim().split('=') as [string, string | undefined]));
  const parameter = (name: string): string => {
    const alias = given.get(name) ?? '';
    return alias.startsWith('@') ? (context.query.get(alias) ?? '') : alias;
  };
  const entity = json(parameter('BusinessEntity'), 'BusinessEntity');
  const matching = parameter('MatchingEntityName').replaceAll("'", '');
  const { Count: count } = json(parameter('PagingInfo'), 'PagingInfo');
  const table = String(entity['@odata.type'] ?? '').replace(/^#?Microsoft\.Dynamics\.CRM\./, '');
  const [base, store] = [context.database.find(table), context.database.find(matching)];
  if (!base || !store)
    throw new DataverseError(400, '0x80040203', `The entity with a name = '${matching}' was not found.`);
  const own = entity[base.table.primaryId];
  const id = typeof own === 'string' ? own.toLowerCase() : undefined;
  const row = { ...(id === undefined ? {} : base.get(id)), ...entity } as Row;
  const found = duplicatesOf(context, base.table.logicalName, store, row, id).slice(0, Number(count ?? 50));
  const value = found.map((other) => ({
    '@odata.type': `#Microsoft.Dynamics.CRM.${matching}`,
    [store.table.primaryId]: other[store.table.primaryId],
  }));
  return jsonAnswer(JSON.stringify({ '@odata.context': `${context.api}/$metadata#${store.table.setName}`, value }));
}

/** Values of parameters are written with single quotes as well as with double ones. */
function json(text: string, what: string): Json {
  for (const one of [text, text.replaceAll("'", '"')]) {
    try {
      const value: unknown = JSON.parse(one);
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
    } catch {
      // the other way to write it, or the refusal below
    }
  }
  throw badQuery(`${what} is not an object.`);
}

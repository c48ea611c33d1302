import { type ApiResponse, type Context, jsonAnswer } from '../context';
import { badQuery, DataverseError } from '../errors';
import { type QueryOptions, readOptions } from '../odata/options';
import type { TableStore } from '../store';
import type { Row, Table } from '../types';
import { contextUrl } from './links';
import { rowText } from './row-text';

export const etag = (row: Row): string => `W/"${row.versionnumber}"`;

/**
 * `GET {set}(key)`. If-None-Match with the row's etag gives 304, but not with $expand or annotations; another If-Match
 * gives 412 (dataverse-api §5.1).
 */
export function readRow(context: Context, table: Table, row: Row): ApiResponse {
  const options = readOptions(context.query);
  for (const name of ['filter', 'orderby', 'top', 'apply', 'fetchXml'] as const) {
    if (options[name] !== undefined) throw badQuery(`The query option '${name}' can be applied only on collections.`);
  }
  const { 'if-match': needed, 'if-none-match': known } = context.request.headers;
  if (needed !== undefined && needed !== '*' && needed !== etag(row)) {
    const message = "The version of the existing record doesn't match the RowVersion property provided.";
    throw new DataverseError(412, '0x80060882', message);
  }
  const conditional = !options.expand && !context.prefer.annotations && !table.intersect;
  if (conditional && known === etag(row)) return { status: 304, headers: { etag: etag(row) } };
  return answer(context, table, row, options, 200);
}

/** A row as the body of a write's answer, with its etag as a header; a PATCH ignores $expand (dataverse-api §5.1). */
export function representation(context: Context, store: TableStore, row: Row, status: number): ApiResponse {
  const { select, expand } = readOptions(context.query);
  const shown = context.request.method === 'POST' ? { select, expand } : { select };
  return answer(context, store.table, row, shown as QueryOptions, status);
}

function answer(
  context: Context,
  table: Table,
  row: Row,
  options: Pick<QueryOptions, 'select' | 'expand'>,
  status: number,
): ApiResponse {
  const url = JSON.stringify(`${contextUrl(context, table, options)}/$entity`);
  const text = rowText(context, table, options)(row);
  return jsonAnswer(`{"@odata.context":${url},${text.slice(1)}`, status, { etag: etag(row) });
}

import { type ApiResponse, type Context, jsonAnswer } from '../context';
import { noSuchRow } from '../errors';
import { readOptions } from '../odata/options';
import { compileProjection } from '../odata/project';
import type { TableStore } from '../store';
import type { Row } from '../types';
import { nameOf } from './names';

export const etag = (row: Row): string => `W/"${row.versionnumber}"`;

/** `GET {set}(id)`; If-None-Match with the row's etag gives 304. */
export function readRow(context: Context, store: TableStore, id: string): ApiResponse {
  const row = store.get(id);
  if (!row) throw noSuchRow(store.table.logicalName, id);
  const condition = context.request.headers['if-none-match'];
  if (condition === etag(row)) return { status: 304, headers: { etag: etag(row) } };
  return representation(context, store, row, 200);
}

/** A row as the body of an answer, with its etag as a header. */
export function representation(context: Context, store: TableStore, row: Row, status: number): ApiResponse {
  const { select } = readOptions(context.query);
  const project = compileProjection(store.table, select, context.prefer.annotations, nameOf(context.database));
  const columns = select ? `(${select.join(',')})` : '';
  const url = JSON.stringify(`${context.api}/$metadata#${store.table.setName}${columns}/$entity`);
  return jsonAnswer(`{"@odata.context":${url},${project(row).slice(1)}`, status, { etag: etag(row) });
}

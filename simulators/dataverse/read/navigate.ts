import { type ApiResponse, type Context, emptyAnswer, jsonAnswer } from '../context';
import { noSuchResource, noSuchRow } from '../errors';
import { isFunction, rowFunction } from '../messages/functions';
import { readOptions } from '../odata/options';
import { json } from '../odata/project';
import { collectionOf, follow, referenceOf } from '../relationships';
import type { Row, Table } from '../types';
import { findRow, readKey } from '../web/key';
import type { Segment } from '../web/path';
import { needPrivilege } from '../web/privileges';
import { addressOf } from './expand';
import { positionOf, readCount } from './list';
import { matching } from './matching';
import { readPlain } from './plain';
import { readRow } from './row';
import { shownTo } from './secured';
import { collectionSource, type Source } from './source';

/**
 * `GET {set}(key)/…`: a column, its $value, the row a lookup leads to, the rows of a collection, their $count, or the
 * addresses of either ($ref). What is empty answers 204. Throws 404 0x8006088a for a segment that is none.
 */
export function readPath(context: Context, table: Table, row: Row, [first, ...rest]: readonly Segment[]): ApiResponse {
  if (!first) return readRow(context, table, row);
  if (isFunction(first.name)) return rowFunction(context, table, first.name);
  const column = first.key === undefined ? table.wire.get(first.name) : undefined;
  if (column) return readColumn(context, table, row, column.wire, rest);
  const reference = first.key === undefined ? referenceOf(table, first.name) : undefined;
  if (reference) {
    const found = follow(context.database, row, reference);
    if (!found) return emptyAnswer();
    const target = context.database.store(found[0]).table;
    needPrivilege(context, target, 'Read');
    if (rest[0]?.name !== '$ref') return readPath(context, target, found[1], rest);
    const body = {
      '@odata.context': `${context.api}/$metadata#$ref`,
      '@odata.id': addressOf(context, target, found[1]),
    };
    return jsonAnswer(JSON.stringify(body));
  }
  const collection = collectionOf(context.database, table, first.name);
  if (!collection) throw noSuchResource(first.name);
  needPrivilege(context, collection.table, 'Read');
  const id = String(row[table.primaryId]);
  const source = collectionSource(context, `${table.setName}(${id})`, collection, id);
  if (first.key !== undefined) return readMember(context, source, first.key, rest);
  return readMany(context, source, rest);
}

function readColumn(
  context: Context,
  table: Table,
  row: Row,
  wire: string,
  [first, ...rest]: readonly Segment[],
): ApiResponse {
  const unknown = first && first.name !== '$value' ? first : rest[0];
  if (unknown) throw noSuchResource(unknown.name);
  const value = shownTo(context, table)(row)[wire] ?? null;
  if (value === null) return emptyAnswer();
  if (first) {
    return { status: 200, headers: { 'content-type': 'text/plain', 'odata-version': '4.0' }, body: String(value) };
  }
  const url = `${context.api}/$metadata#${table.setName}(${String(row[table.primaryId])})/${wire}`;
  return jsonAnswer(`{"@odata.context":${JSON.stringify(url)},"value":${json(value)}}`);
}

function readMany(context: Context, source: Source, [first, ...rest]: readonly Segment[]): ApiResponse {
  if (rest[0]) throw noSuchResource(rest[0].name);
  if (first?.name === '$count') return readCount(context, source);
  const options = readOptions(context.query);
  if (!first) return readPlain(context, source, options, positionOf(context, source, options));
  if (first.name !== '$ref') throw noSuchResource(first.name);
  const value = [...matching(context, source, options, null)].map((row) => ({
    '@odata.id': addressOf(context, source.table, row),
  }));
  return jsonAnswer(JSON.stringify({ '@odata.context': `${context.api}/$metadata#Collection($ref)`, value }));
}

/** One row of a collection by its key. */
function readMember(context: Context, source: Source, key: string, rest: readonly Segment[]): ApiResponse {
  const { logicalName, primaryId } = source.table;
  const row = findRow(context.database.store(logicalName), readKey(source.table, key));
  for (const candidate of source.rows(undefined, null)) {
    if (row && candidate[primaryId] === row[primaryId]) return readPath(context, source.table, row, rest);
  }
  throw noSuchRow(logicalName, key);
}

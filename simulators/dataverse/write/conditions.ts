import type { Context } from '../context';
import { DataverseError } from '../errors';
import { etag } from '../read/row';
import type { Row, Table } from '../types';
import { type RowKey, rowOf } from '../web/key';

/**
 * The precondition matrix of PATCH, PUT and DELETE (dataverse-api §5.1): If-Match `*` = must exist, an etag = must be
 * that version, If-None-Match `*` = must not exist. The literal `null` that clients send to defeat caches means nothing.
 */
export function checkConditions(context: Context, table: Table, key: RowKey, row: Row | undefined): void {
  const { 'if-match': match, 'if-none-match': noneMatch } = context.request.headers;
  if (match !== undefined && match !== 'null') {
    if (!row) throw coded(context, notFound(context, table, key));
    if (match !== '*') checkVersion(context, table, row, match);
  }
  if (noneMatch === '*' && row) {
    const text = 'A record with matching key values already exists.';
    throw coded(context, new DataverseError(412, '0x80040237', text));
  }
}

function checkVersion(context: Context, table: Table, row: Row, match: string): void {
  if (table.intersect) {
    const text = `Optimistic concurrency isn't enabled for entity type ${table.logicalName}.`;
    throw new DataverseError(400, '0x80060883', text);
  }
  if (match.split(',').some((tag) => tag.trim() === etag(row))) return;
  const text = "The version of the existing record doesn't match the RowVersion property provided.";
  throw coded(context, new DataverseError(412, '0x80060882', text));
}

/** The 404 of a row that must exist. */
function notFound(context: Context, table: Table, key: RowKey): DataverseError {
  try {
    rowOf(context.database.store(table.logicalName), key);
  } catch (error) {
    if (error instanceof DataverseError) return error;
  }
  throw new Error('the row is there'); // the caller found none
}

/** The documented samples of these refusals have an empty code, servers fill it: a switch. */
function coded(context: Context, error: DataverseError): DataverseError {
  return context.settings.preconditionCodes === 'hex' ? error : new DataverseError(error.status, '', error.message);
}

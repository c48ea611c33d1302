import { DataverseError, noSuchRow } from '../errors';
import { etag } from '../read/row';
import type { Row } from '../types';

/**
 * The precondition matrix of PATCH and DELETE (dataverse-api §5.1): If-Match `*` = must exist, an etag = must be that
 * version, If-None-Match `*` = must not exist. The literal `null` that clients send to defeat caches means nothing.
 */
export function checkConditions(
  table: string,
  id: string,
  row: Row | undefined,
  headers: Record<string, string | undefined>,
): void {
  const match = headers['if-match'];
  if (match !== undefined && !row) throw noSuchRow(table, id);
  if (match !== undefined && match !== '*' && row && !match.split(',').some((tag) => tag.trim() === etag(row))) {
    throw new DataverseError(
      412,
      '0x80060882',
      "The version of the existing record doesn't match the RowVersion property provided.",
    );
  }
  if (headers['if-none-match'] === '*' && row) {
    throw new DataverseError(412, '0x80040237', 'A record with matching key values already exists.');
  }
}

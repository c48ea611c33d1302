import { randomUUID } from 'node:crypto';
import { guid, name } from './checks';
import type { DuplicateDetection } from './types';

/** One PATCH of a batch, with its precondition (dataverse-api §5.1). */
export interface BatchWrite {
  set: string;
  id: string;
  values: Record<string, unknown>;
  condition: `If-Match: ${string}` | 'If-None-Match: *';
  duplicates: DuplicateDetection;
}

export interface BatchRequest {
  contentType: string;
  body: string;
}

const CRLF = '\r\n';

/**
 * A `multipart/mixed` body with one PATCH a part, outside a change set: each stands for itself (dataverse-api §5.5).
 *
 * @param path the path of the API, such as `/api/data/v9.2`
 */
export function writeBatch(operation: string, path: string, writes: readonly BatchWrite[]): BatchRequest {
  const boundary = `batch_${randomUUID()}`;
  const parts = writes.map((write) => `--${boundary}${CRLF}${part(operation, path, write)}${CRLF}`);
  return {
    contentType: `multipart/mixed; boundary="${boundary}"`,
    body: `${parts.join('')}--${boundary}--${CRLF}`,
  };
}

/** The columns among what is sent; a lookup, which is bound to a row, is what it is. */
export const columnsOf = (values: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(values).filter((key) => !key.includes('@'));

function part(operation: string, path: string, { set, id, values, condition, duplicates }: BatchWrite): string {
  const body = JSON.stringify(values);
  return [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    '',
    // The new row version comes only with a representation, and so does what Dynamics has made of what was sent.
    `PATCH ${path}/${name(operation, set)}(${guid(operation, id)})?$select=${['versionnumber', ...columnsOf(values)].join(',')} HTTP/1.1`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Accept: application/json',
    'Prefer: return=representation',
    `MSCRM.SuppressDuplicateDetection: ${duplicates === 'suppress'}`,
    condition,
    '',
    body,
  ].join(CRLF);
}

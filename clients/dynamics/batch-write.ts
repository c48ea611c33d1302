import { randomUUID } from 'node:crypto';
import { guid, name } from './checks';
import type { RowPatch } from './types';

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
export function writeBatch(operation: string, path: string, patches: readonly RowPatch[]): BatchRequest {
  const boundary = `batch_${randomUUID()}`;
  const parts = patches.map((patch) => `--${boundary}${CRLF}${part(operation, path, patch)}${CRLF}`);
  return {
    contentType: `multipart/mixed; boundary="${boundary}"`,
    body: `${parts.join('')}--${boundary}--${CRLF}`,
  };
}

function part(operation: string, path: string, patch: RowPatch): string {
  const body = JSON.stringify(patch.values);
  return [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    '',
    // The new row version comes only with a representation; selecting one column keeps that cheap.
    `PATCH ${path}/${name(operation, patch.set)}(${guid(operation, patch.id)})?$select=versionnumber HTTP/1.1`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Accept: application/json',
    'Prefer: return=representation',
    // `*` still means: never create a row that was deleted meanwhile.
    `If-Match: ${patch.version === undefined ? '*' : `W/"${patch.version}"`}`,
    '',
    body,
  ].join(CRLF);
}

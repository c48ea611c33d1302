import type { Refusal } from '../../common/ledger';
import type { ApiRequest } from '../context';
import type { Database } from '../database';
import type { DataverseError } from '../errors';
import { guidKey, segments } from './path';

/** A write that was refused as the ledger keeps it: the row it meant, and the names it sent, without their values. */
export function refused(database: Database, request: ApiRequest, error: DataverseError): Refusal {
  const segment = segments(request.path)[0];
  const table = database.findSet(segment?.name ?? '')?.table;
  const body = sent(request.body);
  const key = segment?.key;
  const id = table && (key === undefined ? body[table.primaryId] : guidKey(key, table.primaryId));
  return {
    table: table?.logicalName ?? segment?.name ?? '',
    ...(typeof id === 'string' && { id: id.toLowerCase() }),
    ...(id === undefined && key !== undefined && { key }),
    code: error.code,
    fields: Object.keys(body).filter((name) => !name.startsWith('@')),
  };
}

function sent(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    // no JSON: that's why it was refused
  }
  return {};
}

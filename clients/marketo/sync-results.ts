import { type JsonObject, objects, text, textOf } from '../answer';
import { ApiError } from '../errors';
import { HELP } from './codes';
import { type Envelope, MESSAGE, resultsOf } from './envelope';
import { mentioned } from './mentioned';
import type { MarketoRecord, SyncResult } from './types';

const STATUSES = ['created', 'updated', 'deleted', 'skipped'] as const;

/**
 * The results in the order of what was sent: they carry no keys, some a `seq` (marketo-api §4.4, §6.1.4).
 *
 * @throws ApiError `ambiguous` where they cannot be told apart, since the records may well be written; `configuration`
 *   where the built-in CRM sync refuses all of them
 */
export function syncResults(operation: string, envelope: Envelope, input: readonly MarketoRecord[]): SyncResult[] {
  const items = bySequence(resultsOf(envelope));
  if (items.length !== input.length)
    throw new ApiError({ api: 'marketo', operation, kind: 'ambiguous', status: 200, code: 'RESULT_COUNT' });
  const results = items.map((item, index) => resultOf(operation, item, Object.keys(input[index]!)));
  const about = results.every(isOwnedByNativeSync) ? HELP[NATIVE_SYNC] : undefined;
  if (about === undefined) return results;
  throw new ApiError({ api: 'marketo', operation, kind: 'configuration', status: 200, code: NATIVE_SYNC, about });
}

/** Said of each record, but true of the instance: no record is to be parked for it. */
const NATIVE_SYNC = '1018';

const isOwnedByNativeSync = ({ status, reasons }: SyncResult): boolean =>
  status === 'skipped' && reasons?.[0]?.code === NATIVE_SYNC;

function bySequence(items: JsonObject[]): JsonObject[] {
  if (!items.every((item) => Number.isInteger(item.seq))) return items;
  return [...items].sort((a, b) => Number(a.seq) - Number(b.seq));
}

/** It is kept with what is parked: a code that is none of the vendor's is not. */
export function codeOf({ code }: JsonObject): string {
  const known = textOf(code) ?? '';
  return /^\w{1,20}$/.test(known) ? known : '0';
}

function resultOf(operation: string, item: JsonObject, sent: readonly string[]): SyncResult {
  const reasons = objects(item.reasons ?? item.errors).map((reason) => {
    const field = mentioned((text(reason.message) ?? '').slice(0, MESSAGE), sent);
    return { code: codeOf(reason), ...(field === undefined ? {} : { field }) };
  });
  // Push Lead's sample has reasons and no status (marketo-api §2.3): refused all the same.
  const status = STATUSES.find((known) => known === item.status) ?? (reasons.length > 0 ? 'skipped' : undefined);
  if (status === undefined)
    throw new ApiError({ api: 'marketo', operation, kind: 'ambiguous', status: 200, code: 'RESULT_STATUS' });
  if (status === 'skipped') return { status, reasons };
  const id = item.marketoGUID ?? item.id;
  if (typeof id === 'number') return { status, id };
  // The vendor's samples end some with a blank (marketo-api §8).
  return typeof id === 'string' ? { status, id: id.trim() } : { status };
}

import { jsonObject, retryAfterMs, textOf } from '../answer';
import { ApiError, type ErrorKind } from '../errors';
import { type BatchPart, readBatch } from './batch-read';
import { type BatchWrite, columnsOf, writeBatch } from './batch-write';
import { bug } from './checks';
import { mentioned, type Refusal, refusalOf } from './classify';
import { HELP } from './codes';
import type { Transport } from './transport';
import type { Held, PatchOutcome } from './types';

const MAX_WRITES = 100;

/** Kinds that say nothing against a row: what came of it is not known, or it was not tried. */
const UNKNOWN: readonly ErrorKind[] = ['transient', 'rate-limited', 'expired-token'];

const NO_OUTCOME: Refusal = { kind: 'transient', code: 'NO_OUTCOME', message: '' };

/** What became of one write; without a refusal it was carried out. */
export interface Written {
  part: BatchPart;
  refusal?: Refusal;
  /** No row of the call was allowed: whether it is the row's or everybody's matter is not known. */
  withoutOthers?: true;
}

/**
 * Writes rows in one `$batch` that goes on after an error: each part has an outcome of its own, a fault of the server's too.
 *
 * @param stopsForPrivilege a privilege that is missing is a matter of the call
 * @throws ApiError `authority` where each of the rows is refused for want of a privilege that Dynamics names
 */
export async function sendBatch(
  transport: Transport,
  operation: string,
  writes: readonly BatchWrite[],
  stopsForPrivilege = false,
): Promise<Written[]> {
  if (writes.length === 0) return [];
  if (writes.length > MAX_WRITES) throw bug(operation, `more than ${MAX_WRITES} rows`);
  const { api, base } = transport.settings;
  const request = writeBatch(operation, api.slice(base.origin.length), writes);
  const answer = await transport.send({
    operation,
    method: 'POST',
    answers: 'written',
    url: `${api}/$batch`,
    prefer: ['odata.continue-on-error'],
    headers: { 'Content-Type': request.contentType },
    body: request.body,
    writes: writes.length,
    names: [...new Set(writes.map(({ set }) => set))],
  });
  const written = readBatch(operation, answer, writes.length).map((part): Written => {
    if (part.status >= 200 && part.status <= 299) return { part };
    // A status in between, or a redirect, is no outcome.
    return { part, refusal: part.status < 400 ? NO_OUTCOME : refusalOf(part.status, part.body) };
  });
  if (stopsForPrivilege) throwForTheCall(operation, written);
  const isRefused = written.every(({ refusal }) => refusal?.kind === 'authority');
  return isRefused ? written.map((one) => ({ ...one, withoutOthers: true })) : written;
}

/** A role lacks a privilege for the whole table: Dynamics names it. Without a name it may be these rows that are not shared with the user. */
function throwForTheCall(operation: string, written: readonly Written[]): void {
  const [first] = written;
  const isOfRole = ({ refusal }: Written) => refusal?.kind === 'authority' && PRIVILEGE.test(refusal.message);
  if (first && written.every(isOfRole)) throw errorOf(operation, first);
}

/** Dataverse names the privilege that the user's roles lack (dataverse-api §7); of a row that is not shared with the user it names the row. */
const PRIVILEGE = /\bprv[A-Za-z]{2,60}\b/;

/** What Dynamics says of a part, as an error of ours. */
export function errorOf(operation: string, { part, refusal }: Written): ApiError {
  const waitMs = retryAfterMs(part);
  const message = refusal?.message ?? '';
  const code = refusal?.code;
  const about = [code && HELP[code], PRIVILEGE.exec(message)?.[0]].filter(Boolean);
  return new ApiError({
    api: 'dynamics',
    operation,
    kind: refusal?.kind ?? 'transient',
    status: part.status,
    ...(code === undefined ? {} : { code }),
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    ...(about.length === 0 ? {} : { about: about.join(', ') }),
  });
}

/** The outcome of a part whose row may or may not be written; undefined for any other. @param more kinds that say nothing against this row */
export const failedOf = (
  operation: string,
  written: Written,
  ...more: ErrorKind[]
): Extract<PatchOutcome, { status: 'failed' }> | undefined =>
  written.refusal && [...UNKNOWN, ...more].includes(written.refusal.kind)
    ? { status: 'failed', error: errorOf(operation, written) }
    : undefined;

/** A refusal of one row, with the column that the vendor's text names, among those sent. */
export function refusedOf(
  { part, refusal }: Written,
  { values }: Pick<BatchWrite, 'values'>,
  column = mentioned(refusal?.message ?? '', Object.keys(values).map(columnName)),
): Extract<PatchOutcome, { status: 'refused' }> {
  const code = refusal?.code ?? String(part.status);
  return { status: 'refused', code, ...(column === undefined ? {} : { column }) };
}

/** "Does not exist" is said of the target of a lookup too, in the same words and code: the id tells (dataverse-api §7). */
export function missingTarget(message: string, sent: Pick<BatchWrite, 'id' | 'values'>): string | undefined {
  const text = message.toLowerCase();
  if (text.includes(sent.id.toLowerCase())) return undefined;
  for (const [key, value] of Object.entries(sent.values)) {
    const id = key.includes('@') && typeof value === 'string' ? /\(([0-9a-f-]{36})\)/i.exec(value)?.[1] : undefined;
    if (id !== undefined && text.includes(id.toLowerCase())) return columnName(key);
  }
  return undefined;
}

/** `ownerid@odata.bind` → `ownerid` */
const columnName = (key: string): string => key.replace(/@.*$/, '');

/** The row as Dynamics answers it: its version, from the representation or else from the ETag (`W/"470867"`), and what it holds of what was sent. */
export function rowOf(part: BatchPart, { values }: Pick<BatchWrite, 'values'>): { version?: number; held?: Held } {
  const body = jsonObject(part.body);
  const row = typeof body === 'string' ? {} : body;
  const told = textOf(row.versionnumber) ?? textOf(row['@odata.etag']);
  const version = Number(/\d+/.exec(told ?? part.headers.etag ?? '')?.[0]);
  const held = columnsOf(values).flatMap((column) => (column in row ? [[column, row[column]]] : []));
  return {
    ...(Number.isSafeInteger(version) && version > 0 && { version }),
    ...(held.length > 0 && { held: Object.fromEntries(held) }),
  };
}

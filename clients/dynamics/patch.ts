import { jsonObject, retryAfterMs } from '../answer';
import { ApiError, type ErrorKind } from '../errors';
import { type BatchPart, readBatch } from './batch-read';
import { writeBatch } from './batch-write';
import { bug } from './checks';
import { mentioned, type Refusal, refusalOf } from './classify';
import { HELP } from './codes';
import type { Transport } from './transport';
import type { PatchOutcome, RowPatch } from './types';

const MAX_PATCHES = 100;
const OPERATION = 'rows.patch';

/** Kinds that speak of the moment or the connection, not of a row: the whole call is tried again. */
const OF_THE_CALL: readonly ErrorKind[] = ['transient', 'rate-limited', 'expired-token'];

/**
 * Updates rows, each under its own `If-Match`, in one `$batch` that goes on after an error.
 *
 * When one part meets a limit or a fault of the server the call throws, although other parts may be written: tried
 * again, those answer `conflict`, and are merged anew.
 *
 * @throws ApiError `authority` when every row is refused for want of a privilege; else such a row is `refused`
 */
export async function patch(transport: Transport, patches: readonly RowPatch[]): Promise<PatchOutcome[]> {
  if (patches.length === 0) return [];
  if (patches.length > MAX_PATCHES) throw bug(OPERATION, `more than ${MAX_PATCHES} rows`);
  const { api, base } = transport.settings;
  const request = writeBatch(OPERATION, api.slice(base.origin.length), patches);
  const answer = await transport.send({
    operation: OPERATION,
    method: 'POST',
    url: `${api}/$batch`,
    prefer: ['odata.continue-on-error'],
    headers: { 'Content-Type': request.contentType },
    body: request.body,
    names: [...new Set(patches.map(({ set }) => set))],
  });
  const parts = readBatch(OPERATION, answer, patches.length);
  const refusals = parts.map((part) => (part.status < 300 ? undefined : refusalOf(part.status, part.body)));
  throwForTheCall(parts, refusals);
  return parts.map((part, index) => outcomeOf(part, refusals[index], patches[index]!));
}

function throwForTheCall(parts: readonly BatchPart[], refusals: readonly (Refusal | undefined)[]): void {
  const all = refusals.every((refusal) => refusal?.kind === 'authority');
  const at = all ? 0 : refusals.findIndex((refusal) => refusal !== undefined && OF_THE_CALL.includes(refusal.kind));
  const refusal = refusals[at];
  const part = parts[at];
  if (refusal === undefined || part === undefined) return;
  const waitMs = retryAfterMs(part);
  const about = [refusal.code && HELP[refusal.code], /\bprv[A-Za-z]{2,60}\b/.exec(refusal.message)?.[0]].filter(
    Boolean,
  );
  throw new ApiError({
    api: 'dynamics',
    operation: OPERATION,
    kind: refusal.kind,
    status: part.status,
    ...(refusal.code === undefined ? {} : { code: refusal.code }),
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    ...(about.length === 0 ? {} : { about: about.join(', ') }),
  });
}

function outcomeOf(part: BatchPart, refusal: Refusal | undefined, sent: RowPatch): PatchOutcome {
  if (refusal === undefined) {
    const version = versionOf(part);
    return { status: 'updated', ...(version === undefined ? {} : { version }) };
  }
  if (refusal.kind === 'conflict') return { status: 'conflict' };
  const bound = missingTarget(refusal.message, sent);
  if (refusal.kind === 'gone' && bound === undefined) return { status: 'gone' };
  const columns = Object.keys(sent.values).map(columnName);
  const column = bound ?? mentioned(refusal.message, columns);
  return {
    status: 'refused',
    code: refusal.code ?? String(part.status),
    ...(column === undefined ? {} : { column }),
  };
}

/** `ownerid@odata.bind` → `ownerid` */
const columnName = (key: string): string => key.replace(/@.*$/, '');

/** "Does not exist" is said of the target of a lookup too, in the same words and code: the id tells (dataverse-api §7). */
function missingTarget(message: string, sent: RowPatch): string | undefined {
  const text = message.toLowerCase();
  if (text.includes(sent.id.toLowerCase())) return undefined;
  for (const [key, value] of Object.entries(sent.values)) {
    const id = key.includes('@') && typeof value === 'string' ? /\(([0-9a-f-]{36})\)/i.exec(value)?.[1] : undefined;
    if (id !== undefined && text.includes(id.toLowerCase())) return columnName(key);
  }
  return undefined;
}

/** From the representation, else from the ETag: `W/"470867"`. */
function versionOf(part: BatchPart): number | undefined {
  const row = jsonObject(part.body);
  const etag =
    typeof row === 'string' ? part.headers.etag : (row.versionnumber ?? row['@odata.etag'] ?? part.headers.etag);
  const version = Number(/\d+/.exec(String(etag ?? ''))?.[0]);
  return Number.isSafeInteger(version) && version > 0 ? version : undefined;
}

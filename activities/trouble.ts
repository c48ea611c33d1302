import { TemporalFailure } from '@temporalio/common';
import { MongoError } from 'mongodb';
import { ApiError, isApiError } from '../clients/errors';
import { isOutage } from '../clients/health';
import { isDamaged, UnreadableError } from '../clients/mongo/sealer';

/** The code of an attempt that another one has overtaken: it must not write any more. */
export const SUPERSEDED = 'superseded';

/**
 * A vendor failed, or did not answer. The cause may be one of the records that the call was about; while an operation is known to be down, it is
 * none of them.
 */
export const isVendorTrouble = (error: unknown): error is ApiError =>
  isApiError(error, 'transient', 'ambiguous') && !isOutage(error) && error.code !== SUPERSEDED;

/** The vendor asks everybody to wait, or is known to be down: that is no record's matter. */
export const isForAll = (error: unknown): error is ApiError =>
  isApiError(error, 'rate-limited', 'quota') || isOutage(error);

/** The vendor answered, and is against what the call was about: one record is enough for a call about several to be answered so. */
export const isVendorRefusal = (error: unknown): error is ApiError =>
  isApiError(error, 'bug', 'refused', 'gone') && !isOwnRefusal(error);

/** A request of ours that our own client refuses to send: an id that is none. The vendor has not seen it. */
function isOwnRefusal(error: unknown): boolean {
  return isApiError(error, 'bug') && error.status === undefined && error.code === undefined;
}

/** An error that a row may have caused by what it holds: none of a vendor, of MongoDB or Temporal, of a time-out, or of the machine. */
export function isUnexpected(error: unknown): error is Error {
  // A record that is too long, where nobody asked what to do about it, is one row's matter as well.
  if (isOwnRefusal(error) || isApiError(error, 'too-large')) return error instanceof Error;
  if (!(error instanceof Error) || error instanceof ApiError || error instanceof MongoError) return false;
  if (error instanceof TemporalFailure) return false;
  // Of another key perhaps: then it is no row's.
  if (error instanceof UnreadableError && !isDamaged(error)) return false;
  const { name, code, syscall } = error as Error & { code?: unknown; syscall?: unknown };
  if (name === 'AbortError' || name === 'TimeoutError' || syscall !== undefined) return false;
  return code !== 'ERR_MEMORY_ALLOCATION_FAILED' && !/allocation failed/i.test(error.message);
}

const PLACE = /at (?:async )?(?:new )?([\w$.#<>]+)? ?\(?.*?(activities|clients|model|workers)\/([\w/-]+)\.[jt]s/;

/** Of an error its class and place, such as `SyntaxError in model/guid-set (add)`: never its message, which may quote a value. */
export function placeOf(error: Error): string {
  for (const line of (error.stack ?? '').split('\n')) {
    const [, name = '', folder, file] = PLACE.exec(line) ?? [];
    // Where the error is made for others is not where it happened.
    if (folder && name !== 'bug')
      return `${error.name} in ${folder}/${file}${name ? ` (${name.split('.').at(-1)})` : ''}`;
  }
  return error.name;
}

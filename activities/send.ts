import { setTimeout } from 'node:timers/promises';
import { type Api, type ApiError, isApiError } from '../clients/errors';
import { type Health, isOutage } from '../clients/health';
import { isVendorTrouble } from './trouble';

/** What a vendor has against one record: its code, and the field or column that it names. */
export interface Refusal {
  code: string;
  field?: string;
}

/** The vendor failed at a call, or at one record of it, or did not answer: what came of the record is not known. */
export interface Failed {
  error: ApiError;
  /** Records in the call. */
  size: number;
}

/** How one kind of record goes to a vendor. */
export interface Sending<T> {
  api: Api;
  /** The client's name of the call, such as `leads.sync`. */
  operation: string;
  /** Records in one call, at most. */
  most: number;
  /** Bytes of one record in the body of a call, where the vendor limits the body. */
  bytesOf?(record: T): number;
  /** Sends one call, and notes on each record what came of it. @throws ApiError of the call as a whole */
  call(batch: T[]): Promise<void>;
  /** What the last call said against a record; undefined: the record was taken. */
  refusalOf(record: T): Refusal | undefined;
  /** The vendor refuses every call with this record in it. */
  refuse(record: T, code: string): void;
  /** What came of the record is not known. */
  fail(record: T, failed: Failed): void;
  /** What came of this record alone is not known, though the call was answered. */
  failedOf(record: T): Failed | undefined;
  /** Takes what was refused by name out of the record. @returns whether the rest is worth another call */
  leaveOut(record: T, refusal: Required<Refusal>): boolean;
}

/**
 * While an operation is down, one call a minute is let through. Where that has failed at one of these records, the others, which were not sent,
 * have failed with it: else they would go on waiting behind that record, which would make the next minute's call as well.
 *
 * @param work is given a set for the records that it had an answer for
 * @throws what the work throws, where nothing was tried
 */
export async function failTogether<T>(
  records: readonly T[],
  { fail, failedOf }: Pick<Sending<T>, 'fail' | 'failedOf'>,
  work: (answered: Set<T>) => Promise<void>,
): Promise<void> {
  const answered = new Set<T>();
  try {
    await work(answered);
  } catch (error) {
    const [before] = records.flatMap((record) => failedOf(record) ?? []);
    if (!isOutage(error) || !before) throw error;
    const open = records.filter((record) => !failedOf(record) && !answered.has(record));
    for (const record of open) fail(record, { error: before.error, size: records.length });
  }
}

/** A vendor names one bad field at a time: after so many calls about one record the record is given up. */
const ROUNDS = 6;
/** Marketo refuses a body over 1 MB with 413 (marketo-api §3); some room for the envelope and escaping. */
const BODY_BYTES = 900_000;
/** Nothing came of the call, so it may be made again: many a failure is over by then. */
const RETRY_MS = 2_000;

/**
 * Sends records, each for itself: what a vendor refuses of a record by name is left out and the rest is sent again; a call that is refused
 * as a whole is split until the one record is found that it is about; where a call fails, the others go on. What came of each record stands on
 * the record.
 *
 * @param answered gets the records of which it is known what became of them
 * @throws ApiError of the connection, the quota or the configuration: of no record
 */
export async function sendEach<T>(
  health: Health,
  records: readonly T[],
  sending: Sending<T>,
  answered: Set<T> = new Set(),
): Promise<void> {
  let open = [...records];
  for (let round = 0; open.length > 0 && round < ROUNDS; round += 1) {
    for (const record of open) answered.delete(record);
    await failTogether(open, sending, async (now) => {
      const call = async (batch: T[]): Promise<void> => {
        await sending.call(batch);
        for (const record of batch) for (const known of [now, answered]) known.add(record);
      };
      for (const batch of batches(health, open, sending)) await sendSplit(health, batch, { ...sending, call });
    });
    open = open.filter((record) => {
      if (sending.failedOf(record)) return false;
      const { code, field } = sending.refusalOf(record) ?? {};
      return code !== undefined && field !== undefined && sending.leaveOut(record, { code, field });
    });
  }
}

function batches<T>(health: Health, records: readonly T[], { api, operation, most, bytesOf }: Sending<T>): T[][] {
  const size = health.most(api, operation, most);
  const found: T[][] = [];
  let batch: T[] = [];
  let bytes = 0;
  for (const record of records) {
    const more = bytesOf?.(record) ?? 0;
    if (batch.length > 0 && (batch.length === size || bytes + more > BODY_BYTES)) {
      found.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(record);
    bytes += more;
  }
  return batch.length > 0 ? [...found, batch] : found;
}

/** One record that is gone is enough for a call about several to be answered so. */
const isRefusal = (error: unknown): error is ApiError => isApiError(error, 'bug', 'refused', 'gone');

async function sendSplit<T>(health: Health, batch: T[], sending: Sending<T>): Promise<void> {
  const error = await callOnce(health, batch, sending);
  if (!error) return;
  if (isVendorTrouble(error)) {
    // Not where the vendor says when to come again.
    const isSoon = error.kind === 'transient' && (error.retryAfterMs ?? 0) <= RETRY_MS;
    const again = isSoon ? await callAfter(RETRY_MS, health, batch, sending) : error;
    if (!again) return;
    if (!isVendorTrouble(again) && !isOutage(again)) throw again;
    health.tooLarge(sending.api, sending.operation, batch.length);
    for (const record of batch) sending.fail(record, { error, size: batch.length });
    return;
  }
  if (!isRefusal(error)) throw error;
  if (batch.length > 1) {
    const half = Math.ceil(batch.length / 2);
    await sendSplit(health, batch.slice(0, half), sending);
    await sendSplit(health, batch.slice(half), sending);
    return;
  }
  // Once more before the record is given up: the refusal may have been about nothing that it holds.
  const again = await callOnce(health, batch, sending);
  if (again && !isRefusal(again)) throw again;
  for (const record of batch) if (again) sending.refuse(record, again.code ?? String(again.status ?? 'refused'));
}

/** @returns the vendor's error, if there was one */
async function callOnce<T>(health: Health, batch: T[], sending: Sending<T>): Promise<ApiError | undefined> {
  const { api, operation } = sending;
  try {
    await sending.call(batch);
  } catch (error) {
    if (isApiError(error)) return error;
    throw error;
  }
  const isDone = (record: T) => !sending.failedOf(record) && !sending.refusalOf(record);
  if (batch.some(isDone)) health.succeeded(api, operation, batch.length);
  return undefined;
}

async function callAfter<T>(
  ms: number,
  health: Health,
  batch: T[],
  sending: Sending<T>,
): Promise<ApiError | undefined> {
  await setTimeout(ms);
  return callOnce(health, batch, sending);
}

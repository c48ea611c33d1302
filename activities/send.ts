import { type ApiError, isApiError } from '../clients/errors';

/** What a vendor has against one record: its code, and the field or column that it names. */
export interface Refusal {
  code: string;
  field?: string;
}

/** How one kind of record goes to a vendor. */
export interface Sending<T> {
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
  /** Takes what was refused by name out of the record. @returns whether the rest is worth another call */
  leaveOut(record: T, refusal: Required<Refusal>): boolean;
}

/** A vendor names one bad field at a time: after so many calls about one record the record is given up. */
const ROUNDS = 6;
/** Marketo refuses a body over 1 MB with 413 (marketo-api §3); some room for the envelope and escaping. */
const BODY_BYTES = 900_000;

/**
 * Sends records, each for itself: what a vendor refuses of a record by name is left out and the rest is sent again; a call that is refused
 * as a whole is split until the one record is found that it is about. What came of each record stands on the record.
 *
 * @throws ApiError of a call that failed for another reason than what it holds
 */
export async function sendEach<T>(records: readonly T[], sending: Sending<T>): Promise<void> {
  let open = [...records];
  for (let round = 0; open.length > 0 && round < ROUNDS; round += 1) {
    for (const batch of batches(open, sending)) await sendSplit(batch, sending);
    open = open.filter((record) => {
      const { code, field } = sending.refusalOf(record) ?? {};
      return code !== undefined && field !== undefined && sending.leaveOut(record, { code, field });
    });
  }
}

function batches<T>(records: readonly T[], { most, bytesOf }: Sending<T>): T[][] {
  const found: T[][] = [];
  let batch: T[] = [];
  let bytes = 0;
  for (const record of records) {
    const more = bytesOf?.(record) ?? 0;
    if (batch.length > 0 && (batch.length === most || bytes + more > BODY_BYTES)) {
      found.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(record);
    bytes += more;
  }
  return batch.length > 0 ? [...found, batch] : found;
}

const isRefusal = (error: unknown): error is ApiError => isApiError(error, 'bug', 'refused');

/** A record that is left alone is asked for once more before it is given up: the refusal may have been about nothing that it holds. */
async function sendSplit<T>(batch: T[], sending: Sending<T>): Promise<void> {
  try {
    await sending.call(batch);
  } catch (error) {
    const [only] = batch;
    if (!isRefusal(error) || only === undefined) throw error;
    if (batch.length > 1) {
      const half = Math.ceil(batch.length / 2);
      await sendSplit(batch.slice(0, half), sending);
      await sendSplit(batch.slice(half), sending);
      return;
    }
    await sending.call(batch).catch((again: unknown) => {
      if (!isRefusal(again)) throw again;
      sending.refuse(only, again.code ?? String(again.status ?? 'refused'));
    });
  }
}

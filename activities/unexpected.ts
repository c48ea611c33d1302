import { ApplicationFailure } from '@temporalio/activity';
import { isApiError } from '../clients/errors';
import type { ParkReason } from '../model/park';
import { unexpectedLimit } from '../model/set-aside';
import { isUnexpected, placeOf } from './trouble';

/** More rows met an unexpected error than can be their own fault: the service's, or its data's. */
export const OWN_FAULT = 'own-fault';

export interface UnexpectedRow<T> {
  row: T;
  reason: Extract<ParkReason, 'too-large' | 'unexpected'>;
  /** The error's class and place. */
  place: string;
}

/** Rows of one unit of work that met an error which nobody expected. */
export class Unexpected<T> {
  readonly rows: UnexpectedRow<T>[] = [];

  /** @param unit rows in the unit */
  constructor(private readonly unit: number) {}

  /** @throws ApplicationFailure `own-fault` where there are too many */
  add(row: T, error: Error): void {
    const reason = isApiError(error, 'too-large') ? 'too-large' : 'unexpected';
    this.rows.push({ row, reason, place: placeOf(error) });
    if (this.rows.length <= unexpectedLimit(this.unit)) return;
    const message = `${this.rows.length} of ${this.unit} rows met an unexpected error: ${placeOf(error)}`;
    throw ApplicationFailure.create({ type: OWN_FAULT, message, nonRetryable: true });
  }
}

/**
 * Works on rows together. Where that meets an error which a row may have caused, on each half, until the row is found: it is left out, and the
 * work on the others goes on.
 *
 * @param again what has to be done before the work is tried on a part of the rows
 */
export async function withoutUnexpected<T, R>(
  rows: readonly T[],
  unexpected: Unexpected<T>,
  work: (some: readonly T[]) => Promise<R>,
  again: () => Promise<void> = async () => undefined,
): Promise<R[]> {
  try {
    return [await work(rows)];
  } catch (error) {
    if (!isUnexpected(error)) throw error;
    const [only] = rows;
    if (rows.length <= 1) {
      if (only === undefined) throw error;
      unexpected.add(only, error);
      return [];
    }
  }
  await again();
  const half = Math.ceil(rows.length / 2);
  const first = await withoutUnexpected(rows.slice(0, half), unexpected, work, again);
  return [...first, ...(await withoutUnexpected(rows.slice(half), unexpected, work, again))];
}

import type { ApiError } from '../clients/errors';
import type { InboxItem } from '../clients/mongo/inbox';
import type { ItemTrouble } from './set-aside';
import { isVendorRefusal } from './trouble';

/** More rows than this whose reads are refused one by one, and none that is not: the call itself is wrong. */
const MOST_ROWS = 20;

/**
 * Works on rows together. Where a vendor refuses to read them, on each half, and so on down to the rows that it is about: those are set
 * aside. The vendor has answered, so nothing needs to be waited for.
 *
 * @param troubles those rows are added
 * @param again what has to be done before the work is tried on a part of the rows
 * @throws ApiError where more rows are refused than can be their own fault, and nothing gets through
 */
export async function withoutRefused<R>(
  rows: readonly InboxItem[],
  work: (some: readonly InboxItem[]) => Promise<R[]>,
  troubles: ItemTrouble[],
  again: () => Promise<void>,
): Promise<R[]> {
  const results: R[] = [];
  const alone: ItemTrouble[] = [];
  let refusedRows = 0;
  const tryAll = async (parts: readonly (readonly InboxItem[])[]): Promise<void> => {
    const refused: { part: readonly InboxItem[]; error: ApiError }[] = [];
    for (const part of parts) {
      try {
        results.push(...(await work(part)));
      } catch (error) {
        if (!isVendorRefusal(error)) throw error;
        await again();
        refused.push({ part, error });
      }
    }
    for (const { part, error } of refused) {
      const half = Math.ceil(part.length / 2);
      if (part.length > 1) {
        await tryAll([part.slice(0, half), part.slice(half)]);
        continue;
      }
      refusedRows += 1;
      if (results.length === 0 && refusedRows > MOST_ROWS) throw error;
      alone.push(...part.map((item) => ({ item, failed: { error, size: 1 } })));
    }
  };
  await tryAll([rows]);
  troubles.push(...alone);
  return results;
}

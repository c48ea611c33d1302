import type { ApiError } from '../clients/errors';
import type { InboxItem } from '../clients/mongo/inbox';
import type { ItemTrouble } from './set-aside';
import { isVendorRefusal } from './trouble';

/** More rows than this of which none can be read: it may be the call itself that is wrong. */
export const MOST_ROWS = 20;
/** Then the search for those that can be read ends at so many parts. */
export const MOST_PARTS = 8;

interface Refused {
  part: readonly InboxItem[];
  error: ApiError;
}

/**
 * Works on rows together. Where a vendor refuses to read them, on both halves, then on each half of those that are refused, and so on down to
 * the rows that it is about: those are set aside. The vendor has answered, so nothing needs to be waited for. Where of many rows nothing gets
 * through, the parts are set aside as they are: they are tried again as those of an outage.
 *
 * @param troubles those rows are added
 * @param again what has to be done before the work is tried on a part of the rows
 */
export async function withoutRefused<R>(
  rows: readonly InboxItem[],
  work: (some: readonly InboxItem[]) => Promise<R[]>,
  troubles: ItemTrouble[],
  again: () => Promise<void>,
): Promise<R[]> {
  const results: R[] = [];
  for (let parts = [rows]; parts.length > 0; ) {
    const refused: Refused[] = [];
    for (const part of parts) {
      try {
        results.push(...(await work(part)));
      } catch (error) {
        if (!isVendorRefusal(error)) throw error;
        await again();
        refused.push({ part, error });
      }
    }
    const isOutage = results.length === 0 && isMany(refused);
    const given = refused.filter(({ part }) => isOutage || part.length === 1);
    troubles.push(...given.flatMap((one) => setAside(one, isOutage)));
    parts = refused.filter((one) => !given.includes(one)).flatMap(halves);
  }
  return results;
}

const isMany = (refused: readonly Refused[]): boolean =>
  refused.length >= MOST_PARTS && refused.flatMap(({ part }) => part).length > MOST_ROWS;

const setAside = ({ part, error }: Refused, isOutage: boolean): ItemTrouble[] =>
  part.map((item) => ({ item, failed: { error, size: part.length }, ...(isOutage && { isOutage }) }));

function halves({ part }: Refused): (readonly InboxItem[])[] {
  const half = Math.ceil(part.length / 2);
  return [part.slice(0, half), part.slice(half)];
}

import { isApiError } from '../clients/errors';
import { MOST_PARTS, MOST_ROWS } from './refused-reads';
import { isForAll, isVendorRefusal } from './trouble';

/** A part that fails is split into so many: in smaller steps a row would fail so often in succession that the operation is taken to be down. */
const PARTS = 8;

/**
 * What can be read of rows, in parts where the vendor fails, or refuses. Where of many rows nothing can be read, the search ends.
 *
 * @param onUnread gets the id of each row that cannot be read alone, or of all where all are refused
 * @throws ApiError where it is no row's matter: the vendor asks to wait, the operation is known to be down, or fails for all
 */
export async function readable<R>(
  ids: readonly string[],
  read: (some: readonly string[]) => Promise<readonly R[]>,
  onUnread: (id: string) => void = () => undefined,
): Promise<R[]> {
  const found: R[] = [];
  const parts = ids.length > 0 ? [ids] : [];
  const tried = { failed: 0, succeeded: 0 };
  for (let part = parts.shift(); part; part = parts.shift()) {
    try {
      found.push(...(await read(part)));
      tried.succeeded += 1;
    } catch (error) {
      if (!isApiError(error) || isForAll(error)) throw error;
      tried.failed += 1;
      if (tried.succeeded === 0 && tried.failed > MOST_PARTS && ids.length > MOST_ROWS) {
        if (!isVendorRefusal(error)) throw error;
        ids.forEach(onUnread);
        return [];
      }
      if (part.length === 1) part.forEach(onUnread);
      else parts.push(...inParts(part));
    }
  }
  return found;
}

function inParts(ids: readonly string[]): string[][] {
  const size = Math.ceil(ids.length / PARTS);
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, part) => ids.slice(part * size, (part + 1) * size));
}

import { isApiError } from '../clients/errors';
import { isForAll } from './trouble';

/** A part that fails is split into so many: in smaller steps a row would fail so often in succession that the operation is taken to be down. */
const PARTS = 8;

/**
 * What can be read of rows, in parts where the vendor fails.
 *
 * @param onUnread gets the id of each row that cannot be read alone
 * @throws ApiError where the vendor asks to wait, or the operation is known to be down: that is no row's matter
 */
export async function readable<R>(
  ids: readonly string[],
  read: (some: readonly string[]) => Promise<readonly R[]>,
  onUnread: (id: string) => void = () => undefined,
): Promise<R[]> {
  const found: R[] = [];
  const parts = ids.length > 0 ? [ids] : [];
  for (let part = parts.shift(); part; part = parts.shift()) {
    try {
      found.push(...(await read(part)));
    } catch (error) {
      if (!isApiError(error) || isForAll(error)) throw error;
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

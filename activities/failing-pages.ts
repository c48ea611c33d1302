import { ApiError } from '../clients/errors';
import type { Deps } from './deps';
import type { BoundEntity } from './schema';
import { isVendorTrouble } from './trouble';

/** How often in a row a page could not be read. */
export interface Failing {
  times: number;
  /** Epoch ms. */
  since: number;
}

const TIMES = 5;
const FOR_MS = 10 * 60_000;

/**
 * Reads a page of a table. Dynamics may fail at each read of it for a row that it holds: that is so if it has failed time after time, and
 * answers another read of the table just before. Else it may be down, and the page is asked for again later.
 *
 * @param failing how often this page could not be read until now
 * @param remember keeps that
 * @throws ApiError `refused` where it fails for a row
 */
export async function readOrGiveUp<T>(
  { dynamics }: Deps,
  { set, primaryId }: BoundEntity,
  failing: Failing | undefined,
  remember: (failing: Failing) => Promise<unknown>,
  read: () => Promise<T>,
): Promise<T> {
  const since = failing?.since ?? Date.now();
  const times = (failing?.times ?? 0) + 1;
  const isLong = times > TIMES && Date.now() - since >= FOR_MS;
  if (isLong) await dynamics.readPage({ set, select: [primaryId], pageSize: 1 });
  try {
    return await read();
  } catch (error) {
    if (!isVendorTrouble(error)) throw error;
    if (isLong)
      throw new ApiError({ api: 'dynamics', operation: `${set}.read`, kind: 'refused', code: 'KEEPS_FAILING' });
    await remember({ times, since });
    throw error;
  }
}

import type { ParkedRow } from '../clients/mongo/parked';
import type { Deps } from './deps';
import type { Writer } from './writer';

/** Who lists: the attempt's epoch, and whether it is the last one still. */
export type Lister = Pick<Writer, 'epoch' | 'check'>;

/** Reading is not writing: what a writer has written stays as it is. */
export const READER: Lister = { epoch: 0, check: async () => undefined };

/**
 * Lists what is parked of these rows. An attempt that was taken for dead meanwhile takes back what it listed: the next
 * one may have settled it, of which nothing is left to compare with.
 *
 * @throws ApiError `superseded`
 */
export async function park({ store }: Pick<Deps, 'store'>, lister: Lister, rows: readonly ParkedRow[]): Promise<void> {
  const told = speaking(rows);
  if (told.length === 0) return;
  await store.parked.settle(told, lister.epoch);
  await lister.check(() => store.parked.retract(told, lister.epoch));
}

/** Rows that have something to say to the list of what is parked. */
export const speaking = (rows: readonly ParkedRow[]): ParkedRow[] =>
  rows.filter(({ was, now }) => was.length > 0 || now.length > 0);

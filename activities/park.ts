import type { ParkedRow } from '../clients/mongo/parked';
import type { Deps } from './deps';
import type { Writer } from './writer';

/**
 * Lists what is parked of these rows. An attempt that was taken for dead meanwhile takes back what it listed: the next
 * one may have settled it, of which nothing is left to compare with.
 *
 * @throws ApiError `superseded`
 */
export async function park({ store }: Pick<Deps, 'store'>, writer: Writer, rows: readonly ParkedRow[]): Promise<void> {
  const told = speaking(rows);
  if (told.length === 0) return;
  await store.parked.settle(told, writer.epoch);
  await writer.check(() => store.parked.retract(told, writer.epoch));
}

/** Rows that have something to say to the list of what is parked. */
export const speaking = (rows: readonly ParkedRow[]): ParkedRow[] =>
  rows.filter(({ was, now }) => was.length > 0 || now.length > 0);

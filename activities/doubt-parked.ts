import type { Parked, ParkReason } from '../model/park';
import type { Deps } from './deps';

/** A field may not be what it was: a new option, more room, another type; or the other side knows better than its metadata of an hour ago. */
const DOUBTFUL: ReadonlySet<ParkReason> = new Set([
  'unknown-option',
  'too-long',
  'wrong-type',
  'refused-by-marketo',
  'refused-by-dynamics',
]);

/** Values that were kept back just now: metadata are read again, now and then, and what that shows is tried again (activities/fields.ts). */
export function doubtParked(
  { schema }: Pick<Deps, 'schema'>,
  entity: string,
  rows: readonly { now: readonly Parked[] }[],
): void {
  const doubtful = ({ field, reason }: Parked) => field !== undefined && DOUBTFUL.has(reason);
  if (rows.some(({ now }) => now.some(doubtful))) schema.doubt(entity);
}

import type { ErrorKind } from './errors';

/** A call or a feed that a vendor turns away is tried again within an hour, whatever the vendor asks for. */
const LONGEST_MS = 3_600_000;
/** A daily quota comes back at the vendor's midnight: never more than a day away. */
const LONGEST_OF_QUOTA_MS = 86_400_000;

/** The one bound on how long a vendor can make us wait, in milliseconds; undefined for what is no number. */
export function boundedWaitMs(kind: ErrorKind, ms: number): number | undefined {
  if (Number.isNaN(ms)) return undefined;
  return Math.min(Math.max(0, ms), kind === 'quota' ? LONGEST_OF_QUOTA_MS : LONGEST_MS);
}

import { boundedInstant } from '../model/instant';
import type { ChildResult } from './child';
import type { Work } from './plan';
import type { Hold } from './state';

/** How often a stopped entity is tried again by itself. */
export const PROBE_MS = 60_000;
/** An import that came no further for so long is not waited for any more: an outage of minutes is. */
const GIVE_UP_MS = 10 * 60_000;

/**
 * What holds an entity after its child could not go on.
 *
 * An import that came no further for ten minutes, or was refused twice, is stopped: it is tried again and again, but neither the parent's
 * phase nor a later wave waits for it. @param before what held it until now
 */
export function holdAfter(
  kind: Work['kind'],
  result: Exclude<ChildResult, { kind: 'done' }>,
  before: Hold | undefined,
  now: number,
): Hold {
  const { reason } = result;
  if (result.kind === 'stopped') return { until: now + PROBE_MS, reason, stopped: true, since: before?.since ?? now };
  const since = (result.moved ? undefined : before?.since) ?? now;
  const failed = before !== undefined && !result.moved;
  const stopped = kind === 'import' && failed && (result.final === true || now - since >= GIVE_UP_MS);
  return { until: boundedInstant(result.waitUntil, now), reason, stopped, since };
}

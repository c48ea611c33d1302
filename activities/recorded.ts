import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import type { Failed, Failures } from '../clients/mongo/failures';
import type { FeedLook } from './feeds/look';
import type { Outcome } from './outcome';

type Activity = (...given: never[]) => Promise<Outcome<object>>;

/** An activity that is about no entity. */
const WHOLE = 'sync';
/** So often a process asks which failures of entities are open: another one may have met them. */
const ASK_EVERY_MS = 60_000;

const nameOf = ({ id, operation }: Failed): string => `${id}:${operation}`;

/**
 * Every activity, with what fails of it noted for the digest: an entity that stops or waits, a feed at fault, an attempt
 * that failed; and that it went well since. What can't be noted is logged, and changes nothing.
 */
export function recorded<A extends object>(failures: Failures, activities: A): A {
  const open = new Set<string>();
  let askedAt = 0;

  const fail = async (failed: readonly Failed[]): Promise<void> => {
    await failures.add(failed);
    for (const one of failed) open.add(nameOf(one));
  };
  const mend = async (well: readonly Failed[]): Promise<void> => {
    if (Date.now() - askedAt >= ASK_EVERY_MS) {
      askedAt = Date.now();
      for (const name of await failures.openEntities()) open.add(name);
    }
    const mended = well.filter((one) => open.has(nameOf(one)));
    await failures.mend(mended);
    for (const one of mended) open.delete(nameOf(one));
  };

  const around = (operation: string, activity: Activity): Activity => {
    return async (...given) => {
      const first: unknown = given[0];
      const id = typeof first === 'string' ? first : WHOLE;
      try {
        const outcome = await activity(...given);
        const { failed, well } = toldBy({ id, operation }, outcome);
        await quietly(operation, () => fail(failed));
        await quietly(operation, () => mend(well));
        return outcome;
      } catch (error) {
        if (!(error instanceof CancelledFailure))
          await quietly(operation, () => fail([{ id, operation, ...facts(error) }]));
        throw error;
      }
    };
  };
  return Object.fromEntries(
    Object.entries(activities).map(([operation, activity]) => [operation, around(operation, activity as Activity)]),
  ) as A;
}

/** What an outcome says of its entity, or of the feeds that it looked at. */
function toldBy(
  one: Failed,
  outcome: Outcome<{ feeds?: Record<string, FeedLook> }>,
): { failed: Failed[]; well: Failed[] } {
  if (outcome.kind !== 'done') return { failed: [{ ...one, code: outcome.kind, message: outcome.reason }], well: [] };
  const failed: Failed[] = [];
  const well: Failed[] = [one];
  for (const [feed, { fault }] of Object.entries(outcome.feeds ?? {})) {
    const id = `feed ${feed}`;
    if (fault === undefined) well.push({ id, operation: one.operation });
    else failed.push({ id, operation: one.operation, code: 'fault', message: fault });
  }
  return { failed, well };
}

/** Of an attempt that failed: its kind, and a message of names and codes (activities/failures.ts). */
const facts = (error: unknown): Pick<Failed, 'code' | 'message'> =>
  error instanceof ApplicationFailure ? { code: error.type ?? 'unknown', message: error.message } : { code: 'unknown' };

async function quietly(operation: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    Context.current().log.warn('a failure could not be noted for the digest', { operation, error: name });
  }
}

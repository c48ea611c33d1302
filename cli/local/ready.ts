import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines, type ManagedChild } from './managed-child';

const EVERY_MS = 100;

/** Probes until it succeeds; throws when the child has ended or the time is out. */
export async function untilReady(child: ManagedChild, probe: () => Promise<unknown>, withinMs: number): Promise<void> {
  const until = Date.now() + withinMs;
  for (;;) {
    if (child.exit !== undefined) throw new Error(`${child.name} ended with ${child.exit}${lastLines(child.tail())}`);
    try {
      await probe();
      return;
    } catch (error) {
      if (Date.now() > until) {
        throw new Error(
          `${child.name} gave no answer within ${withinMs / 1000} s (${(error as Error).message})${lastLines(child.tail())}`,
        );
      }
    }
    await sleep(EVERY_MS);
  }
}

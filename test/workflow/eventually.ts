import { setTimeout as sleep } from 'node:timers/promises';

/** Each query costs a workflow task: asked more often, they would be most of what a suite costs. */
const EVERY_MS = 250;

/** Waits until `test` holds; fails with `what`. An error in `test` counts as "not yet". */
export async function eventually(
  what: () => string,
  test: () => Promise<boolean>,
  withinSeconds: number,
): Promise<void> {
  const end = Date.now() + withinSeconds * 1_000;
  let fault: unknown;
  do {
    try {
      if (await test()) return;
    } catch (error) {
      fault = error;
    }
    await sleep(EVERY_MS);
  } while (Date.now() < end);
  throw new Error(`not within ${withinSeconds} s: ${what()}${fault ? ` (${(fault as Error).message})` : ''}`);
}

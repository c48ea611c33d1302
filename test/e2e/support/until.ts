import { setTimeout as sleep } from 'node:timers/promises';

/** Slow enough that what a test asks of Marketo leaves its 100 calls in 20 s to the service. */
const EVERY_MS = 1_000;

/** Asks again and again; an answer that fails is no answer yet. Throws with the last one when the time is out. */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  good: (answer: T) => boolean,
  withinMs = 60_000,
  everyMs = EVERY_MS,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    let last: unknown;
    try {
      const answer = await ask();
      if (good(answer)) return answer;
      last = answer;
    } catch (error) {
      last = (error as Error).message;
    }
    if (Date.now() > end) throw new Error(`not within ${withinMs / 1_000} s: ${what}; last: ${JSON.stringify(last)}`);
    await sleep(everyMs);
  }
}

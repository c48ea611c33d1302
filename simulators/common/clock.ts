/** One clock for all simulated systems: real time plus an offset that a test can push forward (token and delta expiry). */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Moves the clock forward by `ms`; sleeping requests are not woken. */
  advance(ms: number): void;
  /** Back to real time. */
  reset(): void;
  /** The next number of the one order in which everything happened in all systems; it never falls, not by a reset. */
  tick(): number;
}

/** Creates a clock that shows real time until it is advanced. */
export function createClock(): Clock {
  let offset = 0;
  let order = 0;
  return {
    now: () => Date.now() + offset,
    advance: (ms) => {
      offset += ms;
    },
    reset: () => {
      offset = 0;
    },
    tick: () => {
      order += 1;
      return order;
    },
  };
}

/** Waits in real time; latencies are real even when the clock is advanced. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

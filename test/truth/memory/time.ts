const Real = Date;
const BEGIN = Real.UTC(2026, 0, 5, 9);
let now = BEGIN;

/** Stands still but for what is let pass, wherever the code under test asks for it. */
class Controlled extends Real {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(now);
    else super(...(given as ConstructorParameters<DateConstructor>));
  }

  static override now(): number {
    return now;
  }
}

/** The only clock of a schedule: the service's, and both systems'. */
export const clock = {
  now: (): number => now,
  pass(ms: number): void {
    if (ms > 0) now += ms;
  },
  /** Puts it in the place of the real one, at the hour at which every schedule begins; or where a story goes on. @param at epoch ms */
  begin(at: number = BEGIN): void {
    now = at;
    globalThis.Date = Controlled as unknown as DateConstructor;
  },
};

/** In the place of node:timers/promises: what waits is waited for at once. */
export const setTimeout = async (ms: number): Promise<void> => clock.pass(ms);

import type { Control } from './control';

const Real = Date;
let ahead = 0;

/** Shows the time that has been let pass, wherever this process asks for it; timers and sockets keep real time. */
class Shifted extends Real {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(Real.now() + ahead);
    else super(...(given as ConstructorParameters<DateConstructor>));
  }

  static override now(): number {
    return Real.now() + ahead;
  }
}

/**
 * Lets time pass for the service (this process) and the simulated systems alike, wherever they run: a lost answer, a
 * quota and a maintenance are waited for in no time.
 */
export async function passTime(control: Control, ms: number): Promise<void> {
  if (ms <= 0) return;
  globalThis.Date = Shifted as unknown as DateConstructor;
  ahead += ms;
  const { now } = (await control.get('/_sim/health')) as { now: string };
  const behind = Date.now() - Date.parse(now);
  // In this process they have gone along already.
  if (behind > ms / 2) await control.advance(behind);
}

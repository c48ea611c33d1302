import type { Control } from './control';
import type { Service } from './service';
import type { Process } from './stage';

/** Cycles that are watched once both systems are at rest. */
const IDLE_CYCLES = 3;
/** Untracked tables are read whole every quarter of an hour. */
const IDLE_MS = 16 * 60_000;

/** How a story ended, for the checker. */
export interface Rested {
  /** From this entry of the ledgers on nobody edited and everything had had time to settle; absent: it did not come to rest. */
  restSince?: number;
  /** Entities that the service could not sync, and said so. */
  left: string[];
  /** Each `seq` at which a worker was ended, or died. */
  interrupted: number[];
  /** What kept both systems from coming to rest, or the service from going on at all. */
  trouble?: string;
}

/** Ends faults, lets the service come to rest and watches it idle. Never throws for what the service does. */
export async function comeToRest(control: Control, service: Service): Promise<Rested> {
  for (const system of ['dynamics', 'marketo', 'entra'] as const) await control.noFaults(system);
  return watchRest(service, IDLE_CYCLES);
}

/** Lets the service come to rest and watches so many idle cycles. Never throws for what the service does. */
export async function watchRest<P extends Process>(service: Service<P>, idleCycles: number): Promise<Rested> {
  const { stage } = service;
  const ended = (more: Partial<Rested>): Rested => ({
    left: [...service.left.keys()],
    interrupted: service.interrupted,
    ...more,
  });
  try {
    await service.settle();
    if (service.stopped !== undefined) return ended({ trouble: service.stopped });
    const restSince = (await stage.seq()) + 1;
    for (let cycle = 0; cycle < idleCycles; cycle += 1) {
      await stage.pass(IDLE_MS);
      await service.cycle();
      await service.rereadUntracked();
    }
    return ended({ restSince });
  } catch (error) {
    return ended({ trouble: (error as Error).message });
  }
}

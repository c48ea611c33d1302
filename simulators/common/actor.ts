import { AsyncLocalStorage } from 'node:async_hooks';

/** On whose behalf something is written, as the ledger says it. */
export interface Actor {
  /** `api:<client id>` for calls of the API, else one of OTHERS. */
  by: string;
  /** `seq` of the call it came by. */
  call?: number;
}

/** Who writes besides the API's callers. */
export const OTHERS = ['user', 'marketer', 'data', 'system'] as const;

const current = new AsyncLocalStorage<Actor>();

/** Runs `work`, and all that it awaits or schedules, on behalf of an actor; calls of the two APIs overlap, so it can't be a variable. */
export function as<T>(actor: Actor, work: () => T): T {
  return current.run(actor, work);
}

/** Who is at work; where nobody said so, the system itself. */
export function actor(): Actor {
  return current.getStore() ?? SYSTEM;
}

const SYSTEM: Actor = { by: 'system' };

import type { Store } from '../../../clients/mongo/store';
import { changes } from './calls';

/** Thrown in place of every call of a store whose process is taken for dead. */
export class Died extends Error {
  override name = 'Died';
}

/** When a process dies: before it calls `method` (such as `inbox.add`; left out: any) for the `count`-th time from now. */
export interface Death {
  method?: string;
  /** Only calls with this first argument, such as an entity's name. */
  about?: unknown;
  /** Only calls that write, as the store declares them (clients/mongo/store-calls.ts). */
  writes?: true;
  /** Only what is asked of MongoDB, where the process is one in memory (test/truth/memory): no call of a system. */
  ofStore?: true;
  count: number;
}

/** A store that can die between any two of its calls, as a worker's process does: from then on nothing is written any more. */
export class Mortal {
  dead = false;
  /** The call before which it died, or was interrupted. */
  where: string | undefined;
  #death: Death | undefined;
  #watcher: ((method: string, writes: boolean) => void) | undefined;
  #instead: (() => Promise<void>) | undefined;

  /** Is told of every call. */
  watch(watcher: (method: string, writes: boolean) => void): void {
    this.#watcher = watcher;
  }

  dieAt(death: Death): void {
    this.interruptAt(death, undefined);
  }

  /** Nothing comes in between any more. */
  spare(): void {
    this.#death = undefined;
  }

  /** Does not die then, but waits for what comes in between. */
  interruptAt(death: Death, between: (() => Promise<void>) | undefined): void {
    this.#death = { ...death };
    this.#instead = between;
    this.where = undefined;
  }

  /** Calls left until the point that was asked for; 0: it has been met, or none was asked for. */
  get left(): number {
    return Math.max(0, this.#death?.count ?? 0);
  }

  /** The store as an activity sees it. */
  wrap(store: Store): Store {
    const wrapped: Record<string, unknown> = { ...store };
    for (const [name, part] of Object.entries(store)) {
      if (part === store.db || part === store.fingerprinter || typeof part !== 'object' || part === null) continue;
      wrapped[name] = new Proxy(part as object, {
        get: (target, key) => {
          const member = Reflect.get(target, key) as unknown;
          if (typeof member !== 'function') return member;
          return (...given: unknown[]) => {
            const call = `${name}.${String(key)}`;
            const go = () => {
              const waits = this.before(call, changes(call), given[0]);
              return waits ? waits.then(() => member.apply(target, given)) : member.apply(target, given);
            };
            // It rejects where the store would: who has begun other calls beside this one still waits for them.
            return isAsync(member) ? (async () => go())() : go();
          };
        },
      });
    }
    return wrapped as unknown as Store;
  }

  /** Ahead of every call of the process. @returns what it has to wait for. @throws Died where it is its last, or has been. */
  before(method: string, writes: boolean, about?: unknown): Promise<void> | undefined {
    this.#watcher?.(method, writes);
    const death = this.#death;
    if (death && this.left > 0 && concerns(death, method, writes, about)) {
      death.count -= 1;
      if (death.count <= 0) this.where = method;
      if (death.count <= 0 && this.#instead) return this.#instead();
      this.dead ||= death.count <= 0;
    }
    if (this.dead) throw new Died(`died before ${method}`);
    return undefined;
  }
}

/** Does it answer with a promise, which may wait or reject? A generator, or what answers at once, does not. */
export const isAsync = (member: object): boolean => /^async (?!\*)/.test(member.toString());

const concerns = (death: Death, method: string, writes: boolean, about: unknown): boolean =>
  (death.method ?? method) === method &&
  (death.about ?? about) === about &&
  (writes || death.writes === undefined) &&
  (!method.includes('.') || death.ofStore === undefined);

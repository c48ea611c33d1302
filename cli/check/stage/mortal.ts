import type { Store } from '../../../clients/mongo/store';

/** Thrown in place of every call of a store whose process is taken for dead. */
export class Died extends Error {
  override name = 'Died';
}

/** When a process dies: before it calls `method` (such as `inbox.add`; left out: any) for the `count`-th time from now. */
export interface Death {
  method?: string;
  /** Only calls with this first argument, such as an entity's name. */
  about?: unknown;
  count: number;
}

/** A store that can die between any two of its calls, as a worker's process does: from then on nothing is written any more. */
export class Mortal {
  dead = false;
  #death: Death | undefined;

  dieAt(death: Death): void {
    this.#death = { ...death };
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
            this.before(`${name}.${String(key)}`, given[0]);
            return member.apply(target, given);
          };
        },
      });
    }
    return wrapped as unknown as Store;
  }

  /** Ahead of every call of the process. @throws Died where it is its last, or has been. */
  before(method: string, about?: unknown): void {
    const death = this.#death;
    if (death && (death.method ?? method) === method && (death.about ?? about) === about) {
      death.count -= 1;
      this.dead ||= death.count <= 0;
    }
    if (this.dead) throw new Died(`died before ${method}`);
  }
}

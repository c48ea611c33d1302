import { isAsync } from '../../cli/check/stage/mortal';
import type { Process } from '../../cli/check/stage/stage';
import type { ActivityName } from '../../cli/check/stage/world';
import type { Store } from '../../clients/mongo/store';

/**
 * An attempt, in a process of its own, that is suspended before one of its calls to the store. It is taken for dead; later it wakes up and
 * goes on as if nothing had happened.
 */
export class Zombie {
  #left: number;
  #wake: () => void = () => undefined;
  #fall: () => void = () => undefined;
  readonly #awake = new Promise<void>((resolve) => {
    this.#wake = resolve;
  });
  readonly #asleep = new Promise<void>((resolve) => {
    this.#fall = resolve;
  });
  #attempt: Promise<unknown> = Promise.resolve();

  /** @param calls so many calls to the store are made before it is suspended. */
  private constructor(
    private readonly process: Process,
    calls: number,
  ) {
    this.#left = calls;
    const { deps } = process;
    const parts = Object.entries(deps.store).map(([name, part]) => [name, this.#watched(part)]);
    deps.store = Object.fromEntries(parts) as Store;
  }

  /** @returns when it is suspended; or when it has ended, because it made fewer calls. */
  static async begin(process: Process, calls: number, activity: ActivityName, entity: string): Promise<Zombie> {
    const zombie = new Zombie(process, calls);
    // How it ends nobody hears: it is taken for dead.
    zombie.#attempt = (process.run as (...given: unknown[]) => Promise<unknown>)(activity, entity).catch(
      () => undefined,
    );
    await Promise.race([zombie.#asleep, zombie.#attempt]);
    return zombie;
  }

  /** It goes on, to its end. */
  async wake(): Promise<void> {
    this.#left = Number.POSITIVE_INFINITY;
    this.#wake();
    await this.#attempt;
    await this.process.close();
  }

  #watched(part: unknown): unknown {
    if (typeof part !== 'object' || part === null) return part;
    return new Proxy(part, {
      get: (target, key) => {
        const member = Reflect.get(target, key) as unknown;
        if (typeof member !== 'function') return member;
        const call = (...given: unknown[]) => (member as (...all: unknown[]) => unknown).apply(target, given);
        return isAsync(member) ? async (...given: unknown[]) => this.#meet(call, given) : call;
      },
    });
  }

  async #meet(call: (...given: unknown[]) => unknown, given: unknown[]): Promise<unknown> {
    this.#left -= 1;
    if (this.#left < 0) {
      this.#fall();
      await this.#awake;
    }
    return call(...given);
  }
}

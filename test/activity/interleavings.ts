import { AsyncLocalStorage } from 'node:async_hooks';
import { changes, isVendor } from '../../cli/check/stage/calls';
import type { Store } from '../../clients/mongo/store';
import type { World } from './world';

/** In place of every further call of work that is taken for dead. */
export class Died extends Error {
  override name = 'Died';
}

/**
 * Where something may come in between, by the name of the call that it comes before. Of a write to a system: `marketo.syncLeads`, the moment
 * before its request (`… sends`), and the one before anything is done about its answer (`… answered`).
 */
export const VENDOR = isVendor;
/** Dying before a call that changes nothing is dying after the call before it. */
export const CHANGING = changes;
export const ANY = (): boolean => true;

const ITERATIONS: ReadonlySet<string> = new Set(['all', 'ofEntity', 'connections', 'between', 'parkedFor']);

const STEP = process.env.DEATHS_ALL ? 1 : 3;

interface Watched {
  counts: (call: string) => boolean;
  left: number;
  calls: string[];
  happen: () => Promise<unknown>;
  where?: string;
  dead?: true;
}

export type Ended<T> = { value: T } | { error: unknown };

/** One of the moments within some work at which something may come in between. */
export class Point {
  /** The call that it came before; undefined: the work had ended. */
  where: string | undefined;
  /** The calls that had been made when it came. */
  before: string[] = [];

  constructor(
    readonly number: number,
    private readonly storage: AsyncLocalStorage<Watched>,
    private readonly counts: (call: string) => boolean,
  ) {}

  /** Does the work; `happen` comes before its number-th call, or after its end. An error that `happen` throws ends the work there. */
  async during<T>(work: () => Promise<T>, happen: () => Promise<unknown>): Promise<Ended<T>> {
    const watched: Watched = { counts: this.counts, left: this.number, calls: [], happen };
    const ended = await this.storage.run(watched, async (): Promise<Ended<T>> => {
      try {
        return { value: await work() };
      } catch (error) {
        return { error };
      }
    });
    this.where = watched.where;
    this.before = watched.calls;
    if (this.where === undefined) await happen().catch(ignoreDeath);
    return ended;
  }

  /** Was this call under way or over when it came? */
  after(call: string): boolean {
    return this.before.includes(call);
  }
}

export const die = (): Promise<never> => Promise.reject(new Died('taken for dead'));

function ignoreDeath(error: unknown): void {
  if (!(error instanceof Died)) throw error;
}

/** Watches every call that activities of this world make to the store and to both systems. */
export class Interleavings {
  readonly #storage = new AsyncLocalStorage<Watched>();
  #scenarios = 0;

  constructor(world: World) {
    const { deps } = world;
    const parts = Object.entries(deps.store).filter(
      ([name, part]) => name !== 'db' && name !== 'fingerprinter' && typeof part === 'object',
    );
    const store = Object.fromEntries(parts.map(([name, part]) => [name, this.#watched(name, part as object)]));
    deps.store = { ...deps.store, ...store } as Store;
    deps.dynamics = this.#watched('dynamics', deps.dynamics);
    deps.marketo = this.#watched('marketo', deps.marketo);
  }

  /**
   * Plays a scenario for points of its work, until the work is over before its point: one in three, since test/deaths plays them all
   * without servers; with DEATHS_ALL each.
   *
   * @param step 1: all of them, in any case
   * @returns the calls of the work that count, in order
   */
  async each(
    counts: (call: string) => boolean,
    scenario: (point: Point) => Promise<void>,
    step = STEP,
  ): Promise<string[]> {
    this.#scenarios += 1;
    for (let number = 1 + (this.#scenarios % step); ; number += step) {
      const { where, before } = await this.#play(number, counts, scenario);
      if (where === undefined) return before.filter(counts);
    }
  }

  /** Plays a scenario for one point. @returns the call that it came before; undefined when the work was over before. */
  async at(
    number: number,
    counts: (call: string) => boolean,
    scenario: (point: Point) => Promise<void>,
  ): Promise<string | undefined> {
    return (await this.#play(number, counts, scenario)).where;
  }

  async #play(
    number: number,
    counts: (call: string) => boolean,
    scenario: (point: Point) => Promise<void>,
  ): Promise<Point> {
    const point = new Point(number, this.#storage, counts);
    try {
      await scenario(point);
    } catch (error) {
      const where = point.where ?? 'nothing: the work had ended';
      (error as Error).message = `at point ${number}, before ${where}: ${(error as Error).message}`;
      throw error;
    }
    return point;
  }

  #watched<T extends object>(name: string, part: T): T {
    return new Proxy(part, {
      get: (target, key) => {
        const member = Reflect.get(target, key) as unknown;
        if (typeof member !== 'function' || typeof key !== 'string') return member;
        const bound = member.bind(target) as (...given: unknown[]) => unknown;
        if (this.#storage.getStore() === undefined) return bound;
        return (...given: unknown[]) => this.#meet(`${name}.${key}`, bound, given);
      },
    });
  }

  #meet(call: string, member: (...given: unknown[]) => unknown, given: unknown[]): unknown {
    // An iteration is no promise, and reads only.
    if (ITERATIONS.has(call.split('.')[1] ?? '')) return member(...given);
    // Nothing to write.
    if (given.some((one) => Array.isArray(one) && one.length === 0)) return member(...given);
    const last = given.at(-1);
    const beforeSend = typeof last === 'function' ? (last as () => Promise<void>) : undefined;
    // Between the last check and the request itself.
    const sends = async () => {
      await beforeSend?.();
      await this.#before(`${call} sends`);
    };
    const rest = beforeSend ? [...given.slice(0, -1), sends] : given;
    return this.#around(call, () => member(...rest));
  }

  async #around(call: string, member: () => unknown): Promise<unknown> {
    await this.#before(call);
    const answer = await member();
    if (isVendor(call) && changes(call)) await this.#before(`${call} answered`);
    return answer;
  }

  async #before(call: string): Promise<void> {
    const watched = this.#storage.getStore();
    if (!watched) return;
    if (watched.dead) throw new Died('taken for dead');
    if (watched.counts(call)) watched.left -= 1;
    if (watched.left === 0 && watched.where === undefined && watched.counts(call)) {
      watched.where = call;
      try {
        await this.#storage.exit(watched.happen);
      } catch (error) {
        watched.dead = true;
        throw error;
      }
      return this.#record(watched, call);
    }
    this.#record(watched, call);
  }

  #record(watched: Watched, call: string): void {
    if (watched.where === undefined) watched.calls.push(call);
  }
}

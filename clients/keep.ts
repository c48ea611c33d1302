/**
 * The only place where a promise is kept beyond the call that made it. A rejection is never kept: whoever asks next is not
 * answered with a fault that may be over (test/unit/kept-promises.test.ts forbids other spellings).
 */
export interface Kept<T> {
  (): Promise<T>;
  /** Lets the next call make it again. */
  forget(): void;
}

/** Makes a value with the first call and keeps it. Calls that come while it is being made share it; where that fails, the next call tries again. */
export function kept<T>(make: () => Promise<T>): Kept<T> {
  return keeping(make, true);
}

/** The same, but nothing is kept once it is made: only calls that come meanwhile share it, whatever they ask with. */
export function shared<A extends unknown[], T>(make: (...asked: A) => Promise<T>): (...asked: A) => Promise<T> {
  return keeping(make, false);
}

function keeping<A extends unknown[], T>(make: (...asked: A) => Promise<T>, keep: boolean) {
  let current: Promise<T> | undefined;
  const get = (...asked: A): Promise<T> => {
    if (current !== undefined) return current;
    // `async`: what `make` throws before its first await is a rejection too.
    const made = (async () => make(...asked))();
    const drop = () => {
      if (current === made) current = undefined;
    };
    current = made;
    made.then(keep ? undefined : drop, drop);
    return made;
  };
  return Object.assign(get, {
    forget: () => {
      current = undefined;
    },
  });
}

/** `kept`, one value a key. */
export class KeptByKey<K, T> {
  readonly #values = new Map<K, Kept<T>>();

  constructor(private readonly make: (key: K) => Promise<T>) {}

  get(key: K): Promise<T> {
    const value = this.#values.get(key) ?? kept(() => this.make(key));
    this.#values.set(key, value);
    return value();
  }

  forget(key: K): void {
    this.#values.delete(key);
  }

  clear(): void {
    this.#values.clear();
  }
}

/** Runs tasks one at a time, in the order in which they were given; one that fails holds up none behind it. */
export function inTurn(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<void> = Promise.resolve();
  return (task) => {
    const turn = last.then(task);
    last = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  };
}

/** Work on the same key is done one after the other, in the order in which it came; on different keys, at once. What is kept never rejects. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();
  /** By key, how many works had ended when the last one on it did. */
  readonly #ended = new Map<string, number>();
  #ends = 0;

  /** To be asked before something is read: `take` tells then whether work on it has ended since. */
  now(): number {
    return this.#ends;
  }

  /**
   * Nobody waits for another for ever: whoever comes first has all of its keys.
   *
   * @param work is told whether what was read at `since` is old: other work on one of its keys has ended since then
   * @throws what the work throws
   */
  async take<T>(keys: readonly string[], since: number, work: (isOld: boolean) => Promise<T>): Promise<T> {
    const before = keys.flatMap((key) => this.#last.get(key) ?? []);
    let done: () => void = () => undefined;
    const mine = new Promise<void>((resolve) => {
      done = resolve;
    });
    for (const key of keys) this.#last.set(key, mine);
    try {
      await Promise.all(before);
      return await work(keys.some((key) => (this.#ended.get(key) ?? 0) > since));
    } finally {
      this.#ends += 1;
      for (const key of keys) this.#ended.set(key, this.#ends);
      done();
      for (const key of keys) if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}

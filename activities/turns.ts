/** Work on the same key is done one after the other, in the order in which it came; on different keys, at once. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Nobody waits for another for ever: whoever comes first has all of its keys. @throws what the work throws */
  async take<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = keys.flatMap((key) => this.#last.get(key) ?? []);
    let done: () => void = () => undefined;
    const mine = new Promise<void>((resolve) => {
      done = resolve;
    });
    for (const key of keys) this.#last.set(key, mine);
    try {
      await Promise.all(before);
      return await work();
    } finally {
      done();
      for (const key of keys) if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}

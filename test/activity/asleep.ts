/** An attempt that is stopped, and goes on when it is told to. */
export class Asleep {
  #wake: () => void = () => undefined;
  readonly #asleep = new Promise<void>((resolve) => {
    this.#wake = resolve;
  });
  readonly fellAsleep: Promise<void>;
  #fall: () => void = () => undefined;

  constructor() {
    this.fellAsleep = new Promise((resolve) => {
      this.#fall = resolve;
    });
  }

  readonly sleep = (): Promise<void> => {
    this.#fall();
    return this.#asleep;
  };

  wake(): void {
    this.#wake();
  }
}

import { wait } from './wait';

/** Marketo counts 100 calls in 20 s for the whole instance (marketo-api §3); the service needs some of them. */
const WINDOW_MS = 20_000;

/** Lets at most so many calls start in any 20 s, and so many run at once. */
export class Pace {
  private readonly starts: number[] = [];
  private running = 0;

  constructor(
    private readonly calls: number,
    private readonly atOnce: number,
  ) {}

  async run<T>(call: () => Promise<T>): Promise<T> {
    while (!this.mayStart()) await wait(20);
    this.starts.push(Date.now());
    this.running += 1;
    try {
      return await call();
    } finally {
      this.running -= 1;
    }
  }

  private mayStart(): boolean {
    const since = Date.now() - WINDOW_MS;
    while (this.starts[0] !== undefined && this.starts[0] < since) this.starts.shift();
    return this.running < this.atOnce && this.starts.length < this.calls;
  }
}

import { shared } from '../../clients/keep';

/** Steps that take back what was started, run backwards and once. */
export class UndoStack {
  private readonly steps: (() => Promise<unknown> | unknown)[] = [];

  add(step: () => Promise<unknown> | unknown): void {
    this.steps.push(step);
  }

  /** Every step is tried, also when one before it failed; the first fault is thrown at the end. May be called again. */
  readonly run = shared(async (): Promise<void> => {
    const faults: unknown[] = [];
    for (let step = this.steps.pop(); step; step = this.steps.pop()) {
      try {
        await step();
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) throw faults[0];
  });
}

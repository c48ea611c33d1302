/** What a run of the bench is made of. */
export interface Sizes {
  quick: boolean;
  /** Leads of the two imports within Marketo's limits. */
  create: number;
  adopt: number;
  /** Marketo's window as the simulator enforces it and the service is granted it, whole. */
  callsPer20Seconds: number;
  /** Leads of the import without limits, and of the bare loop beside it. */
  unlimited: number;
  /** Linked leads before the edits begin; each edit takes another one. */
  linked: number;
  editsPerSecond: number;
  editSeconds: number;
  restCycles: number;
}

/** 1,000 write calls and more: the first limit window, which is empty at the start, must not flatter the rest (DESIGN §7). */
export const FULL: Sizes = {
  quick: false,
  create: 300_000,
  adopt: 300_000,
  callsPer20Seconds: 100,
  unlimited: 100_000,
  linked: 2_000,
  editsPerSecond: 10,
  editSeconds: 60,
  restCycles: 5,
};

/** For CI: a quarter of the limit, so that fewer leads still fill several windows; even, since `adopt` takes two calls a batch. */
export const QUICK: Sizes = {
  quick: true,
  create: 23_000,
  adopt: 12_000,
  callsPer20Seconds: 24,
  unlimited: 20_000,
  linked: 300,
  editsPerSecond: 3,
  editSeconds: 20,
  restCycles: 5,
};

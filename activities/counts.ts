/** What became of a batch of rows; also the increments of `progress`. */
export interface ApplyCounts {
  done: number;
  eligible: number;
  created: number;
  updated: number;
  unchanged: number;
  /** Rows of which something has to go back to Dynamics. */
  back: number;
}

export const noCounts = (done: number): ApplyCounts => ({
  done,
  eligible: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  back: 0,
});

export const addCounts = (a: ApplyCounts, b: ApplyCounts): ApplyCounts => ({
  done: a.done + b.done,
  eligible: a.eligible + b.eligible,
  created: a.created + b.created,
  updated: a.updated + b.updated,
  unchanged: a.unchanged + b.unchanged,
  back: a.back + b.back,
});

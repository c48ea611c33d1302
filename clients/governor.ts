/**
 * Permission to make one HTTP call. The clients ask for it before each call and give it back after the answer;
 * who grants it (Mongo's leases, or nobody in a test) is not theirs to know.
 */
export interface Governor {
  /** Resolves when a call may be sent; rejects with ApiError `quota` when today's share is spent. */
  acquire(): Promise<Permit>;
}

export interface Permit {
  /** The answer has come, or the call was given up. */
  release(): void;
}

/** No brake at all. */
export const unlimited: Governor = { acquire: async () => ({ release: () => undefined }) };

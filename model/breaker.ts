/** So few are never held up, however small the entity. */
const ALWAYS = 5;

/**
 * Deletions of one entity that go through within a rolling day (DESIGN §5, Deletes): half a percent of it, but at least 100, but at
 * most a tenth; five in any case. One more, and the entity's deletes stop until someone says so.
 *
 * @param rows the entity's rows, as counted by its last whole read
 */
export const deletionLimit = (rows: number): number =>
  Math.max(ALWAYS, Math.floor(Math.min(Math.max(100, rows * 0.005), rows * 0.1)));

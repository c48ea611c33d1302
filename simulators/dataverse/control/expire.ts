import type { Database } from '../database';

/** Delta tokens issued until now are expired; the counter moves, so that later tokens can be told from them. */
export function expireTokens(database: Database, tables: true | readonly string[]): void {
  const below = database.nextVersion();
  const names = tables === true ? [...database.stores()].map((store) => store.table.logicalName) : tables;
  for (const name of names) database.expiredBelow.set(name, below);
}

import type { Database } from '../database';

/** Display name of a lookup's row, for formatted values. */
export function nameOf(database: Database): (table: string, id: string) => string | null {
  return (table, id) => {
    const store = database.find(table);
    const name = store?.table.primaryName && store.get(id)?.[store.table.primaryName];
    return typeof name === 'string' ? name : null;
  };
}

import type { Context } from '../context';
import type { Filter } from '../odata/ast';
import { type Collection, gather } from '../relationships';
import type { TableStore } from '../store';
import type { Row, Table } from '../types';
import { candidates } from './candidates';

/** Where the rows of a list come from. */
export interface Source {
  table: Table;
  /** Below the API; stands in the links of the list, and its cookies are good for it only. */
  path: string;
  /** In order of the primary key, after `last`; the filter only narrows the search, the caller applies it. */
  rows(filter: Filter | undefined, last: string | null): Iterable<Row>;
}

/** All rows of a table. */
export function setSource(store: TableStore): Source {
  return {
    table: store.table,
    path: store.table.setName,
    rows: (filter, last) => candidates(store, filter, last),
  };
}

/** The rows at the other end of a collection-valued navigation property of one row. */
export function collectionSource(context: Context, path: string, collection: Collection, id: string): Source {
  const { primaryId } = collection.table;
  const rows = gather(context.database, collection);
  return {
    table: collection.table,
    path: `${path}/${collection.name}`,
    rows: (_filter, last) => rows(id).filter((row) => last === null || String(row[primaryId]) > last),
  };
}

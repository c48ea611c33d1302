import { isLookup, type Row, type Table, typeKey } from './types';

const templates = new WeakMap<Table, { columns: number; row: Row }>();

/**
 * A row of a table with every column null. Rows that begin as a copy of this share one hidden shape; built key by key,
 * the engine keeps each as a hash table, at ten times the memory.
 */
export function blankRow(table: Table): Row {
  let template = templates.get(table);
  if (template?.columns !== table.columns.size) {
    const keys = [...table.columns.values()].flatMap((column) =>
      isLookup(column) && (column.targets?.length ?? 0) > 1 ? [column.wire, typeKey(column)] : [column.wire],
    );
    const text = `{${keys.map((key) => `${JSON.stringify(key)}:null`).join(',')}}`;
    template = { columns: table.columns.size, row: JSON.parse(text) as Row };
    templates.set(table, template);
  }
  return { ...template.row };
}

/** Forgets the shape of a table whose columns have changed. */
export function forgetShape(table: Table): void {
  templates.delete(table);
}

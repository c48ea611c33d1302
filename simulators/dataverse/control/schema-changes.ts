import type { Database } from '../database';
import { column as fromText } from '../schema/define';
import type { TableStore } from '../store';
import { addColumn, type Column, isLookup, type Option, type Table, typeKey } from '../types';
import { checkValue } from '../write/check';
import type { SchemaChange } from './schema-change';

type Run = (database: Database, store: TableStore, change: SchemaChange) => void;

/** What a change of the schema can do, by its name; each throws an Error that names what is wrong. */
export const CHANGES: Readonly<Record<string, Run>> = {
  addColumn(_database, { table }, change) {
    const column = defined(table, change);
    if (table.columns.has(column.name))
      throw new Error(`'${table.logicalName}' has the column '${column.name}' already`);
    addColumn(table, column);
  },
  removeColumn(_database, store, change) {
    remove(store, existing(store.table, change));
  },
  /** As Dataverse makes one do it: the column goes with its values, and one of the same name and another type comes. */
  retype(_database, store, change) {
    const column = defined(store.table, change);
    remove(store, existing(store.table, { ...change, column: column.name }));
    addColumn(store.table, column);
  },
  /** Longer or shorter; texts that are longer already stay. */
  setMaxLength(_database, { table }, change) {
    if (!Number.isInteger(change.maxLength)) throw new Error('setMaxLength needs the field maxLength');
    existing(table, change).maxLength = change.maxLength!;
  },
  setRange(_database, { table }, change) {
    const column = existing(table, change);
    if (change.min !== undefined) column.min = change.min;
    if (change.max !== undefined) column.max = change.max;
  },
  setRequired(_database, { table }, change) {
    existing(table, change).required = change.required ?? true;
  },
  /** What a new row holds where nobody sends a value; null takes the default away. */
  setDefault(_database, { table }, change) {
    const column = existing(table, change);
    if (change.default === undefined) throw new Error('setDefault needs the field default');
    if (change.default === null) delete column.default;
    else column.default = checkValue(table, column, change.default);
  },
  addOption(_database, { table }, change) {
    const options = optionsOf(table, change);
    if (options.some(({ value }) => value === change.value))
      throw new Error(`the option ${change.value} is there already`);
    const { value = 100_000_000 + options.length, label = String(value), state } = change;
    options.push({ value, label, ...(state !== undefined && { state }) });
  },
  removeOption(_database, { table }, change) {
    const options = optionsOf(table, change);
    options.splice(options.indexOf(option(options, change)), 1);
  },
  relabel(_database, { table }, change) {
    if (change.label === undefined) throw new Error('relabel needs the field label');
    option(optionsOf(table, change), change).label = change.label;
  },
  setTracking(_database, { table }, change) {
    table.tracked = change.on ?? true;
  },
  addKey(_database, { table }, { name, columns }) {
    if (!name || !columns?.length) throw new Error('addKey needs the fields name and columns');
    for (const column of columns) existing(table, { table: table.logicalName, do: 'addKey', column });
    table.keys.push({ name, columns });
  },
  removeKey(_database, { table }, { name }) {
    table.keys = table.keys.filter((key) => key.name !== name);
  },
  removeTable(database, { table }) {
    database.dropTable(table);
  },
};

function defined(table: Table, { column: text, options }: SchemaChange): Column {
  if (!text?.includes(':')) throw new Error("the field column needs the short form 'name:kind', e.g. 'new_code:s20'");
  const column = fromText(table.logicalName, text, true);
  return options ? { ...column, options: options.map((item) => ({ ...item })) } : column;
}

function existing(table: Table, { column: name }: SchemaChange): Column {
  const column = table.columns.get(name ?? '');
  if (column) return column;
  throw new Error(`column '${name}' is unknown in '${table.logicalName}'`);
}

/** Takes the column and its values away; rows keep their versions. */
function remove(store: TableStore, column: Column): void {
  store.table.columns.delete(column.name);
  store.table.wire.delete(column.wire);
  for (const [id, row] of store.rows) {
    const { [column.wire]: _value, ...rest } = row;
    if (isLookup(column)) delete rest[typeKey(column)];
    store.rows.set(id, rest);
  }
}

function optionsOf(table: Table, change: SchemaChange): Option[] {
  const column = existing(table, change);
  column.options ??= [];
  return column.options;
}

function option(options: Option[], { value }: SchemaChange): Option {
  const found = options.find((item) => item.value === value);
  if (found) return found;
  throw new Error(`the option ${value} is not there; use one of ${options.map((item) => item.value).join(', ')}`);
}

import { BUSINESS_UNIT_ID } from '../builtin';
import type { Context } from '../context';
import type { Database } from '../database';
import { badQuery } from '../errors';
import { collectionOf, follow, gather, noNavigation, type Reference, referenceOf } from '../relationships';
import type { Column, ColumnType, Row, Table } from '../types';
import { hierarchy } from './hierarchy';
import type { Kind, Property, Scope } from './scope';

const KINDS: Partial<Record<ColumnType, Kind>> = {
  String: 'text',
  Memo: 'text',
  MultiSelect: 'text',
  Boolean: 'boolean',
  DateTime: 'time',
  Uniqueidentifier: 'id',
  Lookup: 'id',
  Customer: 'id',
  Owner: 'id',
};

/** The column of a name as it stands in $select or $filter; throws 400 0x80060888 (dataverse-api §3.1). */
export function columnOf(table: Table, name: string): Column {
  const column = table.wire.get(name);
  if (column) return column;
  throw badQuery(`Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${table.logicalName}'.`);
}

/** What the names of a $filter or $orderby mean for a table's rows; paths lead over navigation properties. */
export function rowScope(context: Pick<Context, 'database' | 'userId'>, table: Table): Scope<Row> {
  const { database, userId } = context;
  return {
    now: database.clock.now(),
    userId,
    businessUnitId: BUSINESS_UNIT_ID,
    property: (name, ofFunction) => property(database, table, name, ofFunction === true),
    collection(path, variable) {
      const { at, rest } = walk(database, table, path);
      const found = collectionOf(database, at.table, rest);
      if (!found) throw noNavigation(at.table, rest);
      const children = gather(database, found);
      return {
        rows: (row) => {
          const from = at.row(row);
          return from ? children(String(from[at.table.primaryId])) : [];
        },
        inner: within(rowScope(context, found.table), variable),
      };
    },
  };
}

/** Names within a lambda begin with its variable. */
function within(scope: Scope<Row>, variable: string): Scope<Row> {
  const strip = (name: string): string => {
    if (name.startsWith(`${variable}/`)) return name.slice(variable.length + 1);
    throw badQuery(`The name '${name}' within the lambda expression does not begin with '${variable}/'.`);
  };
  return {
    ...scope,
    property: (name, ofFunction) => scope.property(ofFunction && !name.includes('/') ? name : strip(name), ofFunction),
    collection: (path, inner) => scope.collection!(strip(path), inner),
  };
}

interface Place {
  table: Table;
  row: (row: Row) => Row | undefined;
}

/** Follows the single-valued part of a path; gives where it ends and the last name. */
function walk(database: Database, table: Table, path: string): { at: Place; rest: string } {
  const names = path.split('/');
  const rest = names.pop()!;
  let at: Place = { table, row: (row) => row };
  for (const name of names) at = step(database, at, name);
  return { at, rest };
}

function step(database: Database, from: Place, name: string): Place {
  const reference = referenceOf(from.table, name);
  const target = reference?.targets.length === 1 ? database.find(reference.targets[0]!) : undefined;
  if (!reference || !target) throw noNavigation(from.table, name);
  return {
    table: target.table,
    row: (row) => {
      const near = from.row(row);
      return near && follow(database, near, reference)?.[1];
    },
  };
}

function property(database: Database, table: Table, path: string, ofFunction: boolean): Property<Row> {
  const { at, rest } = walk(database, table, path);
  const short = at.table.columns.get(rest);
  const column = at.table.wire.get(rest) ?? (ofFunction ? short : undefined);
  const reference = column ? undefined : referenceOf(at.table, rest);
  if (reference) return { read: (row) => reading(at.row(row), reference), navigation: true };
  const { wire, type } = column ?? columnOf(at.table, rest);
  const kind = KINDS[type] ?? 'number';
  const parent = kind === 'id' ? hierarchy(database, at.table, column!) : undefined;
  const read = at.table === table && !path.includes('/') ? (row: Row) => row[wire] : (row: Row) => at.row(row)?.[wire];
  return { read, kind, ...(parent && { above: parent }) };
}

function reading(row: Row | undefined, { column, targets }: Reference): unknown {
  if (!row) return null;
  const type = row[`_${column.name}_type`];
  return typeof type === 'string' && !targets.includes(type) ? null : row[column.wire];
}

import type { Database } from './database';
import { badQuery } from './errors';
import { relationshipName } from './relationship-names';
import { type Column, isLookup, navigationName, type Row, type Table, typeKey } from './types';

/** A lookup seen from its target: the rows of `table` that point to a row by `column`. */
export interface OneToMany {
  kind: 'one-to-many';
  /** Schema name, and the name of the collection-valued navigation property. */
  name: string;
  table: Table;
  column: Column;
  target: string;
}

/** A relationship over an intersect table, seen from one end. */
export interface ManyToMany {
  kind: 'many-to-many';
  name: string;
  /** The table at the other end. */
  table: Table;
  intersect: Table;
  /** Columns of the intersect table: this end's id and the other end's. */
  near: string;
  far: string;
}

export type Collection = OneToMany | ManyToMany;

const MEMBERSHIP = 'teammembership_association'; // dataverse-api §9.4
const MEMBERS: Record<string, string> = { team: 'systemuser', systemuser: 'team' };

/** All one-to-many relationships of the organisation. */
export function* oneToMany(database: Database): Generator<OneToMany> {
  for (const { table } of database.stores()) {
    for (const column of table.columns.values()) {
      if (!isLookup(column)) continue;
      for (const target of column.targets ?? []) {
        yield { kind: 'one-to-many', name: relationshipName(table, column, target), table, column, target };
      }
    }
  }
}

/** The collection-valued navigation property of a name, or undefined where the table has none of that name. */
export function collectionOf(database: Database, table: Table, name: string): Collection | undefined {
  const other = MEMBERS[table.logicalName];
  if (name === MEMBERSHIP && other !== undefined) {
    const [near, far] = [`${table.logicalName}id`, `${other}id`];
    const intersect = database.store('teammembership').table;
    return { kind: 'many-to-many', name, table: database.store(other).table, intersect, near, far };
  }
  for (const found of oneToMany(database)) {
    if (found.name === name && found.target === table.logicalName) return found;
  }
  return undefined;
}

/** A single-valued navigation property: the lookup and the table it can lead to; `ownerid` leads to two. */
export interface Reference {
  column: Column;
  targets: string[];
}

/** The single-valued navigation property of a name (`parentcustomerid_account`), or undefined (dataverse-api §9.1). */
export function referenceOf(table: Table, name: string): Reference | undefined {
  const own = table.columns.get(name);
  if (own && isLookup(own) && navigationName(own, own.targets?.[0] ?? '') === name) {
    return { column: own, targets: own.targets ?? [] };
  }
  for (const column of table.columns.values()) {
    if (!isLookup(column) || !name.startsWith(`${column.name}_`)) continue;
    const target = column.targets?.find((candidate) => navigationName(column, candidate) === name);
    if (target !== undefined) return { column, targets: [target] };
  }
  return undefined;
}

/** The row a reference leads to with its table's name, or undefined where it is empty, of another type, or gone. */
export function follow(database: Database, row: Row, { column, targets }: Reference): [string, Row] | undefined {
  const id = row[column.wire];
  if (typeof id !== 'string') return undefined;
  const kept = row[typeKey(column)];
  const type = typeof kept === 'string' ? kept : (column.targets?.[0] ?? '');
  const found = targets.includes(type) ? database.find(type)?.get(id) : undefined;
  return found && [type, found];
}

/**
 * Rows at the other end of a collection, by the id at this end, in order of their primary key. All links are gathered
 * at the first call, so that a page of parents costs one pass over the children.
 */
export function gather(database: Database, collection: Collection): (id: string) => readonly Row[] {
  let groups: Map<string, Row[]> | undefined;
  return (id) => {
    groups ??= grouped(database, collection);
    return groups.get(id) ?? [];
  };
}

function grouped(database: Database, collection: Collection): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  const store = database.store(collection.table.logicalName);
  const add = (id: unknown, row: Row | undefined): void => {
    if (typeof id !== 'string' || !row) return;
    const group = groups.get(id);
    if (group) group.push(row);
    else groups.set(id, [row]);
  };
  if (collection.kind === 'one-to-many') {
    const { column, target } = collection;
    const type = (column.targets?.length ?? 0) > 1 ? typeKey(column) : undefined;
    for (const id of store.sortedIds()) {
      const row = store.get(id);
      if (row && (type === undefined || row[type] === target)) add(row[column.wire], row);
    }
    return groups;
  }
  const links = [...database.store(collection.intersect.logicalName).rows.values()];
  const far = (link: Row): string => String(link[collection.far]);
  for (const link of links.sort((a, b) => (far(a) < far(b) ? -1 : 1))) add(link[collection.near], store.get(far(link)));
  return groups;
}

/** 400 0x80060888, no navigation property of that name. */
export const noNavigation = (table: Table, name: string) =>
  badQuery(`Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${table.logicalName}'.`);

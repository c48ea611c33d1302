import type { Context } from '../context';
import type { Database } from '../database';
import { badQuery } from '../errors';
import { rowScope } from '../odata/columns';
import type { Expansion } from '../odata/expand';
import { compile } from '../odata/filter';
import { parseFilter } from '../odata/parse';
import { json, type Project } from '../odata/project';
import {
  type Collection,
  collectionOf,
  follow,
  gather,
  noNavigation,
  type Reference,
  referenceOf,
} from '../relationships';
import type { Row, Table } from '../types';
import { needPrivilege } from '../web/privileges';
import { nextLink } from './links';
import { compileOrder } from './order';
import { pageSize } from './page';
import { rowText } from './row-text';

const MOST_CHILDREN = 5000; // for each parent of a single-level $expand (dataverse-api §3.2)
const PRINCIPALS = ['systemuser', 'team'];

/** Writes one navigation property of a row, `,"nav":…`. Throws 400 0x80060888 where it cannot be expanded so. */
export function compileExpansion(context: Context, table: Table, expansion: Expansion, depth: number): Project {
  const reference = referenceOf(table, expansion.name);
  if (reference) return single(context, reference, expansion, depth);
  const collection = collectionOf(context.database, table, expansion.name);
  if (!collection) throw noNavigation(table, expansion.name);
  if (expansion.ref) throw badQuery('Expand with $ref is only supported on lookup type navigation property.');
  return many(context, table, collection, expansion, depth);
}

function refuseOrder({ top, orderby }: Expansion): void {
  if (top === undefined && orderby === undefined) return;
  throw badQuery(
    'Only $select and $filter clause can be provided while doing $expand on many-to-one relationship or nested one-to-many relationship.',
  );
}

function single(context: Context, reference: Reference, expansion: Expansion, depth: number): Project {
  refuseOrder(expansion);
  const { database } = context;
  if (reference.targets.length > 1) checkNames(database, reference, expansion.select ?? []);
  const writers = new Map(
    reference.targets.map((target): [string, Project] => {
      const { table } = database.store(target);
      needPrivilege(context, table, 'Read');
      const select = reference.targets.length > 1 ? common(table, expansion.select) : expansion.select;
      const write = expansion.ref
        ? (row: Row) => `{"@odata.id":${JSON.stringify(addressOf(context, table, row))}}`
        : rowText(context, table, { ...expansion, ...(select && { select }) }, depth + 1);
      return [target, principal(table, filtered(context, table, expansion, write))];
    }),
  );
  const name = `,${JSON.stringify(expansion.name)}:`;
  return (row) => {
    const found = follow(database, row, reference);
    return name + (found ? writers.get(found[0])!(found[1]) : 'null');
  };
}

/** Throws 400 0x80060888 for a column that none of the targets has. */
function checkNames(database: Database, { targets }: Reference, names: readonly string[]): void {
  const known = (name: string): boolean => targets.some((target) => database.store(target).table.wire.has(name));
  for (const name of names) {
    if (name === 'ownerid' || known(name)) continue;
    throw badQuery(`Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.principal'.`);
  }
}

/** Of an owner, which is a user or a team, what the one at hand has; `ownerid` itself is its id. */
function common(table: Table, select: readonly string[] | undefined): string[] | undefined {
  return select?.filter((name) => name !== 'ownerid' && table.wire.has(name)).concat(table.primaryId);
}

/** Users and teams are principals: expanded, they show their id as `ownerid` too (dataverse-api §9.3). */
function principal(table: Table, write: Project): Project {
  if (!PRINCIPALS.includes(table.logicalName)) return write;
  return (row) => {
    const text = write(row);
    return text.startsWith('{"@odata.etag"') ? `${text.slice(0, -1)},"ownerid":${json(row[table.primaryId])}}` : text;
  };
}

/** A $filter on a single row leaves null where it does not match. */
function filtered(context: Context, table: Table, { filter }: Expansion, write: Project): Project {
  if (filter === undefined) return write;
  const matches = compile(parseFilter(filter), rowScope(context, table));
  return (row) => (matches(row) ? write(row) : 'null');
}

/**
 * The children of a row: with a single level up to 5,000 and a link that says the same; with a $expand within, pages
 * of the preferred size and a link with a cookie where there are more (dataverse-api §3.2).
 */
function many(context: Context, parent: Table, collection: Collection, expansion: Expansion, depth: number): Project {
  if (depth > 0) refuseOrder(expansion);
  const { table } = collection;
  needPrivilege(context, table, 'Read');
  const nested = expansion.expand !== undefined;
  const rowsOf = gather(context.database, collection);
  const scope = rowScope(context, table);
  const matches = expansion.filter === undefined ? undefined : compile(parseFilter(expansion.filter), scope);
  const order = expansion.orderby === undefined ? undefined : compileOrder(scope, table, expansion.orderby);
  const write = principal(table, rowText(context, table, expansion, depth + 1));
  const size = nested ? pageSize(context) : MOST_CHILDREN;
  const name = JSON.stringify(expansion.name);
  return (row) => {
    const id = String(row[parent.primaryId]);
    let found = matches ? rowsOf(id).filter(matches) : rowsOf(id);
    if (order) found = [...found].sort(order);
    const page = found.slice(0, Math.min(size, expansion.top ?? size));
    const path = `${parent.setName}(${id})/${collection.name}`;
    let text = `,${name}:[${page.map(write).join(',')}]`;
    const key = (child: Row | undefined): string => String(child?.[table.primaryId]);
    if (nested && found.length > page.length && expansion.top === undefined) {
      const position = { kind: 'plain', page: 2, last: key(page.at(-1)), given: page.length } as const;
      const link = nextLink(context, { table, path }, key(page[0]), position, expansion.options.map(encodeOption));
      text += `,${JSON.stringify(`${expansion.name}@odata.nextLink`)}:${JSON.stringify(link)}`;
    } else if (!nested) {
      const query = expansion.options.length > 0 ? `?${expansion.options.map(encodeOption).join('&')}` : '';
      text += `,${JSON.stringify(`${expansion.name}@odata.nextLink`)}:${JSON.stringify(`${context.api}/${path}${query}`)}`;
    }
    return text;
  };
}

const encodeOption = (option: string): string => option.replace(/[ "#%&+<>]/g, (mark) => encodeURIComponent(mark));

/** The address of a row, as `@odata.id` says it. */
export function addressOf(context: Context, table: Table, row: Row): string {
  return `${context.api}/${table.setName}(${String(row[table.primaryId])})`;
}

import type { Context } from '../../context';
import type { Filter } from '../../odata/ast';
import { rowScope } from '../../odata/columns';
import { compile, type Predicate } from '../../odata/filter';
import type { Property, Scope } from '../../odata/scope';
import type { Row, Table } from '../../types';
import { needPrivilege } from '../../web/privileges';
import { filterOf } from './condition';
import { type FetchEntity, type FetchLink, invalid } from './query';

/** The rows of one line of the answer, by the alias of their entity; '' is the first one. */
export type Joined = Record<string, Row | undefined>;

/** The table of each alias. */
export type Tables = ReadonlyMap<string, Table>;

/** Tables of an entity and all its links; throws 400 for an unknown one. */
export function tablesOf(context: Context, entity: FetchEntity, found = new Map<string, Table>()): Tables {
  const table = context.database.find(entity.name)?.table;
  if (!table) throw invalid(`the entity '${entity.name}' was not found`);
  needPrivilege(context, table, 'Read');
  found.set(entity.alias, table);
  for (const link of entity.links) tablesOf(context, link, found);
  return found;
}

/** Attributes are called by their logical names; throws 400 0x80041103 for an unknown one. */
export function wireOf(table: Table, attribute: string): string {
  const column = table.columns.get(attribute);
  if (column) return column.wire;
  throw invalid(`'${table.logicalName}' entity doesn't contain attribute with Name = '${attribute}'`);
}

/** What the names `alias/attribute` mean. */
export function joinedScope(context: Context, tables: Tables): Scope<Joined> {
  return {
    ...base(context, tables),
    property(path): Property<Joined> {
      const at = path.indexOf('/');
      const alias = path.slice(0, at);
      const table = tables.get(alias);
      if (!table) throw invalid(`the alias '${alias}' is unknown`);
      const inner = rowScope(context, table).property(wireOf(table, path.slice(at + 1)));
      const { read, ...rest } = inner;
      return { ...rest, read: (joined) => (joined[alias] ? read(joined[alias]) : null) };
    },
  };
}

function base(context: Context, tables: Tables): Pick<Scope<Joined>, 'now' | 'userId' | 'businessUnitId'> {
  const { now, userId, businessUnitId } = rowScope(context, tables.get('')!);
  return {
    ...(now !== undefined && { now }),
    ...(userId !== undefined && { userId }),
    ...(businessUnitId !== undefined && { businessUnitId }),
  };
}

/** The lines of a query, in order of the first entity's primary key. */
export function* lines(context: Context, entity: FetchEntity, tables: Tables): Generator<Joined> {
  const scope = joinedScope(context, tables);
  const kindOf = (path: string) => scope.property(path).kind;
  const matches = predicate(filterOf(entity.filters, '', kindOf), scope);
  const joins = entity.links.map((link) => joining(context, link, '', tables, scope));
  const store = context.database.store(entity.name);
  for (const id of store.sortedIds()) {
    const row = store.get(id);
    if (!row) continue;
    let found: Joined[] = [{ '': row }];
    for (const join of joins) found = found.flatMap(join);
    for (const joined of found) if (matches(joined)) yield joined;
  }
}

const predicate = (filter: Filter | undefined, scope: Scope<Joined>): Predicate<Joined> =>
  filter ? compile(filter, scope) : () => true;

/** Puts the rows of a link to a line: one line for each, or, where there are none, as the link's type says. */
function joining(
  context: Context,
  link: FetchLink,
  parent: string,
  tables: Tables,
  scope: Scope<Joined>,
): (joined: Joined) => Joined[] {
  const [near, far] = [wireOf(tables.get(parent)!, link.to), wireOf(tables.get(link.alias)!, link.from)];
  const rows = new Map<unknown, Row[]>();
  for (const row of context.database.store(link.name).rows.values()) {
    const key = row[far];
    if (key !== null && key !== undefined) rows.set(key, [...(rows.get(key) ?? []), row]);
  }
  const kindOf = (path: string) => scope.property(path).kind;
  const matches = predicate(filterOf(link.filters, link.alias, kindOf), scope);
  const inner = link.links.map((one) => joining(context, one, link.alias, tables, scope));
  return (joined) => {
    const from = joined[parent]?.[near];
    let found = (rows.get(from) ?? []).map((row): Joined => ({ ...joined, [link.alias]: row })).filter(matches);
    for (const join of inner) found = found.flatMap(join);
    if (link.type === 'any') return found.length > 0 ? [joined] : [];
    if (link.type === 'not any') return found.length > 0 ? [] : [joined];
    return link.type === 'outer' && found.length === 0 ? [joined] : found;
  };
}

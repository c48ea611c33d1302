import type { Context } from '../../context';
import { formatted } from '../../odata/formatted';
import { json } from '../../odata/project';
import { type Column, isLookup, type Table } from '../../types';
import { nameOf } from '../names';
import { projectionOf, shownTo } from '../secured';
import { type Joined, type Tables, wireOf } from './join';
import type { FetchEntity } from './query';

const FORMATTED = 'OData.Community.Display.V1.FormattedValue';

/**
 * Writes a line of a query: the first entity's columns as a row has them; columns of links as `alias_x002e_name`
 * (a dot cannot stand in a name of OData), or under their own alias.
 */
export function compileLine(context: Context, entity: FetchEntity, tables: Tables): (joined: Joined) => string {
  const table = tables.get('')!;
  const plain = entity.attributes.filter((attribute) => attribute.alias === undefined);
  const select = entity.all ? undefined : [table.primaryId, ...plain.map(({ name }) => wireOf(table, name))];
  const project = projectionOf(context, table, select);
  const extras: ((joined: Joined) => string)[] = [];
  for (const { name, alias } of entity.attributes) {
    if (alias !== undefined) extras.push(extra(context, '', alias, table, name));
  }
  addLinks(context, entity, tables, extras);
  return (joined) => `${project(joined['']!).slice(0, -1)}${extras.map((write) => write(joined)).join('')}}`;
}

function addLinks(context: Context, entity: FetchEntity, tables: Tables, extras: ((joined: Joined) => string)[]): void {
  for (const link of entity.links) {
    const table = tables.get(link.alias)!;
    const names: { name: string; alias?: string }[] = link.all
      ? [...table.columns.keys()].map((name) => ({ name }))
      : link.attributes;
    for (const { name, alias = `${link.alias}_x002e_${name}` } of names) {
      extras.push(extra(context, link.alias, alias, table, name));
    }
    addLinks(context, link, tables, extras);
  }
}

const columnOf = (table: Table, name: string): Column => table.wire.get(wireOf(table, name))!;

/** A column of a link; nothing where the row or its value is missing. */
function extra(context: Context, alias: string, name: string, table: Table, of: string): (joined: Joined) => string {
  const column = columnOf(table, of);
  const shown = shownTo(context, table);
  const annotated = context.prefer.annotations?.(FORMATTED) === true;
  const display = nameOf(context.database);
  return (joined) => {
    const row = joined[alias] && shown(joined[alias]);
    const value = row?.[column.wire] ?? null;
    if (!row || value === null) return '';
    const text = `,${JSON.stringify(name)}:${json(value)}`;
    if (!annotated) return text;
    const type = isLookup(column) ? String(row[`_${column.name}_type`] ?? column.targets?.[0]) : undefined;
    const label = type === undefined ? formatted(column, value) : display(type, String(value));
    return label === null ? text : `${text},${JSON.stringify(`${name}@${FORMATTED}`)}:${json(label)}`;
  };
}

import type { ApiResponse, Context } from '../context';
import { DataverseError, noSuchResource } from '../errors';
import type { Expansion } from '../odata/expand';
import { readOptions } from '../odata/options';
import type { Table } from '../types';
import type { Segment } from '../web/path';
import { answer, byKey, itemAnswer, listAnswer } from './answer';
import { attributes, type Metadata } from './attributes';
import { filterMetadata, pick } from './query';
import { manyToMany, manyToOne, oneToManyOf } from './relationships';
import { definition, keys } from './tables';
import { shown } from './typed';

/** `EntityDefinitions…`: all tables, one, or one's attributes, keys and relationships. */
export function readDefinitions(context: Context, first: Segment, rest: readonly Segment[]): ApiResponse {
  const options = readOptions(context.query);
  const tables = [...context.database.stores()].map(({ table }) => table);
  if (first.key === undefined) {
    const all = tables.map((table): [Table, Metadata] => [table, definition(table)]);
    const kept = new Set(
      filterMetadata(
        all.map(([, item]) => item),
        options.filter,
      ),
    );
    const value = all
      .filter(([, item]) => kept.has(item))
      .map(([table, item]) => expanded(context, table, item, options.expand ?? [], options.select));
    return answer(context, 'EntityDefinitions', { value });
  }
  const table = tableByKey(tables, first.key);
  const [part, ...more] = rest;
  if (!part) {
    const item = expanded(context, table, definition(table), options.expand ?? [], options.select);
    // the vendor's sample wraps the one table; organisations answer the table itself (dataverse-api §8)
    return context.settings.singleMetadataWrapped
      ? answer(context, 'EntityDefinitions', { value: [item] })
      : answer(context, 'EntityDefinitions/$entity', item);
  }
  if (part.name === 'Attributes') return readAttributes(context, table, part.key, more);
  const related = RELATED[part.name];
  if (!related) return itemAnswer(context, 'EntityDefinitions', definition(table), rest, options);
  const items = related(context, table);
  if (part.key === undefined) return listAnswer(context, part.name, items, options);
  const found = byKey(items, part.key, ['LogicalName', 'SchemaName']);
  if (!found) throw missing(part.key);
  return itemAnswer(context, part.name, found, more, options);
}

const RELATED: Record<string, (context: Context, table: Table) => Metadata[]> = {
  ManyToOneRelationships: ({ database }, table) => manyToOne(database, table),
  OneToManyRelationships: ({ database }, table) => oneToManyOf(database, table),
  ManyToManyRelationships: (_context, table) => manyToMany(table),
  Keys: (_context, table) => keys(table),
};

function readAttributes(
  context: Context,
  table: Table,
  key: string | undefined,
  rest: readonly Segment[],
): ApiResponse {
  const options = readOptions(context.query);
  const cast = rest[0]?.name.startsWith('Microsoft.Dynamics.CRM.') ? rest[0].name : undefined;
  const more = cast === undefined ? rest : rest.slice(1);
  const all = attributes(context.settings, table, cast);
  const show = (item: Metadata): Metadata => shown(item, cast !== undefined, options.expand ?? [], options.select);
  if (key === undefined) {
    if (more[0]) throw noSuchResource(more[0].name);
    return answer(context, 'Attributes', { value: filterMetadata(all, options.filter).map(show) });
  }
  const found = byKey(all, key, ['LogicalName', 'SchemaName']);
  if (!found) {
    const message = `Could not find an attribute with specified name: ${key}`;
    throw new DataverseError(404, '0x80041102', message);
  }
  if (!more[0]) return answer(context, 'Attributes/$entity', show(found));
  return itemAnswer(context, 'Attributes', shown(found, cast !== undefined, ALL_OPTIONS, undefined), more, options);
}

/** What a path may go on to under a cast. */
const ALL_OPTIONS: Expansion[] = ['OptionSet', 'GlobalOptionSet'].map((name) => ({ name, ref: false, options: [] }));

function expanded(
  context: Context,
  table: Table,
  item: Metadata,
  expands: readonly Expansion[],
  select: readonly string[] | undefined,
): Metadata {
  const picked = pick(item, select);
  for (const { name, filter, select, expand } of expands) {
    const related = name === 'Attributes' ? () => attributes(context.settings, table) : RELATED[name];
    if (!related) throw noSuchResource(name);
    picked[name] = filterMetadata(related(context, table), filter).map((entry) =>
      name === 'Attributes' ? shown(entry, false, expand ?? [], select) : pick(entry, select),
    );
  }
  return picked;
}

function tableByKey(tables: readonly Table[], key: string): Table {
  const found = byKey(tables.map(definition), key, ['LogicalName']);
  const table = tables.find(({ logicalName }) => logicalName === found?.LogicalName);
  if (table) return table;
  throw missing(key);
}

function missing(key: string): DataverseError {
  const name = /'(.*)'/.exec(key)?.[1] ?? key;
  return new DataverseError(404, '0x80060888', `Could not find an entity with name ${name} in the metadata.`);
}

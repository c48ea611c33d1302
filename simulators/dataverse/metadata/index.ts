import { type ApiResponse, type Context, jsonAnswer } from '../context';
import { DataverseError, noSuchResource } from '../errors';
import { readOptions } from '../odata/options';
import type { Table } from '../types';
import type { Segment } from '../web/path';
import { attribute, attributes, type Metadata } from './attributes';
import { type Expand, filterMetadata, pick, readExpand } from './query';
import { definition, manyToMany, manyToOne, oneToMany } from './tables';

const OPTION_SETS = ['OptionSet', 'GlobalOptionSet'];
/** Properties that only a typed cast has; a plain Attributes query that selects one fails, as in Dataverse. */
const TYPED = ['MaxLength', 'Targets', 'DateTimeBehavior', 'Precision', 'MinValue', 'MaxValue', 'Format'];

/** `EntityDefinitions…` (dataverse-api §8): no paging, no row limit; a single table answers the object itself. */
export function readMetadata(context: Context, first: Segment, rest: Segment[]): ApiResponse {
  const options = readOptions(context.query);
  const expands = readExpand(options.expand);
  if (first.key === undefined) {
    const all = filterMetadata(
      [...context.database.stores()].map(({ table }) => definition(table)),
      options.filter,
    );
    const value = all.map((item) =>
      expanded(context, tableOf(context, String(item.LogicalName)), item, expands, options.select),
    );
    return answer(context, 'EntityDefinitions', { value });
  }
  const table = tableByKey(context, first.key);
  const [part, cast, ...more] = rest;
  if (!part)
    return answer(
      context,
      'EntityDefinitions/$entity',
      expanded(context, table, definition(table), expands, options.select),
    );
  if (more.length > 0) throw noSuchResource(more[0]!.name);
  if (part.name !== 'Attributes') {
    const items = filterMetadata(related(context, table, part.name), options.filter);
    return answer(context, part.name, { value: items.map((item) => pick(item, options.select)) });
  }
  if (part.key !== undefined)
    return answer(context, 'Attributes/$entity', one(table, part.key, cast, expands, options.select));
  const items = filterMetadata(attributes(table, cast?.name), options.filter);
  const value = items.map((item) => shown(item, cast !== undefined, expands, options.select));
  return answer(context, 'Attributes', { value });
}

function answer(context: Context, of: string, body: Metadata): ApiResponse {
  return jsonAnswer(JSON.stringify({ '@odata.context': `${context.api}/$metadata#${of}`, ...body }));
}

function one(
  table: Table,
  key: string,
  cast: Segment | undefined,
  expands: Expand[],
  select: string[] | undefined,
): Metadata {
  const name = /^LogicalName='(.*)'$/.exec(key)?.[1];
  const column = name === undefined ? undefined : table.columns.get(name);
  if (!column) throw new DataverseError(404, '0x80041102', `Could not find an attribute with specified name: ${name}`);
  return shown(attribute(table, column), cast !== undefined, expands, select);
}

/** An attribute: option sets only where expanded, typed properties only under a cast. */
function shown(item: Metadata, cast: boolean, expands: Expand[], select: string[] | undefined): Metadata {
  const plain = Object.fromEntries(
    Object.entries(item).filter(([name]) => !OPTION_SETS.includes(name) && (cast || !TYPED.includes(name))),
  );
  const picked = pick(plain, select);
  for (const { name } of expands) {
    if (!OPTION_SETS.includes(name) || !cast) throw noSuchResource(name);
    picked[name] = item[name] ?? null;
  }
  return picked;
}

function expanded(
  context: Context,
  table: Table,
  item: Metadata,
  expands: Expand[],
  select: string[] | undefined,
): Metadata {
  const picked = pick(item, select);
  for (const expand of expands) {
    const items = filterMetadata(related(context, table, expand.name), expand.filter);
    picked[expand.name] = items.map((entry) =>
      expand.name === 'Attributes' ? shown(entry, false, [], expand.select) : pick(entry, expand.select),
    );
  }
  return picked;
}

function related(context: Context, table: Table, name: string): Metadata[] {
  switch (name) {
    case 'Attributes':
      return attributes(table);
    case 'ManyToOneRelationships':
      return manyToOne(table);
    case 'OneToManyRelationships':
      return oneToMany(context.database, table);
    case 'ManyToManyRelationships':
      return manyToMany(table);
    case 'Keys':
      return []; // no alternate keys are defined
    default:
      throw noSuchResource(name);
  }
}

function tableByKey(context: Context, key: string): Table {
  const name = /^LogicalName='(.*)'$/.exec(key)?.[1];
  if (name !== undefined) return tableOf(context, name);
  for (const { table } of context.database.stores()) if (definition(table).MetadataId === key) return table;
  throw missing(key);
}

function tableOf(context: Context, name: string): Table {
  const store = context.database.find(name);
  if (store) return store.table;
  throw missing(name);
}

function missing(name: string): DataverseError {
  return new DataverseError(404, '0x80060888', `Could not find an entity with name ${name} in the metadata.`);
}

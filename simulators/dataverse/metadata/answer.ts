import { type ApiResponse, type Context, jsonAnswer } from '../context';
import { badQuery, noSuchResource } from '../errors';
import type { QueryOptions } from '../odata/options';
import type { Segment } from '../web/path';
import type { Metadata } from './attributes';
import { filterMetadata, pick } from './query';

/** An answer with its context; metadata has no paging and no row limit (dataverse-api §8). */
export function answer(context: Context, of: string, body: Metadata): ApiResponse {
  return jsonAnswer(JSON.stringify({ '@odata.context': `${context.api}/$metadata#${of}`, ...body }));
}

/** A list, filtered and with the selected properties. */
export function listAnswer(context: Context, of: string, items: Metadata[], options: QueryOptions): ApiResponse {
  const value = filterMetadata(items, options.filter).map((item) => pick(item, options.select));
  return answer(context, of, { value });
}

/** A property of one piece of metadata, `…/Keys(…)/KeyAttributes`; the object itself where no segment follows. */
export function itemAnswer(
  context: Context,
  of: string,
  item: Metadata,
  [first, ...rest]: readonly Segment[],
  options: QueryOptions,
): ApiResponse {
  if (!first) return answer(context, `${of}/$entity`, pick(item, options.select));
  if (rest[0] || !(first.name in item)) throw noSuchResource((rest[0] ?? first).name);
  const value = item[first.name];
  const whole = typeof value === 'object' && value !== null && !Array.isArray(value);
  return answer(context, `${of}/${first.name}`, whole ? pick(value as Metadata, options.select) : { value });
}

/** The piece of metadata a key means: its MetadataId, or `LogicalName='x'`, `SchemaName='x'`, `Name='x'`. */
export function byKey(items: readonly Metadata[], key: string, names: readonly string[]): Metadata | undefined {
  const named = /^(\w+)='(.*)'$/.exec(key);
  if (!named) {
    const id = key.toLowerCase().replace(/^metadataid=/, '');
    return items.find((item) => item.MetadataId === id);
  }
  if (!names.includes(named[1]!)) throw badQuery(`'${named[1]}' is no key of this metadata.`);
  return items.find((item) => item[named[1]!] === named[2]);
}

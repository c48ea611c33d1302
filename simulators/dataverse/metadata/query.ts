import { badQuery } from '../errors';
import { compile } from '../odata/filter';
import { parseFilter } from '../odata/parse';
import type { Metadata } from './attributes';

const TYPE = '@odata.type';
const unknown = (name: string) => badQuery(`Could not find a property named '${name}' in the metadata.`);

/**
 * Filters metadata by its plain properties, enum members and managed properties (`Name/Value`). Throws 0x80060888 for one that none of
 * it has.
 */
export function filterMetadata(items: Metadata[], filter: string | undefined): Metadata[] {
  if (filter === undefined) return items;
  const matches = compile<Metadata>(parseFilter(filter), {
    property: (path) => {
      const [first = '', ...rest] = path.split('/');
      if (items.length > 0 && !items.some((item) => first in item)) throw unknown(first);
      const read = (item: Metadata) =>
        rest.reduce<unknown>((value, name) => (value as Metadata | null | undefined)?.[name], item[first]);
      return { read };
    },
  });
  return items.filter(matches);
}

/** Keeps the selected properties, and MetadataId and the type always (dataverse-api §8). */
export function pick(item: Metadata, select: readonly string[] | undefined): Metadata {
  if (!select) return item;
  const picked: Metadata = TYPE in item ? { [TYPE]: item[TYPE] } : {};
  for (const name of select) {
    if (!(name in item)) throw unknown(name);
    picked[name] = item[name];
  }
  return { ...picked, MetadataId: item.MetadataId };
}

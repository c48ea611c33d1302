import { badQuery } from '../errors';
import { compile } from '../odata/filter';
import { parseFilter } from '../odata/parse';
import type { Metadata } from './attributes';

/** Filters metadata by its plain properties, enum members and managed properties (`Name/Value`). */
export function filterMetadata(items: Metadata[], filter: string | undefined): Metadata[] {
  if (filter === undefined) return items;
  const matches = compile<Metadata>(parseFilter(filter), {
    property: (path) => ({
      read: (item) =>
        path.split('/').reduce<unknown>((value, name) => (value as Metadata | null | undefined)?.[name], item),
    }),
  });
  return items.filter(matches);
}

/** Keeps the selected properties, and MetadataId always (dataverse-api §8). */
export function pick(item: Metadata, select: readonly string[] | undefined): Metadata {
  if (!select) return item;
  const picked: Metadata = {};
  for (const name of select) {
    if (!(name in item)) throw badQuery(`Could not find a property named '${name}' in the metadata.`);
    picked[name] = item[name];
  }
  return { ...picked, MetadataId: item.MetadataId };
}

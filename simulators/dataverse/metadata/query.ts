import { badQuery } from '../errors';
import { compile } from '../odata/filter';
import { parseFilter } from '../odata/parse';
import type { Metadata } from './attributes';

export interface Expand {
  name: string;
  select?: string[];
  filter?: string;
}

/** Reads `Attributes($select=a,b;$filter=…),Keys`. */
export function readExpand(text: string | undefined): Expand[] {
  if (!text) return [];
  const parts = text.match(/[^,()]+(?:\((?:[^()]|\([^()]*\))*\))?/g) ?? [];
  return parts.map((part) => {
    const [, name, inner] = /^([^(]+)(?:\((.*)\))?$/.exec(part.trim())!;
    const expand: Expand = { name: name! };
    for (const option of (inner ?? '').split(';').filter(Boolean)) {
      const [key, value] = [option.slice(0, option.indexOf('=')), option.slice(option.indexOf('=') + 1)];
      if (key === '$select') expand.select = value.split(',').map((column) => column.trim());
      else if (key === '$filter') expand.filter = value;
      else throw badQuery(`The query option '${key}' is not supported inside of $expand here.`);
    }
    return expand;
  });
}

/** Filters metadata by its plain properties, enum members and managed properties (`Name/Value`). */
export function filterMetadata(items: Metadata[], filter: string | undefined): Metadata[] {
  if (filter === undefined) return items;
  const matches = compile<Metadata>(parseFilter(filter), (path) => ({
    read: (item) =>
      path.split('/').reduce<unknown>((value, name) => (value as Metadata | null | undefined)?.[name], item),
  }));
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

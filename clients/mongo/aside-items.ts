import type { Feed, InboxItem } from './inbox';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Work that comes twice for a row is one, where it is of one kind: hints, each loss, each request. The row as a feed brought it may be old by then. */
export function together(items: readonly InboxItem[]): InboxItem[] {
  const kinds = new Map<string, InboxItem>();
  for (const { row: _read, ...item } of items) {
    const { entries = [], decide = [], ...kind } = item;
    const key = JSON.stringify(Object.entries(kind).sort());
    const before = kinds.get(key);
    const told = distinct([...(before?.entries ?? []), ...entries]);
    const decided = distinct([...(before?.decide ?? []), ...decide]);
    kinds.set(key, {
      ...kind,
      ...(told.length > 0 && { entries: told }),
      ...(decided.length > 0 && { decide: decided }),
    });
  }
  return [...kinds.values()];
}

const distinct = <T>(all: readonly T[]): T[] => [
  ...new Map(all.map((one) => [JSON.stringify(one), one] as const)).values(),
];

/** Characters of what is to be done with one row: what is stored of it must stay well below the 16 MB that MongoDB takes. */
const LONGEST = 1_000_000;
const isShort = (items: readonly InboxItem[]): boolean => JSON.stringify(items).length <= LONGEST;

/**
 * What is to be done with a row, short enough to be stored: where it is not, what Marketo told of edits is left out, and found again by reading
 * both sides.
 */
export function inShort(feed: Feed, id: string, items: InboxItem[]): InboxItem[] {
  if (isShort(items)) return items;
  const bare = together(items.map(({ entries: _told, ...item }) => item));
  const instead = insteadOf(feed, id);
  return isShort(bare) || instead.length === 0 ? bare : instead;
}

/**
 * In place of what was to be done with a row, where that is damaged: the row is read again. Of a push nothing is known without it, nor of a row
 * whose id is none.
 */
export const insteadOf = (feed: Feed, id: string): InboxItem[] =>
  GUID.test(id) ? [{ id, ...(feed === 'dynamics' && { resync: true as const }) }] : [];

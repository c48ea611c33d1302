import type { Sealer } from './sealer';

/** MongoDB takes documents of at most 16 MB; one row alone is shorter than this (clients/bounds.ts). */
const LONGEST = 14 * 1_048_576;

/** Items sealed for one document, or, where that would be too long, for as many as it takes: long rows come in answers of any length together. */
export function sealedParts<T>(
  sealer: Sealer,
  items: readonly T[],
  longest = LONGEST,
): { items: readonly T[]; sealed: Buffer }[] {
  const sealed = sealer.seal(items);
  if (sealed.length <= longest || items.length <= 1) return [{ items, sealed }];
  const half = Math.ceil(items.length / 2);
  return [items.slice(0, half), items.slice(half)].flatMap((part) => sealedParts(sealer, part, longest));
}

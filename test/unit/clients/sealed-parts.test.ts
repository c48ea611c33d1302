import { randomBytes } from 'node:crypto';
import { sealedParts } from '../../../clients/mongo/sealed-parts';
import { Sealer } from '../../../clients/mongo/sealer';

const sealer = new Sealer(Buffer.alloc(32, 1));
const KIB = 1_024;

test('items that fit into one document stay together, those that do not are parted in order', () => {
  const short = Array.from({ length: 300 }, (_, id) => ({ id }));
  expect(sealedParts(sealer, short)).toHaveLength(1);
  const long = Array.from({ length: 20 }, (_, id) => ({ id, text: randomBytes(6 * KIB).toString('base64') }));
  const parts = sealedParts(sealer, long, 20 * KIB);
  expect(parts.length).toBeGreaterThan(5);
  expect(parts.every(({ sealed }) => sealed.length <= 20 * KIB)).toBe(true);
  expect(parts.flatMap(({ items }) => items)).toEqual(long);
  expect(parts.flatMap(({ sealed }) => sealer.open<object[]>(sealed))).toEqual(long);
});

test('an item that is too long by itself is a part by itself', () => {
  const giant = { text: randomBytes(30 * KIB).toString('base64') };
  expect(sealedParts(sealer, [{ a: 1 }, giant, { b: 2 }], 20 * KIB).map(({ items }) => items.length)).toEqual([
    1, 1, 1,
  ]);
});

import { baseOf, Fingerprinter, type Marks, noneParked, packMarks, unpackMarks } from '../../../model/fingerprint';
import { fingerprinter } from './builders';

describe('a fingerprint', () => {
  test('is the same for the same value, another for another', () => {
    expect(fingerprinter.of('Ada')).toBe(fingerprinter.of('Ada'));
    expect(fingerprinter.of('Ada')).not.toBe(fingerprinter.of('ada'));
    expect(fingerprinter.of(null)).not.toBe(fingerprinter.of(''));
    expect(fingerprinter.of(null)).not.toBe(fingerprinter.of('null'));
    expect(
      new Set([null, '\u0001', '\u0001\u0001', '\u0001\u0001x', '\u0001x'].map((one) => fingerprinter.of(one))).size,
    ).toBe(5);
  });

  test('has eight bytes', () => {
    const value = fingerprinter.of('Ada');
    expect(value).toBeGreaterThanOrEqual(0n);
    expect(value).toBeLessThan(2n ** 64n);
  });

  test('depends on the key, so that it cannot be looked up', () => {
    expect(new Fingerprinter(Buffer.alloc(32, 8), 'test').of('Ada')).not.toBe(fingerprinter.of('Ada'));
  });

  test('names its key and its normaliser, so that another epoch is told apart', () => {
    expect(fingerprinter.epoch).toBe('test.1');
  });
});

describe('packed marks', () => {
  const marks: Marks = new Map([
    [0, { state: 'agreed', fingerprint: 0n }],
    [0xffffffff, { state: 'parked-dynamics', fingerprint: 2n ** 64n - 1n }],
    [123_456_789, { state: 'parked-marketo', fingerprint: 0x0123456789abcdefn }],
  ]);

  test('come back as they were', () => {
    expect(unpackMarks(packMarks(marks))).toEqual(marks);
  });

  test('take 13 bytes a field: key, state, fingerprint', () => {
    expect(packMarks(new Map([[0x01020304, { state: 'parked-marketo', fingerprint: 0x05060708090a0b0cn }]]))).toEqual(
      Buffer.from([1, 2, 3, 4, 0x12, 5, 6, 7, 8, 9, 10, 11, 12]),
    );
  });

  test('come back from a slice of a larger buffer, as a database driver hands them out', () => {
    const packed = packMarks(marks);
    const larger = Buffer.concat([Buffer.alloc(5, 0xee), packed, Buffer.alloc(5, 0xee)]);
    expect(unpackMarks(new Uint8Array(larger.buffer, larger.byteOffset + 5, packed.length))).toEqual(marks);
  });

  test('say 0, 1 and 2 for their states, as those of 1e0847a do', () => {
    const states = (['agreed', 'parked-dynamics', 'parked-marketo'] as const).map(
      (state) => packMarks(new Map([[1, { state, fingerprint: 3n, by: 1 }]]))[4],
    );
    expect(states).toEqual([0, 1, 2]);
  });

  test('say by which normaliser they were made: without a word, by the first', () => {
    const first = Buffer.from([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
    expect(unpackMarks(first).get(1)).toEqual({ state: 'agreed', fingerprint: 3n, by: 1 });
    expect(packMarks(unpackMarks(first))).toEqual(first);
    const parked: Marks = new Map([[1, { state: 'parked-marketo', fingerprint: 3n, base: 4n, by: 1 }]]);
    expect(noneParked(unpackMarks(packMarks(parked)))).toEqual(
      new Map([[1, { state: 'agreed', fingerprint: 4n, by: 1 }]]),
    );
  });

  test('by a normaliser that a later version brings are no base, and stay as they are', () => {
    const later = Buffer.from([0, 0, 0, 1, 0x20, 0, 0, 0, 0, 0, 0, 0, 3]);
    const read = unpackMarks(later);
    expect(baseOf(read.get(1))).toBeUndefined();
    expect(packMarks(read)).toEqual(later);
  });

  test('of a state that a later version brings are no base, and stay as they are', () => {
    const later = Buffer.from([
      0, 0, 0, 1, 15, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 2, 0x8e, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5,
    ]);
    const read = unpackMarks(later);
    expect([...read.values()].map(baseOf)).toEqual([undefined, undefined]);
    expect(packMarks(read)).toEqual(later);
    expect(packMarks(noneParked(read))).toEqual(later);
  });

  test('none are an empty buffer', () => {
    expect(packMarks(new Map())).toHaveLength(0);
    expect(unpackMarks(Buffer.alloc(0))).toEqual(new Map());
  });
});

import { normalise, normaliseAs, type ValueKind } from '../../../model/normalise';
import { normaliseAs1 } from '../../../model/normalise-1';

/** What the normaliser of 1e0847a made of each; nothing here may change. */
test.each<[ValueKind, string, unknown, string | null]>([
  ['text', 'string', ' e\u0301 ', 'e\u0301'],
  ['text', 'email', ' A@B.C ', 'a@b.c'],
  ['text', 'string', 'a\r\nb', 'a\nb'],
  ['text', 'string', '\u00a0', null],
  ['label', 'string', 'E\u0301', 'e\u0301'],
  ['labels', 'string', 'B; a;;b', 'a; b'],
  ['boolean', 'boolean', 'True', 'false'],
  ['boolean', 'boolean', 1, 'true'],
  ['number', 'float', '1.10', '1.1'],
  ['number', 'float', '12345678901234567890.12', '12345678901234567000'],
  ['number', 'float', 1e21, '1e+21'],
  ['date', 'date', '2026-05-01T22:00:00Z', '2026-05-01'],
  ['datetime', 'datetime', '2016-10-20T02:00:00.9+02:00', '2016-10-20T00:00:00Z'],
  ['id', 'string', 'AB', 'ab'],
])('the first normaliser: a %s of type %s, %j', (kind, dataType, value, expected) => {
  expect(normaliseAs1(kind, dataType, value)).toBe(expected);
  expect(normaliseAs(1, kind, dataType, value)).toBe(expected);
});

test('most of what both know is the same, so that their fingerprints are', () => {
  const all: [ValueKind, string, unknown][] = [
    ['text', 'string', ' Ada '],
    ['number', 'currency', 199.5],
    ['number', 'currency', '90000.0'],
    ['number', 'float', 0.000001],
    ['number', 'float', -0],
    ['integer', 'integer', 17],
    ['datetime', 'datetime', '2016-10-20T00:00:00.987Z'],
    ['boolean', 'boolean', null],
    ['label', 'string', ' Hot'],
  ];
  for (const [kind, type, value] of all) expect(normalise(kind, type, value)).toBe(normaliseAs1(kind, type, value));
});

import { isEmpty, normalise, type ValueKind } from '../../../model/normalise';

describe('two writings of one value are the same once normalised', () => {
  const same: [what: string, kind: ValueKind, dataType: string, one: unknown, other: unknown, normal: string | null][] =
    [
      ['blanks around a text', 'text', 'string', ' Ada ', 'Ada', 'Ada'],
      ['an empty text and nothing', 'text', 'string', '', null, null],
      ['blanks only and nothing', 'text', 'string', '  ', undefined, null],
      ['line ends of Windows', 'text', 'text', 'a\r\nb', 'a\nb', 'a\nb'],
      [
        'the case of an e-mail',
        'text',
        'email',
        'Jon24@Adventure-Works.COM',
        'jon24@adventure-works.com',
        'jon24@adventure-works.com',
      ],
      ['the case of a GUID', 'id', 'string', '3E95F738-7AEA', '3e95f738-7aea', '3e95f738-7aea'],
      ['decimals', 'number', 'currency', '699.10', 699.1, '699.1'],
      ['a whole number with decimals', 'number', 'currency', '90000.0', 90_000, '90000'],
      ['a number and its text', 'integer', 'integer', '17', 17, '17'],
      ['minus zero', 'number', 'float', -0, 0, '0'],
      ['a date with a time behind it', 'date', 'date', '1966-04-08T00:00:00Z', '1966-04-08', '1966-04-08'],
      [
        'milliseconds',
        'datetime',
        'datetime',
        '2016-10-20T00:00:00.987Z',
        '2016-10-20T00:00:00Z',
        '2016-10-20T00:00:00Z',
      ],
      [
        'an offset',
        'datetime',
        'datetime',
        '2016-10-20T02:00:00+02:00',
        '2016-10-20T00:00:00Z',
        '2016-10-20T00:00:00Z',
      ],
      ['an unset boolean and no', 'boolean', 'boolean', null, false, 'false'],
      ['a boolean and its text', 'boolean', 'boolean', 'true', true, 'true'],
      ['a boolean and one', 'boolean', 'boolean', 1, true, 'true'],
      ['41.0 of the feed, and 41', 'integer', 'integer', '41.0', 41, '41'],
      ['noughts at the end', 'number', 'float', '1.1000', '1.10', '1.1'],
      ['an exponent', 'number', 'float', '1.5e3', 1500, '1500'],
      ['a small number', 'number', 'float', 1e-7, '0.00000010', '0.0000001'],
      ['a large number', 'number', 'float', 1e21, '1000000000000000000000', '1000000000000000000000'],
      ['a sign', 'number', 'float', '+5', '5.', '5'],
      ['noughts in front', 'integer', 'integer', '007', 7, '7'],
      ['a point in front', 'number', 'float', '-.50', -0.5, '-0.5'],
      ['minus nought', 'number', 'float', '-0.00', 0, '0'],
      ['yes in another case', 'boolean', 'boolean', 'True', 'TRUE', 'true'],
      ['no in another case', 'boolean', 'boolean', 'False', false, 'false'],
      [
        'a date-time of the feed, which has no zone',
        'datetime',
        'datetime',
        '2023-01-26 18:46:00',
        '2023-01-26T18:46:00Z',
        '2023-01-26T18:46:00Z',
      ],
      [
        'a fraction, and no zone',
        'datetime',
        'datetime',
        '2023-07-26T18:46:00.5',
        '2023-07-26T18:46Z',
        '2023-07-26T18:46:00Z',
      ],
      ['composed and decomposed', 'text', 'string', 'Zoe\u0308', 'Zo\u00eb', 'Zo\u00eb'],
      ['composed and decomposed Hangul', 'text', 'string', '\u1112\u1161\u11ab', '\ud55c', '\ud55c'],
      ['a decomposed label', 'label', 'string', 'E\u0301lite', '\u00e9LITE', '\u00e9lite'],
      ['decomposed labels', 'labels', 'string', 'E\u0301;a', 'A; \u00e9', 'a; \u00e9'],
      ['the case of a label', 'label', 'string', 'hot', 'Hot', 'hot'],
      ['the order of labels', 'labels', 'string', 'Blue; Red', 'Red;Blue', 'blue; red'],
    ];
  test.each(same)('%s', (_what, kind, dataType, one, other, normal) => {
    expect(normalise(kind, dataType, one)).toBe(normal);
    expect(normalise(kind, dataType, other)).toBe(normal);
  });
});

describe('different values stay different', () => {
  test.each<[string, ValueKind, string, unknown, unknown]>([
    ['the last digit of a long number', 'number', 'float', '12345678901234567.891', '12345678901234567.892'],
    ['the last digit of a BigInt', 'integer', 'integer', '9007199254740993', '9007199254740992'],
    ['a ligature and its letters', 'text', 'string', '\ufb01', 'fi'],
    ['the case of a name', 'text', 'string', 'ada', 'Ada'],
    ['blanks inside a text', 'text', 'string', 'a  b', 'a b'],
    ['zero and nothing', 'integer', 'integer', 0, null],
    ['a second', 'datetime', 'datetime', '2016-10-20T00:00:01Z', '2016-10-20T00:00:00Z'],
    ['a day', 'date', 'date', '2016-10-20', '2016-10-21'],
    ['yes and no', 'boolean', 'boolean', true, false],
  ])('%s', (_what, kind, dataType, one, other) => {
    expect(normalise(kind, dataType, one)).not.toBe(normalise(kind, dataType, other));
  });
});

test('a value that is not of its kind is compared as the text it is', () => {
  expect(normalise('number', 'float', 'many')).toBe('many');
  expect(normalise('datetime', 'datetime', 'soon')).toBe('soon');
});

test('empty is nothing; of a boolean, no; a text of no is a value', () => {
  const empty = (kind: ValueKind) => [null, 'false', '0', 'true', 'x'].map((value) => isEmpty(kind, value));
  expect(empty('boolean')).toEqual([true, true, true, false, true]);
  expect(empty('text')).toEqual([true, false, false, false, false]);
  expect(empty('label')).toEqual([true, false, false, false, false]);
});

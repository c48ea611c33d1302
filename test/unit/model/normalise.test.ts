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

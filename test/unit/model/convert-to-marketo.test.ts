import { convertToMarketo } from '../../../model/convert';
import { bound, MULTI, PICKLIST, type Shape, STRING } from './builders';

const given = (shape: Shape, raw: unknown, name = 'column') => convertToMarketo(bound(shape), { [name]: raw });

const text: Shape = { column: STRING, field: { dataType: 'string', length: 10 } };
const area: Shape = { column: { type: 'Memo' }, field: { dataType: 'text' } };
const describedArea: Shape = { column: { type: 'Memo' }, field: { dataType: 'text', length: 30_000 } };
const email: Shape = { column: STRING, field: { dataType: 'email', length: 255 } };

describe('a text on its way to Marketo', () => {
  test('goes trimmed', () => {
    expect(given(text, '  Ada ')).toEqual({ value: 'Ada' });
  });

  test.each([[null], [undefined], [''], ['   ']])('%p clears the field', (raw) => {
    expect(given(text, raw)).toEqual({ value: null });
  });

  test('goes when it is just as long as the field, counted after trimming', () => {
    expect(given(text, ' 1234567890 ')).toEqual({ value: '1234567890' });
  });

  test('is parked when it is one character longer, and never cut', () => {
    expect(given(text, '12345678901')).toEqual({ park: 'too-long' });
  });

  test.each([
    ['a text area without a length', area],
    ['a text area described with its length', describedArea],
  ])('%s takes 30,000 bytes, not characters', (_name, shape) => {
    expect(given(shape, 'a'.repeat(30_000))).toEqual({ value: 'a'.repeat(30_000) });
    expect(given(shape, 'a'.repeat(30_001))).toEqual({ park: 'too-long' });
    expect(given(shape, 'é'.repeat(15_000))).toEqual({ value: 'é'.repeat(15_000) });
    expect(given(shape, `${'é'.repeat(15_000)}a`)).toEqual({ park: 'too-long' });
  });
});

describe('an e-mail address on its way to Marketo', () => {
  test.each(['jon24@adventure-works.com', 'a@b.co', "o'brien+tag@mail.example.com", 'JON@EXAMPLE.COM'])(
    '%s goes as it is',
    (address) => {
      expect(given(email, address)).toEqual({ value: address });
    },
  );

  test.each([
    'josé@example.com',
    'jon@exämple.com',
    'jon@localhost',
    'jon',
    '@example.com',
    'a@b@c.com',
    'a b@c.com',
    'jon@example.',
    'jon@.com',
  ])('%s is parked', (address) => {
    expect(given(email, address)).toEqual({ park: 'invalid-email' });
  });

  test('the rule is the field’s, not the column’s: the same text goes into a plain field', () => {
    expect(given({ column: STRING, field: { dataType: 'string', length: 255 } }, 'josé@example.com')).toEqual({
      value: 'josé@example.com',
    });
  });
});

describe('an option on its way to Marketo', () => {
  const label: Shape = { column: PICKLIST, field: { dataType: 'string', length: 255 } };

  test('goes as its label', () => {
    expect(given(label, 2)).toEqual({ value: 'Warm' });
  });

  test('goes as its label when its code is zero', () => {
    const state: Shape = {
      column: { type: 'State', options: { 0: 'Open', 1: 'Qualified' } },
      field: { dataType: 'string' },
    };
    expect(given(state, 0)).toEqual({ value: 'Open' });
  });

  test('without a label is parked', () => {
    expect(given(label, 4)).toEqual({ park: 'unknown-option' });
  });

  test('with a label longer than the field is parked', () => {
    expect(given({ ...label, field: { dataType: 'string', length: 3 } }, 2)).toEqual({ park: 'too-long' });
  });

  test('several go as labels in one text', () => {
    const labels: Shape = { column: MULTI, field: { dataType: 'string', length: 255 } };
    expect(given(labels, '1,3')).toEqual({ value: 'Red; Blue' });
    expect(given(labels, '2')).toEqual({ value: 'Green' });
    expect(given(labels, null)).toEqual({ value: null });
  });

  test('one unknown among several parks them all', () => {
    expect(given({ column: MULTI, field: { dataType: 'string' } }, '1,9')).toEqual({ park: 'unknown-option' });
  });
});

describe('booleans and numbers on their way to Marketo', () => {
  const yes: Shape = { column: { type: 'Boolean' }, field: { dataType: 'boolean' } };
  test.each([
    [true, true],
    [false, false],
    [null, false],
    [undefined, false],
  ])('the boolean %p goes as %p, for Marketo has no unset one', (raw, value) => {
    expect(given(yes, raw)).toEqual({ value });
  });

  const money: Shape = { column: { type: 'Money' }, field: { dataType: 'currency' } };
  test('money goes as a number, with its decimals', () => {
    expect(given(money, 1100040000.0)).toEqual({ value: 1_100_040_000 });
    expect(given(money, 699.1)).toEqual({ value: 699.1 });
    expect(given(money, 0)).toEqual({ value: 0 });
    expect(given(money, null)).toEqual({ value: null });
  });

  test('a decimal does not go into an integer field, which refuses it, nor is it rounded', () => {
    const shape: Shape = { column: { type: 'Decimal' }, field: { dataType: 'integer' } };
    expect(given(shape, 14.1)).toEqual({ park: 'wrong-type' });
    expect(given(shape, 14)).toEqual({ value: 14 });
    expect(given({ ...shape, field: { dataType: 'percent' } }, 0.5)).toEqual({ park: 'wrong-type' });
    expect(given({ ...shape, field: { dataType: 'float' } }, 14.1)).toEqual({ value: 14.1 });
  });

  test('what is no number is parked', () => {
    expect(given({ column: { type: 'Integer' }, field: { dataType: 'integer' } }, 'many')).toEqual({
      park: 'wrong-type',
    });
  });

  test('a number goes into a text field as text', () => {
    expect(given({ column: { type: 'Integer' }, field: { dataType: 'string', length: 255 } }, 42)).toEqual({
      value: '42',
    });
  });
});

describe('dates and ids on their way to Marketo', () => {
  const date: Shape = { column: { type: 'DateTime', dateOnly: true }, field: { dataType: 'date' } };
  test('a date-only column goes as it is, without a shift', () => {
    expect(given(date, '1966-04-08')).toEqual({ value: '1966-04-08' });
  });

  test('a time goes into a date field as its day in UTC', () => {
    const shape: Shape = { column: { type: 'DateTime', dateOnly: false }, field: { dataType: 'date' } };
    expect(given(shape, '2017-03-01T23:59:59Z')).toEqual({ value: '2017-03-01' });
  });

  test('a date-only column goes into a date-time field as the start of its day in UTC', () => {
    expect(given({ ...date, field: { dataType: 'datetime' } }, '1966-04-08')).toEqual({
      value: '1966-04-08T00:00:00Z',
    });
  });

  test('a time goes in UTC, to the second, whatever its offset', () => {
    const shape: Shape = { column: { type: 'DateTime', dateOnly: false }, field: { dataType: 'datetime' } };
    expect(given(shape, '2016-10-20T00:00:00Z')).toEqual({ value: '2016-10-20T00:00:00Z' });
    expect(given(shape, '2016-10-20T02:30:00.987+02:00')).toEqual({ value: '2016-10-20T00:30:00Z' });
    expect(given(shape, null)).toEqual({ value: null });
  });

  test('what is no date is parked', () => {
    expect(given(date, 'soon')).toEqual({ park: 'wrong-type' });
    expect(given({ column: { type: 'DateTime' }, field: { dataType: 'datetime' } }, 'soon')).toEqual({
      park: 'wrong-type',
    });
  });

  test('a GUID goes in lower case, from the lookup’s dressed name', () => {
    const shape: Shape = { column: { type: 'Owner' }, field: { dataType: 'string', length: 50 } };
    expect(given(shape, 'B97DD2FD-155D-5921-BCE6-75591B09235E', '_column_value')).toEqual({
      value: 'b97dd2fd-155d-5921-bce6-75591b09235e',
    });
  });
});

test.each([[{}], [['a']], [{ toString: 1 }]])('%j is no value of a column and parked, never written as text', (raw) => {
  expect(given(text, raw)).toEqual({ park: 'wrong-type' });
});

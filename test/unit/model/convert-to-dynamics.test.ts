import { convertToDynamics } from '../../../model/convert';
import { bound, MULTI, PICKLIST, type Shape, STRING } from './builders';

const given = (shape: Shape, value: unknown) => convertToDynamics(bound(shape), value);

describe('a text on its way to Dynamics', () => {
  const text: Shape = { column: { type: 'String', maxLength: 5 }, field: { dataType: 'string', length: 255 } };

  test('goes trimmed', () => {
    expect(given(text, ' Ada ')).toEqual({ value: 'Ada' });
  });

  test.each([[null], [undefined], [''], ['  ']])('%p clears the column', (value) => {
    expect(given(text, value)).toEqual({ value: null });
  });

  test('is parked when it is longer than the column, and never cut', () => {
    expect(given(text, '12345')).toEqual({ value: '12345' });
    expect(given(text, '123456')).toEqual({ park: 'too-long' });
  });

  test('goes at any length where the metadata name none', () => {
    expect(given({ ...text, column: { type: 'Memo' } }, 'a'.repeat(5000))).toEqual({ value: 'a'.repeat(5000) });
  });
});

describe('a label on its way to Dynamics', () => {
  const label: Shape = { column: PICKLIST, field: { dataType: 'string' } };

  test.each([
    ['Cold', 3],
    [' cold ', 3],
    ['HOT', 1],
  ])('%p is found as option %p, whatever its case', (value, code) => {
    expect(given(label, value)).toEqual({ value: code });
  });

  test.each([
    ['E\u0301lite', '\u00c9LITE'],
    ['\u00e9lite', 'e\u0301lite '],
  ])('is the option %p though it comes as %p, composed or decomposed', (option, value) => {
    expect(given({ ...label, column: { type: 'Picklist', options: { 7: option } } }, value)).toEqual({ value: 7 });
    const several = { type: 'Virtual', typeName: 'MultiSelectPicklistType', options: { 7: option, 8: 'B' } };
    expect(given({ ...label, column: several }, `B;${value}`)).toEqual({ value: '8,7' });
  });

  test('that no option has is parked; a new option is never made', () => {
    expect(given(label, 'Lukewarm')).toEqual({ park: 'unknown-option' });
    expect(given(label, '1')).toEqual({ park: 'unknown-option' });
  });

  test('an option’s code may be zero', () => {
    expect(given({ ...label, column: { type: 'Picklist', options: { 0: 'None', 1: 'Some' } } }, 'None')).toEqual({
      value: 0,
    });
  });

  test('cleared clears the option', () => {
    expect(given(label, '')).toEqual({ value: null });
  });

  test('several go as codes in one text', () => {
    const labels: Shape = { column: MULTI, field: { dataType: 'string' } };
    expect(given(labels, 'Red; Blue')).toEqual({ value: '1,3' });
    expect(given(labels, 'green;red')).toEqual({ value: '2,1' });
    expect(given(labels, 'Red; Purple')).toEqual({ park: 'unknown-option' });
    expect(given(labels, null)).toEqual({ value: null });
  });
});

describe('booleans and numbers on their way to Dynamics', () => {
  const yes: Shape = { column: { type: 'Boolean' }, field: { dataType: 'boolean' } };
  test.each([
    [true, true],
    ['true', true],
    [false, false],
    ['false', false],
    [null, false],
    [undefined, false],
  ])('the boolean %p goes as %p', (value, wanted) => {
    expect(given(yes, value)).toEqual({ value: wanted });
  });

  const whole: Shape = { column: { type: 'Integer' }, field: { dataType: 'integer' } };
  test.each([
    [0, 0],
    ['17', 17],
    [2_147_483_647, 2_147_483_647],
    [-2_147_483_648, -2_147_483_648],
  ])('the whole number %p goes as %p', (value, wanted) => {
    expect(given(whole, value)).toEqual({ value: wanted });
  });

  test.each([2_147_483_648, -2_147_483_649, 9_000_000_000])('%p is beyond 32 bits and parked', (value) => {
    expect(given(whole, value)).toEqual({ park: 'out-of-range' });
  });

  test('a big integer column takes what 32 bits do not hold', () => {
    expect(given({ ...whole, column: { type: 'BigInt' } }, 9_000_000_000)).toEqual({ value: 9_000_000_000 });
  });

  test('a decimal for a whole-number column is parked, not rounded', () => {
    expect(given({ ...whole, field: { dataType: 'float' } }, 1.5)).toEqual({ park: 'wrong-type' });
    expect(given({ column: { type: 'Money' }, field: { dataType: 'currency' } }, '1.5')).toEqual({ value: 1.5 });
  });

  test('a text field’s number reaches a numeric column as a number, and rubbish is parked', () => {
    const shape: Shape = { column: { type: 'Integer' }, field: { dataType: 'string' } };
    expect(given(shape, '42')).toEqual({ value: 42 });
    expect(given(shape, 'about 42')).toEqual({ park: 'wrong-type' });
  });
});

describe('dates on their way to Dynamics', () => {
  const dateOnly = { type: 'DateTime', dateOnly: true };
  const moment = { type: 'DateTime', dateOnly: false };

  test('a date goes to a date-only column as it is', () => {
    expect(given({ column: dateOnly, field: { dataType: 'date' } }, '1966-04-08')).toEqual({ value: '1966-04-08' });
  });

  test('a date-time goes to a date-only column as its day: Edm.Date takes no time', () => {
    expect(given({ column: dateOnly, field: { dataType: 'datetime' } }, '1966-04-08T13:00:00Z')).toEqual({
      value: '1966-04-08',
    });
  });

  test('a date goes to a date-time column as the start of its day: Edm.DateTimeOffset wants a time', () => {
    expect(given({ column: moment, field: { dataType: 'date' } }, '1966-04-08')).toEqual({
      value: '1966-04-08T00:00:00.000Z',
    });
  });

  test.each(['2021-11-23T22:57:08Z', '2021-11-23T22:57:08+0000', '2021-11-23T14:57:08-08:00'])(
    'Marketo’s %s is one moment however it is written',
    (value) => {
      expect(given({ column: moment, field: { dataType: 'datetime' } }, value)).toEqual({
        value: '2021-11-23T22:57:08.000Z',
      });
    },
  );

  test('what is no date is parked, and an empty one clears', () => {
    expect(given({ column: dateOnly, field: { dataType: 'date' } }, 'soon')).toEqual({ park: 'wrong-type' });
    expect(given({ column: moment, field: { dataType: 'datetime' } }, 'soon')).toEqual({ park: 'wrong-type' });
    expect(given({ column: moment, field: { dataType: 'datetime' } }, null)).toEqual({ value: null });
  });

  test('an id goes as it is', () => {
    expect(given({ column: { type: 'Uniqueidentifier' }, field: { dataType: 'string' } }, ' abc ')).toEqual({
      value: 'abc',
    });
  });

  test('the column’s own length counts, not the field’s', () => {
    expect(given({ column: STRING, field: { dataType: 'string', length: 3 } }, 'abcdef')).toEqual({ value: 'abcdef' });
  });
});

import { bindRules, type Column, type Field } from '../../../model/bind';
import { both, type FieldRule, toMarketo } from '../../../model/field-rule';
import { type FieldState, fieldStates, type KnownField } from '../../../model/field-state';

const NOW = 1_790_000_000_000;
const CITY = both('address1_city', 'city');

interface Ends {
  column?: Partial<Column> | null;
  field?: Partial<Field> | null;
}

/** The state of one field: as both ends have it now, beside what was remembered. */
function state(
  rules: FieldRule[],
  { column = {}, field = {} }: Ends,
  known: KnownField[] | undefined,
): FieldState | undefined {
  const columns: Record<string, Column> =
    column === null
      ? {}
      : { address1_city: { logicalName: 'address1_city', type: 'String', maxLength: 80, ...column } };
  const fields = new Map<string, Field>(
    field === null ? [] : [['city', { name: 'city', dataType: 'string', length: 255, readOnly: false, ...field }]],
  );
  return fieldStates(rules, bindRules(rules, columns, fields), known, NOW)[0];
}

const remembered = (ends: Ends = {}): KnownField => {
  const found = state([CITY], ends, undefined);
  if (!found) throw new Error('not met');
  return found.known;
};
const WELL = remembered();
const troubled = (ends: Ends): KnownField => {
  const found = state([CITY], ends, [WELL]);
  if (!found) throw new Error('not met');
  return found.known;
};

test('at the first sight of an entity everything is taken as it is: the import reads it', () => {
  const first = state([CITY], {}, undefined);
  expect(first).toMatchObject({ changed: true, known: { edition: 0 }, live: { field: { name: 'city' } } });
  expect(first).not.toHaveProperty('work');
});

test('a field that came later is backfilled with Dynamics’ values', () => {
  expect(state([CITY], {}, [])).toMatchObject({ work: { backfill: 'dynamics' }, live: { field: { name: 'city' } } });
});

test('nothing new, nothing to do', () => {
  expect(state([CITY], {}, [WELL])).toMatchObject({ changed: false });
});

test.each([
  ['a column that is gone', { column: null }, 'no-column'],
  ['a field that is gone or hidden', { field: null }, 'no-field'],
  ['a field that was made read-only', { field: { readOnly: true } }, 'read-only'],
  ['a column that does not fit any more', { column: { type: 'Boolean' } }, 'does-not-fit'],
  ['a column of another type that would fit', { column: { type: 'Memo' } }, 'retyped'],
  ['a field of another type that would fit', { field: { dataType: 'text' } }, 'retyped'],
] as [string, Ends, string][])('%s quarantines the field, and keeps what it was like', (_what, ends, cause) => {
  const found = state([CITY], ends, [WELL]);
  expect(found?.live).toBeUndefined();
  expect(found?.known).toMatchObject({ trouble: { cause, since: NOW }, shape: { column: 'String', field: 'string' } });
});

test.each([
  ['a column that is shorter', { column: { maxLength: 20 } }],
  ['a field that is shorter', { field: { length: 20 } }],
] as [string, Ends][])('%s is listed and goes on with what fits', (_what, ends) => {
  expect(state([CITY], ends, [WELL])).toMatchObject({
    live: { field: { name: 'city' } },
    known: { trouble: { cause: 'shortened' }, shape: { maxLength: 80, length: 255 } },
  });
});

test('a shorter column is no trouble to a field that only goes to Marketo', () => {
  expect(state([toMarketo('address1_city', 'city')], { column: { maxLength: 20 } }, [WELL])?.known).not.toHaveProperty(
    'trouble',
  );
});

test.each([
  ['a column that came back: its values may be lost', { column: null }, 'value'],
  ['a type that came back: the values may be lost', { column: { type: 'Integer' } }, 'value'],
  ['a field that is shown again', { field: null }, 'merge'],
  ['a field that can be written again', { field: { readOnly: true } }, 'merge'],
  ['room that came back', { column: { maxLength: 20 } }, 'merge'],
] as [string, Ends, string][])('%s: well, and what was missed is brought', (_what, ends, how) => {
  const back = state([CITY], {}, [troubled(ends)]);
  expect(back).toMatchObject({ work: { backfill: how }, live: { key: state([CITY], {}, [WELL])?.live?.key } });
  expect(back?.known).not.toHaveProperty('trouble');
});

test('the same trouble keeps the time since when it is there', () => {
  const known = { ...troubled({ column: null }) };
  const since = { ...known, trouble: { ...known.trouble, since: 7 } as KnownField['trouble'] } as KnownField;
  expect(state([CITY], { column: null }, [since])).toMatchObject({ changed: false, known: { trouble: { since: 7 } } });
});

test('another type that an operator accepts is a new edition: what was agreed before is no base', () => {
  const known = { ...troubled({ column: { type: 'Memo' } }), accepted: true as const };
  const found = state([CITY], { column: { type: 'Memo' } }, [known]);
  expect(found).toMatchObject({ known: { edition: 1, shape: { column: 'Memo' } }, work: { backfill: 'value' } });
  expect(found?.live?.key).not.toBe(state([CITY], {}, [WELL])?.live?.key);
});

test('a trouble in the midst of a new field’s backfill: it is a new field still', () => {
  const known = { ...troubled({ field: null }), backfill: { request: 'r', how: 'dynamics' as const } };
  expect(state([CITY], {}, [known])).toMatchObject({ work: { backfill: 'dynamics' } });
});

test('a field that leaves the map is forgotten but for its edition; added again, it is a new one', () => {
  const [removed] = fieldStates([], { bound: [], dropped: [] }, [WELL], NOW);
  expect(removed).toMatchObject({ known: { removed: true, edition: 0 }, work: { forget: true } });
  const again = state([CITY], {}, [removed?.known as KnownField]);
  expect(again).toMatchObject({ known: { edition: 1 }, work: { backfill: 'dynamics' } });
  expect(again?.live?.key).not.toBe(state([CITY], {}, [WELL])?.live?.key);
});

test('an optional field is missed only where it was in use', () => {
  const optional = both('address1_city', 'city', { optional: true });
  expect(state([optional], { field: null }, [])).toBeUndefined();
  expect(state([optional], { field: null }, [WELL])?.known.trouble?.cause).toBe('no-column');
  expect(state([optional], {}, [])).toMatchObject({ work: { backfill: 'dynamics' } });
});

describe('options', () => {
  const picklist = (options: Record<number, string>): Ends => ({ column: { type: 'Picklist', options } });
  const hot = [remembered(picklist({ 1: 'Hot', 2: 'Cold' }))];

  test('a new one: what was kept back is tried again', () => {
    expect(state([CITY], picklist({ 1: 'Hot', 2: 'Cold', 3: 'Mild' }), hot)).toMatchObject({ work: { retry: true } });
  });
  test('a new label, or one that is gone: every row is merged again', () => {
    expect(state([CITY], picklist({ 1: 'Very hot', 2: 'Cold' }), hot)).toMatchObject({ work: { backfill: 'merge' } });
    expect(state([CITY], picklist({ 1: 'Hot' }), hot)).toMatchObject({ work: { backfill: 'merge' } });
  });
});

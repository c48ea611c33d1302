import fc from 'fast-check';
import type { BoundField } from '../../model/bind';
import { columnKey } from '../../model/bind';
import { convertToDynamics, convertToMarketo } from '../../model/convert';
import { type Marks, packMarks, unpackMarks } from '../../model/fingerprint';
import { normalise } from '../../model/normalise';
import { FIELDS } from './fields';

const normal = ({ kind, field }: BoundField, value: unknown) => normalise(kind, field.dataType, value);

test('what went to Marketo means the same when it comes back', () => {
  const cases = fc.constantFrom(...FIELDS).chain((one) => one.sample.dynamics.map((raw) => ({ ...one, raw })));
  fc.assert(
    fc.property(cases, ({ field, raw }) => {
      const there = convertToMarketo(field, { [columnKey(field.column)]: raw });
      if ('park' in there) return;
      const back = convertToDynamics(field, there.value);
      if ('park' in back) return expect(back.park).toBe('too-long'); // the sample's column is shorter than its field
      const again = convertToMarketo(field, { [columnKey(field.column)]: back.value });
      expect(again).toHaveProperty('value');
      if ('value' in again) expect(normal(field, again.value)).toBe(normal(field, there.value));
    }),
    { numRuns: 3_000 },
  );
});

test('what went to Dynamics means the same when it comes back', () => {
  const cases = fc.constantFrom(...FIELDS).chain((one) => one.sample.marketo.map((value) => ({ ...one, value })));
  fc.assert(
    fc.property(cases, ({ field, value }) => {
      const there = convertToDynamics(field, value);
      if ('park' in there) return;
      const back = convertToMarketo(field, { [columnKey(field.column)]: there.value });
      if ('park' in back) return expect(['invalid-email', 'too-long']).toContain(back.park);
      expect(normal(field, back.value)).toBe(normal(field, value));
    }),
    { numRuns: 3_000 },
  );
});

test('options, whole numbers, booleans and dates come back as the very same', () => {
  const exact = FIELDS.filter(({ sample }) => ['label', 'integer', 'boolean', 'date'].includes(sample.name));
  const cases = fc.constantFrom(...exact).chain((one) => one.sample.dynamics.map((raw) => ({ ...one, raw })));
  fc.assert(
    fc.property(cases, ({ field, raw }) => {
      const there = convertToMarketo(field, { [columnKey(field.column)]: raw });
      if ('park' in there) return;
      const empty = raw === null || raw === undefined || raw === '';
      expect(convertToDynamics(field, there.value)).toEqual({
        value: empty ? (field.kind === 'boolean' ? false : null) : raw,
      });
    }),
    { numRuns: 1_000 },
  );
});

test('no conversion throws, whatever it is given', () => {
  fc.assert(
    fc.property(fc.constantFrom(...FIELDS), fc.jsonValue(), ({ field }, value) => {
      expect(Object.keys(convertToMarketo(field, { [columnKey(field.column)]: value }))).toHaveLength(1);
      expect(Object.keys(convertToDynamics(field, value))).toHaveLength(1);
    }),
    { numRuns: 3_000 },
  );
});

test('marks come back from their packed form', () => {
  const mark = fc.record({
    state: fc.constantFrom('agreed' as const, 'parked-dynamics' as const, 'parked-marketo' as const),
    fingerprint: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  });
  const entries = fc.array(fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), mark));
  fc.assert(
    fc.property(entries, (list) => {
      const marks: Marks = new Map(list);
      expect(unpackMarks(packMarks(marks))).toEqual(marks);
    }),
  );
});

import fc from 'fast-check';
import { columnKey } from '../../model/bind';
import { forDynamics, forMarketo, marksAfter } from '../../model/decision';
import { normalise } from '../../model/normalise';
import { BOUND, FIELDS, pairs, settle, write } from './fields';

const RUNS = { numRuns: 300 };
const ASIDE = new Set(['parked', 'held']);

test('both ends converge in one pass each, and then nothing is written any more', () => {
  fc.assert(
    fc.property(pairs, (pair) => {
      const decisions = settle(pair);
      const marks = marksAfter(marksAfter(pair.marks, decisions, 'marketo'), decisions, 'dynamics');
      const record = { ...pair.record, ...forMarketo(decisions) };
      const row = { ...pair.row, ...forDynamics(decisions) };
      const again = settle({ ...pair, row, record, marks });
      expect(again.map(({ bound, action }) => [bound.field.name, action])).toEqual(
        decisions.map(({ bound, action }) => [bound.field.name, ASIDE.has(action) ? 'held' : 'agreed']),
      );
      expect(forMarketo(again)).toEqual({});
      expect(forDynamics(again)).toEqual({});
    }),
    RUNS,
  );
});

test('which side is written first makes no difference to where both end', () => {
  fc.assert(
    fc.property(pairs, (pair) => {
      // A look more: what is remembered of a second write is forgotten once the value is seen to be taken.
      const marketoFirst = write(write(write(pair, 'marketo'), 'dynamics'), 'marketo');
      const dynamicsFirst = write(write(write(pair, 'dynamics'), 'marketo'), 'marketo');
      expect(marketoFirst).toEqual(dynamicsFirst);
    }),
    RUNS,
  );
});

test('writing one side alone, again and again, writes the same once only', () => {
  fc.assert(
    fc.property(pairs, fc.constantFrom('marketo' as const, 'dynamics' as const), (pair, side) => {
      const decisions = settle(write(pair, side));
      expect(side === 'marketo' ? forMarketo(decisions) : forDynamics(decisions)).toEqual({});
    }),
    RUNS,
  );
});

test('a field is never written to both sides, never against its direction, and never while parked or held', () => {
  fc.assert(
    fc.property(pairs, (pair) => {
      const decisions = settle(pair);
      const there = forMarketo(decisions);
      const back = forDynamics(decisions);
      for (const { bound, action } of decisions) {
        const goes = bound.field.name in there;
        const comes = bound.column.logicalName in back;
        expect(goes && comes).toBe(false);
        if (bound.rule.direction === 'to-dynamics') expect(goes).toBe(false);
        if (bound.rule.direction === 'to-marketo') expect(comes).toBe(false);
        if (ASIDE.has(action)) expect(goes || comes).toBe(false);
      }
    }),
    RUNS,
  );
});

test('without a base, consent is never less restrictive than either side was', () => {
  const consent = BOUND.find(({ rule }) => rule.consent)!;
  fc.assert(
    fc.property(pairs, (pair) => {
      const marks = new Map([...pair.marks].filter(([key]) => key !== consent.key));
      const before = pair.row.donotbulkemail === true || String(pair.record.unsubscribed) === 'true';
      const after = write(write({ ...pair, marks }, 'marketo'), 'dynamics');
      expect(after.row.donotbulkemail === true).toBe(before);
      expect(String(after.record.unsubscribed) === 'true').toBe(before);
    }),
    RUNS,
  );
});

test('a refused value is held by both directions until its source changes', () => {
  fc.assert(
    fc.property(pairs, (pair) => {
      const decisions = settle(pair);
      const refused = new Map(decisions.map(({ bound }) => [bound.field.name, '1003']));
      const marks = marksAfter(marksAfter(pair.marks, decisions, 'marketo', refused), decisions, 'dynamics', refused);
      for (const [index, { action }] of settle({ ...pair, marks }).entries()) {
        const before = decisions[index]!.action;
        if (before.startsWith('to-')) expect(action).toBe('held');
      }
    }),
    RUNS,
  );
});

test('what is created needs no second write', () => {
  fc.assert(
    fc.property(pairs, ({ row, winner }) => {
      const created = write(
        { row, record: null as unknown as Record<string, unknown>, marks: new Map(), winner },
        'marketo',
      );
      expect(forMarketo(settle(created))).toEqual({});
    }),
    RUNS,
  );
});

test('normalising twice is normalising once', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('\r', '\n', ' ', 'a', ';', '1', '-') }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...FIELDS), texts, ({ field }, text) => {
      const once = normalise(field.kind, field.field.dataType, text);
      expect(normalise(field.kind, field.field.dataType, once)).toBe(once);
    }),
    { numRuns: 2_000 },
  );
});

test('the samples hold every kind of value', () => {
  expect(new Set(BOUND.map(({ kind }) => kind))).toEqual(
    new Set(['text', 'label', 'labels', 'boolean', 'integer', 'number', 'date', 'datetime']),
  );
  expect(new Set(BOUND.map(({ column }) => columnKey(column))).size).toBe(BOUND.length);
});

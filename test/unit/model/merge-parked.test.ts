import type { BoundField } from '../../../model/bind';
import { forDynamics, forMarketo, heldFields, marksAfter } from '../../../model/decision';
import { type Marks, packMarks, unpackMarks, withoutParked } from '../../../model/fingerprint';
import { type MergeInput, merge } from '../../../model/merge';
import { bound, fingerprinter, PICKLIST } from './builders';

const email = bound({
  dynamics: 'emailaddress1',
  marketo: 'email',
  column: { type: 'String', maxLength: 100 },
  field: { dataType: 'email', length: 255 },
});
const city = bound({
  dynamics: 'address1_city',
  marketo: 'city',
  column: { type: 'String', maxLength: 8 },
  field: { dataType: 'string', length: 10 },
});
const rating = bound({
  dynamics: 'leadqualitycode',
  marketo: 'rating',
  column: PICKLIST,
  field: { dataType: 'string' },
});

type Row = Record<string, unknown>;
const settle = (fields: BoundField[], row: Row, record: MergeInput['record'], marks: Marks = new Map()) =>
  merge({ fields, row, record, marks, fingerprinter, winner: 'dynamics' });
const agreed = (field: BoundField, value: string | null): Marks =>
  new Map([[field.key, { state: 'agreed', fingerprint: fingerprinter.of(value) }]]);

describe('a value of Dynamics that Marketo can’t take', () => {
  const row = { emailaddress1: 'josé@example.com', address1_city: 'Graz' };
  const first = settle([email, city], row, null);
  const marks = marksAfter(new Map(), first, 'marketo');

  test('is parked with its reason, and the rest of its row goes', () => {
    expect(first[0]).toMatchObject({ action: 'parked', parked: { field: 'email', reason: 'invalid-email' } });
    expect(forMarketo(first)).toEqual({ city: 'Graz' });
  });

  test('is held as long as Dynamics holds it, whatever Marketo has meanwhile', () => {
    for (const inMarketo of [null, 'other@example.com']) {
      const later = settle([email], row, { email: inMarketo }, marks);
      expect(later.map(({ action }) => action)).toEqual(['held']);
      expect(forMarketo(later)).toEqual({});
      expect(forDynamics(later)).toEqual({});
      expect(heldFields(marks, later)).toEqual(['email']);
      expect(marksAfter(marks, later, 'marketo')).toEqual(marks);
    }
  });

  test('is held for a one-way entity too, whose record is not read', () => {
    expect(settle([email], row, undefined, marks).map(({ action }) => action)).toEqual(['held']);
  });

  test('is released when Dynamics changes it', () => {
    const later = settle([email], { emailaddress1: 'jose@example.com' }, { email: null }, marks);
    expect(forMarketo(later)).toEqual({ email: 'jose@example.com' });
    expect(heldFields(marks, later)).toEqual([]);
    expect(marksAfter(marks, later, 'marketo').get(email.key)).toEqual({
      state: 'agreed',
      fingerprint: fingerprinter.of('jose@example.com'),
    });
  });

  test('is released when Dynamics clears it, and Marketo’s value then beats nothing', () => {
    expect(forDynamics(settle([email], { emailaddress1: null }, { email: 'other@example.com' }, marks))).toEqual({
      emailaddress1: 'other@example.com',
    });
  });

  test('is released when Dynamics clears it, and the clearing goes where both had agreed on a value before', () => {
    const before = agreed(email, 'a@b.co');
    const kept = marksAfter(before, settle([email], row, { email: 'a@b.co' }, before), 'marketo');
    const cleared = settle([email], { emailaddress1: null }, { email: 'a@b.co' }, kept);
    expect(forMarketo(cleared)).toEqual({ email: null });
    expect(forDynamics(cleared)).toEqual({});
  });

  test('is parked anew when it becomes another that does not go', () => {
    const later = settle([email], { emailaddress1: 'josé@example.org' }, { email: null }, marks);
    expect(later[0]).toMatchObject({ action: 'parked', parked: { field: 'email', reason: 'invalid-email' } });
    expect(later[0]?.mark).not.toEqual(marks.get(email.key));
  });
});

describe('a value of Marketo that Dynamics can’t take', () => {
  const row = { address1_city: 'Graz', leadqualitycode: 1 };

  test.each([
    ['a text longer than the column', city, { city: 'Klagenfurt' }, 'graz', 'too-long'],
    ['a label that no option has', rating, { rating: 'Lukewarm' }, 'hot', 'unknown-option'],
  ])('%s is parked and held while Marketo holds it', (_what, field, record, base, reason) => {
    const before = agreed(field, base === 'graz' ? 'Graz' : base);
    const first = settle([field], row, record, before);
    expect(first[0]).toMatchObject({ action: 'parked', parked: { reason } });
    expect(forDynamics(first)).toEqual({});
    const marks = marksAfter(before, first, 'dynamics');
    expect(marks.get(field.key)?.state).toBe('parked-marketo');
    expect(settle([field], row, record, marks).map(({ action }) => action)).toEqual(['held']);
  });

  test('is released when Marketo changes it back', () => {
    const marks = marksAfter(
      agreed(city, 'Graz'),
      settle([city], row, { city: 'Klagenfurt' }, agreed(city, 'Graz')),
      'dynamics',
    );
    const later = settle([city], row, { city: 'Graz' }, marks);
    expect(later.map(({ action }) => action)).toEqual(['agreed']);
    expect(marksAfter(marks, later, 'dynamics')).toEqual(agreed(city, 'Graz'));
  });
});

describe('a value that the receiver refuses', () => {
  test('by Marketo: it is parked by what Dynamics holds, and not sent again', () => {
    const decisions = settle(
      [email, city],
      { emailaddress1: 'a@b.co', address1_city: 'Graz' },
      { email: null, city: null },
    );
    const marks = marksAfter(new Map(), decisions, 'marketo', new Map([['email', '1003']]));
    expect(marks.get(email.key)?.state).toBe('parked-dynamics');
    expect(marks.get(city.key)?.state).toBe('agreed');
    const later = settle(
      [email, city],
      { emailaddress1: 'a@b.co', address1_city: 'Graz' },
      { email: null, city: 'Graz' },
      marks,
    );
    expect(later.map(({ action }) => action)).toEqual(['held', 'agreed']);
  });

  test('by Dynamics: it is parked by what Marketo holds, and not sent again', () => {
    const before = agreed(city, 'Graz');
    const marks = marksAfter(
      before,
      settle([city], { address1_city: 'Graz' }, { city: 'Wien' }, before),
      'dynamics',
      new Map([['city', '0x80044331']]),
    );
    expect(marks.get(city.key)?.state).toBe('parked-marketo');
    expect(settle([city], { address1_city: 'Graz' }, { city: 'Wien' }, marks).map(({ action }) => action)).toEqual([
      'held',
    ]);
  });

  test.each(['dynamics', 'marketo'] as const)(
    'and mended where it was refused, it goes, whoever wins conflicts: %s',
    (winner) => {
      const before = agreed(city, 'Graz');
      const refused = settle([city], { address1_city: 'Graz' }, { city: 'Wien' }, before);
      const marks = marksAfter(before, refused, 'dynamics', new Map([['city', '0x80044331']]));
      const mended = merge({
        fields: [city],
        row: { address1_city: 'Graz' },
        record: { city: 'Linz' },
        marks,
        fingerprinter,
        winner,
      });
      expect(mended).toMatchObject([{ action: 'to-dynamics', value: 'Linz' }]);
      expect(mended[0]).not.toHaveProperty('conflict');
    },
  );

  test('while the other side was changed as well, it is a conflict like any other', () => {
    const before = agreed(city, 'Graz');
    const refused = settle([city], { address1_city: 'Graz' }, { city: 'Wien' }, before);
    const marks = marksAfter(before, refused, 'dynamics', new Map([['city', '0x80044331']]));
    expect(settle([city], { address1_city: 'Bern' }, { city: 'Linz' }, marks)).toMatchObject([
      { action: 'to-marketo', value: 'Bern', conflict: { winner: 'dynamics', rule: 'dynamics' } },
    ]);
  });

  test('is kept with what was agreed on before, through Mongo and a resync', () => {
    const before = agreed(city, 'Graz');
    const refused = settle([city], { address1_city: 'Graz' }, { city: 'Wien' }, before);
    const marks = marksAfter(before, refused, 'dynamics', new Map([['city', '0x80044331']]));
    const both: Marks = new Map([...marks, ...agreed(rating, 'hot')]);
    expect(unpackMarks(packMarks(both))).toEqual(both);
    expect(withoutParked(marks, new Set([city.key]))).toEqual(before);
  });

  test('a clearing that Dynamics refuses is parked as well', () => {
    const before = agreed(city, 'Graz');
    const marks = marksAfter(
      before,
      settle([city], { address1_city: 'Graz' }, { city: null }, before),
      'dynamics',
      new Map([['city', '0x80040203']]),
    );
    expect(settle([city], { address1_city: 'Graz' }, { city: null }, marks).map(({ action }) => action)).toEqual([
      'held',
    ]);
  });
});

describe('what the link remembers after one side was written', () => {
  const before: Marks = new Map([...agreed(city, 'Graz'), ...agreed(rating, 'hot')]);
  const row = { address1_city: 'Wien', leadqualitycode: 1 };
  const record = { city: 'Graz', rating: 'Cold' };
  const decisions = settle([city, rating], row, record, before);
  const now = (field: BoundField, value: string) => agreed(field, value).get(field.key);

  test('after Marketo: what is on its way to Dynamics keeps what it remembered', () => {
    const after = marksAfter(before, decisions, 'marketo');
    expect(after.get(city.key)).toEqual(now(city, 'Wien'));
    expect(after.get(rating.key)).toEqual(now(rating, 'hot'));
  });

  test('after Dynamics: what is on its way to Marketo keeps what it remembered', () => {
    const after = marksAfter(before, decisions, 'dynamics');
    expect(after.get(city.key)).toEqual(now(city, 'Graz'));
    expect(after.get(rating.key)).toEqual(now(rating, 'cold'));
  });

  test('after both, in either order, all is agreed', () => {
    const one = marksAfter(marksAfter(before, decisions, 'marketo'), decisions, 'dynamics');
    const other = marksAfter(marksAfter(before, decisions, 'dynamics'), decisions, 'marketo');
    expect(one).toEqual(
      new Map([
        [city.key, now(city, 'Wien')],
        [rating.key, now(rating, 'cold')],
      ]),
    );
    expect(other).toEqual(one);
  });

  test('fields that the map has no more are kept, and nothing is changed in place', () => {
    const with42: Marks = new Map([...before, [42, { state: 'agreed', fingerprint: 1n }]]);
    const copy = new Map(with42);
    expect(marksAfter(with42, decisions, 'marketo').get(42)).toEqual({ state: 'agreed', fingerprint: 1n });
    expect(with42).toEqual(copy);
  });
});

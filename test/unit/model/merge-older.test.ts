import type { FieldMark } from '../../../model/fingerprint';
import { merge } from '../../../model/merge';
import { normaliseAs } from '../../../model/normalise';
import { bound, fingerprinter, type Shape, STRING } from './builders';

/** Fields whose value the first normaliser has otherwise than today's. */
const FIELDS: [what: string, shape: Shape, agreed: unknown, other: unknown, same: unknown][] = [
  ['a decomposed text', { column: STRING, field: { dataType: 'string' } }, 'Zoe\u0308', 'Ann', 'Zo\u00eb'],
  ['a large number', { column: { type: 'Money' }, field: { dataType: 'float' } }, 1e21, 7, 1e21],
  ['a text that is as it was', { column: STRING, field: { dataType: 'string' } }, 'Ada', 'Ann', 'Ada'],
];

describe.each(FIELDS)('what the first normaliser agreed on: %s', (_what, shape, agreed, other, same) => {
  const field = bound(shape);
  const base = fingerprinter.of(normaliseAs(1, field.kind, field.field.dataType, agreed));
  const mark: FieldMark = { state: 'agreed', fingerprint: base, by: 1 };
  const settle = (
    dynamics: unknown,
    marketo: unknown,
    remembered: FieldMark = mark,
    direction: 'both' | 'to-marketo' = 'both',
  ) => {
    const [decision] = merge({
      fields: [bound({ ...shape, direction })],
      row: { column: dynamics },
      record: direction === 'both' ? { field: marketo } : undefined,
      marks: new Map([[field.key, remembered]]),
      fingerprinter,
      winner: 'dynamics',
    });
    return decision;
  };

  test('at rest nothing is written', () => {
    expect(settle(agreed, agreed)?.action).toBe('agreed');
    expect(settle(agreed, undefined, mark, 'to-marketo')?.action).toBe('agreed');
  });

  test('an edit, and a clearing, is that side’s, without a conflict', () => {
    for (const [dynamics, marketo, action] of [
      [other, agreed, 'to-marketo'],
      [null, agreed, 'to-marketo'],
      [agreed, other, 'to-dynamics'],
      [agreed, null, 'to-dynamics'],
    ] as const) {
      const decision = settle(dynamics, marketo);
      expect(decision).toMatchObject({ action });
      expect(decision?.conflict).toBeUndefined();
      expect(decision?.mark?.by).toBeUndefined();
    }
    expect(settle(other, undefined, mark, 'to-marketo')?.action).toBe('to-marketo');
  });

  test('another writing of it is no edit', () => {
    expect(settle(agreed, same)?.action).toBe('agreed');
    expect(settle(same, agreed)?.action).toBe('agreed');
  });

  test('it stays the base of a value that was refused', () => {
    const parked: FieldMark = { state: 'parked-marketo', fingerprint: 1n, base, by: 1 };
    expect(settle(agreed, other, parked)?.action).toBe('to-dynamics');
    expect(settle(agreed, other, parked)?.refusedMark?.()).toMatchObject({ base, by: 1 });
  });
});

test('what only today’s normaliser tells apart, and nobody has edited, is left alone', () => {
  const field = bound({ column: { type: 'Boolean' }, field: { dataType: 'boolean' } });
  const settle = (by?: 1) =>
    merge({
      fields: [field],
      row: { column: false },
      record: { field: 'True' },
      marks: new Map([[field.key, { state: 'agreed', fingerprint: fingerprinter.of('false'), ...(by && { by }) }]]),
      fingerprinter,
      winner: 'dynamics',
    }).map(({ action }) => action);
  expect(settle(1)).toEqual(['held']);
  expect(settle()).toEqual(['to-dynamics']);
});

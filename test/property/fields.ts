import fc from 'fast-check';
import { type BoundField, columnKey } from '../../model/bind';
import { type FieldDecision, forDynamics, forMarketo, marksAfter } from '../../model/decision';
import type { FieldMark, Marks } from '../../model/fingerprint';
import { merge } from '../../model/merge';
import type { Side } from '../../model/policy';
import { bound, fingerprinter, MULTI, PICKLIST, type Shape } from '../unit/model/builders';

/** A field of each kind, and what each side may hold in it, values that don't fit included. */
export interface Sample {
  name: string;
  shape: Shape;
  dynamics: fc.Arbitrary<unknown>;
  marketo: fc.Arbitrary<unknown>;
}

const nothing = fc.constantFrom(null, undefined, '');
const short = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom(' Graz ', 'graz', 'a\r\nb', 'a\nb'),
);
const address = fc.constantFrom(
  'ann@example.com',
  'ANN@Example.com',
  'bob@example.com',
  'josé@example.com',
  'ann@localhost',
);
const moment = fc
  .date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const day = moment.map((text) => text.slice(0, 10));
const flag = fc.constantFrom(true, false);
const whole = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer(), fc.constantFrom(2_147_483_647, -2_147_483_648));
const decimal = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true }));
const or = (values: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 1, arbitrary: nothing }, { weight: 4, arbitrary: values });

export const SAMPLES: Sample[] = [
  {
    name: 'text',
    shape: { column: { type: 'String', maxLength: 8 }, field: { dataType: 'string', length: 10 } },
    dynamics: or(short),
    marketo: or(short),
  },
  {
    name: 'email',
    shape: { column: { type: 'String', maxLength: 100 }, field: { dataType: 'email', length: 255 } },
    dynamics: or(address),
    marketo: or(address),
  },
  {
    name: 'label',
    shape: { column: PICKLIST, field: { dataType: 'string' } },
    dynamics: or(fc.constantFrom(1, 2, 3, 4)),
    marketo: or(fc.constantFrom('Hot', 'hot', 'Warm ', 'Tepid')),
  },
  {
    name: 'labels',
    shape: { column: MULTI, field: { dataType: 'string' } },
    dynamics: or(fc.constantFrom('1', '1,3', '3,1', '1,2,3', '9')),
    marketo: or(fc.constantFrom('Red', 'Blue; Red', 'red;blue', 'Pink')),
  },
  {
    name: 'boolean',
    shape: { column: { type: 'Boolean' }, field: { dataType: 'boolean' } },
    dynamics: or(flag),
    marketo: or(fc.oneof(flag, fc.constantFrom('true', 'false'))),
  },
  {
    name: 'integer',
    shape: { column: { type: 'Integer' }, field: { dataType: 'integer' } },
    dynamics: or(whole),
    marketo: or(fc.oneof(whole, fc.constantFrom(9_000_000_000, '17', 'many'))),
  },
  {
    name: 'number',
    shape: { column: { type: 'Money' }, field: { dataType: 'currency' } },
    dynamics: or(decimal),
    marketo: or(decimal),
  },
  {
    name: 'number as text',
    shape: { column: { type: 'Decimal' }, field: { dataType: 'string', length: 20 } },
    dynamics: or(decimal),
    marketo: or(fc.constantFrom('1', '1.0', '2.5', 'about 3')),
  },
  {
    name: 'date',
    shape: { column: { type: 'DateTime', dateOnly: true }, field: { dataType: 'date' } },
    dynamics: or(day),
    marketo: or(fc.oneof(day, fc.constant('soon'))),
  },
  {
    name: 'day as moment',
    shape: { column: { type: 'DateTime', dateOnly: true }, field: { dataType: 'datetime' } },
    dynamics: or(day),
    marketo: or(moment),
  },
  {
    name: 'moment as day',
    shape: { column: { type: 'DateTime', dateOnly: false }, field: { dataType: 'date' } },
    dynamics: or(moment),
    marketo: or(day),
  },
  {
    name: 'datetime',
    shape: { column: { type: 'DateTime', dateOnly: false }, field: { dataType: 'datetime' } },
    dynamics: or(moment),
    marketo: or(moment),
  },
];

const DIRECTIONS = ['both', 'to-marketo', 'to-dynamics'] as const;

/** Every kind in every direction, and a consent field. */
export const FIELDS: { field: BoundField; sample: Sample }[] = [
  ...SAMPLES.flatMap((sample, index) =>
    DIRECTIONS.map((direction) => ({
      sample,
      field: bound({
        ...sample.shape,
        direction,
        dynamics: `c${index}_${direction}`,
        marketo: `f${index}_${direction}`,
      }),
    })),
  ),
  {
    sample: SAMPLES[4]!,
    field: bound({ ...SAMPLES[4]!.shape, consent: true, dynamics: 'donotbulkemail', marketo: 'unsubscribed' }),
  },
];
export const BOUND = FIELDS.map(({ field }) => field);

export interface Pair {
  row: Record<string, unknown>;
  record: Record<string, unknown>;
  marks: Marks;
  winner: Side;
}

/** A remembered value: one that either side might hold, any other, or none. */
const markFor = (sample: Sample): fc.Arbitrary<FieldMark | undefined> =>
  fc.oneof(
    fc.constant(undefined),
    fc
      .tuple(
        fc.constantFrom('agreed', 'parked-dynamics', 'parked-marketo'),
        fc.constantFrom(null, 'true', 'false', 'x', 'hot'),
      )
      .map(([state, value]) => ({ state, fingerprint: fingerprinter.of(value) }) as FieldMark),
    // What the link would remember had the two met before.
    fc.record({ dynamics: sample.dynamics, marketo: sample.marketo }).map(({ dynamics, marketo }) => {
      const field = bound(sample.shape);
      const [decision] = merge({
        fields: [field],
        row: { column: dynamics },
        record: { field: marketo },
        marks: new Map(),
        fingerprinter,
        winner: 'dynamics',
      });
      return decision?.mark;
    }),
  );

export const pairs: fc.Arbitrary<Pair> = fc
  .tuple(
    fc.tuple(
      ...FIELDS.map(({ sample }) =>
        fc.record({ dynamics: sample.dynamics, marketo: sample.marketo, mark: markFor(sample) }),
      ),
    ),
    fc.constantFrom<Side>('dynamics', 'marketo'),
  )
  .map(([values, winner]) => {
    const pair: Pair = { row: {}, record: {}, marks: new Map(), winner };
    for (const [index, { dynamics, marketo, mark }] of values.entries()) {
      const field = BOUND[index]!;
      pair.row[columnKey(field.column)] = dynamics;
      pair.record[field.field.name] = marketo;
      if (mark) pair.marks.set(field.key, mark);
    }
    return pair;
  });

export const settle = ({ row, record, marks, winner }: Pair): FieldDecision[] =>
  merge({ fields: BOUND, row, record, marks, fingerprinter, winner });

/** Carries out what was decided for one side, as its vendor would store it, and remembers it. */
export function write(pair: Pair, side: Side): Pair {
  const decisions = settle(pair);
  const marks = marksAfter(pair.marks, decisions, side);
  return side === 'marketo'
    ? { ...pair, marks, record: { ...pair.record, ...forMarketo(decisions) } }
    : { ...pair, marks, row: { ...pair.row, ...forDynamics(decisions) } };
}

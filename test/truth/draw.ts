import fc from 'fast-check';
import { EMAILS, LINES, OPTIONS } from '../chaos/step';
import { LONG } from './memory/long';
import { type EditStep, FAULTS, type PersonTable, type Step, type System, type Values } from './step';

/** Kinds of steps that are not drawn, though a fixture may hold them. */
export type Without = ReadonlySet<Step['do']>;

/** The first few more often than not: edits meet where they concern the same row. */
const number = fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.nat(11) });
const maybe = fc.option(number, { nil: null });
const person = fc.constantFrom<PersonTable>('lead', 'contact');

/** One or two fields of one side, by both sides' small pools, so that the two meet by chance. */
function values(side: 0 | 1): fc.Arbitrary<Values> {
  const lines = LINES.map((line) =>
    fc
      .constantFrom(...(line[2] as readonly (string | boolean | null)[]))
      .map((value): Values => ({ [line[side]]: value })),
  );
  const email = fc
    .constantFrom(...(side === 0 ? EMAILS : EMAILS.slice(0, 2)))
    .map((value): Values => ({ [side === 0 ? 'emailaddress1' : 'email']: value ?? null }));
  const option = fc.constantFrom(...OPTIONS).map(
    (pair): Values => ({
      [side === 0 ? 'preferredcontactmethodcode' : 'microsoftPreferredMethodOfContact']: pair[side],
    }),
  );
  const one = fc.oneof({ arbitrary: fc.oneof(...lines), weight: 6 }, email, option);
  return fc.tuple(one, fc.option(one, { nil: {}, freq: 2 })).map(([first, second]) => ({ ...first, ...second }));
}

const [byUsers, byMarketers] = [values(0), values(1)];
const own = (
  table: 'account' | 'systemuser' | 'team' | 'opportunity',
  column: string,
  pool: fc.Arbitrary<string | number>,
) => fc.tuple(number, pool).map(([row, value]): EditStep => ({ do: 'edit', table, row, values: { [column]: value } }));
const named = (stem: string) => fc.nat(3).map((one) => `${stem} ${one}`);

/** Each kind of edit with its weight. */
const EDITS: [weight: number, name: EditStep['do'], arbitrary: fc.Arbitrary<EditStep>][] = [
  [12, 'edit', fc.record({ do: fc.constant('edit' as const), table: person, row: number, values: byUsers })],
  [12, 'marketo-edit', fc.record({ do: fc.constant('marketo-edit' as const), person: number, values: byMarketers })],
  [
    2,
    'edit',
    fc.oneof(
      own('account', 'name', named('Account')),
      own('systemuser', 'title', named('Title')),
      own('team', 'description', named('Team')),
      own('opportunity', 'estimatedvalue', fc.nat(9)),
    ),
  ],
  // A row of Dynamics becomes too long to be read, until somebody shortens it. Marketo bounds its
  // texts far below a page, so no person of Marketo can.
  [
    1,
    'edit',
    fc.record({
      do: fc.constant('edit' as const),
      table: person,
      row: number,
      values: fc.constant({ description: LONG }),
    }),
  ],
  [
    3,
    'create',
    fc.record({
      do: fc.constant('create' as const),
      table: fc.constantFrom('lead', 'contact', 'account', 'opportunity'),
      number,
    }),
  ],
  [
    3,
    'delete',
    fc.record({
      do: fc.constant('delete' as const),
      // An account takes its contacts and opportunities along.
      table: fc.constantFrom('lead', 'contact', 'opportunity', 'connection', 'account'),
      row: number,
    }),
  ],
  [3, 'restore', fc.record({ do: fc.constant('restore' as const), number })],
  [2, 'reparent', fc.record({ do: fc.constant('reparent' as const), row: number, account: maybe })],
  [2, 'reassign', fc.record({ do: fc.constant('reassign' as const), table: person, row: number, team: fc.boolean() })],
  [
    4,
    'filter',
    fc.record({
      do: fc.constant('filter' as const),
      table: fc.constantFrom('lead', 'contact', 'lead', 'contact', 'account'),
      row: number,
      on: fc.constantFrom(false, true, null),
    }),
  ],
  [2, 'qualify', fc.record({ do: fc.constant('qualify' as const), lead: number, into: maybe })],
  [2, 'merge', fc.record({ do: fc.constant('merge' as const), table: person, winner: number, loser: number })],
  [1, 'role', fc.record({ do: fc.constant('role' as const), opportunity: number, contact: maybe })],
  [1, 'connect', fc.record({ do: fc.constant('connect' as const), opportunity: number, contact: number })],
  [
    1,
    'reconnect',
    fc.record({
      do: fc.constant('reconnect' as const),
      row: number,
      opportunity: number,
      contact: number,
      active: fc.oneof({ weight: 2, arbitrary: fc.constant(true) }, fc.constant(false)),
    }),
  ],
  [
    3,
    'marketo-create',
    fc.record({
      do: fc.constant('marketo-create' as const),
      number,
      email: fc.nat(5).map((one) => `new${one}@example.com`),
    }),
  ],
  [2, 'marketo-delete', fc.record({ do: fc.constant('marketo-delete' as const), person: number })],
  [2, 'marketo-merge', fc.record({ do: fc.constant('marketo-merge' as const), winner: number, loser: number })],
];

const entity = fc.constantFrom('lead', 'contact', 'account', 'opportunity', 'systemuser', 'team', 'connection');

const anyOf = (pool: readonly (string | boolean | null)[]) => fc.constantFrom(...pool);

const clash: fc.Arbitrary<Step> = fc.constantFrom(...LINES).chain(([column, field, pool]) => {
  const value = anyOf(pool);
  return fc.record({
    do: fc.constant('clash' as const),
    table: person,
    row: number,
    calls: fc.nat(9),
    inDynamics: value.map((one): Values => ({ [column]: one })),
    inMarketo: value.map((one): Values => ({ [field]: one })),
  });
});

const twice: fc.Arbitrary<Step> = fc
  .tuple(fc.constantFrom(...LINES), fc.constantFrom<System>('dynamics', 'marketo'))
  .chain(([[column, field, pool], side]) => {
    const value = anyOf(pool).map((one): Values => ({ [side === 'dynamics' ? column : field]: one }));
    return fc.record({
      do: fc.constant('twice' as const),
      table: person,
      row: number,
      side: fc.constant(side),
      values: fc.tuple(value, value),
      fault: fc.constantFrom(...FAULTS),
    });
  });

const system = fc.constantFrom<System>('marketo', 'dynamics');

/** How long a system fails: a moment, long enough to park a row, or longer than a row waits at most. */
const FAILS_MS = [60_000, 15 * 60_000, 70 * 60_000];

/** A system that fails for some time, while people edit. */
const failing = (edit: fc.Arbitrary<EditStep>) => ({
  ms: fc.constantFrom(...FAILS_MS),
  edits: fc.array(edit, { minLength: 1, maxLength: 8 }),
});

const poison = (edit: fc.Arbitrary<EditStep>): fc.Arbitrary<Step> =>
  system.chain((one) =>
    fc.record({
      do: fc.constant('poison' as const),
      system: fc.constant(one),
      table: person,
      row: number,
      values: one === 'marketo' ? byUsers : byMarketers,
      fault: fc.constantFrom(...FAULTS, 'rejected' as const, ...(one === 'marketo' ? ['skipped' as const] : [])),
      reads: fc.boolean(),
      ...failing(edit),
    }),
  );

const some = (edit: fc.Arbitrary<EditStep>) => fc.array(edit, { minLength: 1, maxLength: 2 });

/** Edits that change the set of an opportunity's contact roles. */
const ofRoles = fc.oneof(
  ...EDITS.flatMap(([weight, name, arbitrary]) =>
    name === 'role' || name === 'connect' || name === 'reconnect' ? [{ weight, arbitrary }] : [],
  ),
  fc.record({ do: fc.constant('delete' as const), table: fc.constant('connection' as const), row: number }),
  fc.record({ do: fc.constant('restore' as const), number }),
);

/** What the service does and what befalls it, with weights. */
function others(edit: fc.Arbitrary<EditStep>): [weight: number, name: Step['do'], arbitrary: fc.Arbitrary<Step>][] {
  return [
    [22, 'cycle', fc.constant({ do: 'cycle' })],
    [8, 'look', fc.constant({ do: 'look' })],
    [6, 'work-off', fc.constant({ do: 'work-off' })],
    [5, 'write-back', fc.record({ do: fc.constant('write-back' as const), table: person })],
    [
      8,
      'race',
      fc.record({
        do: fc.constant('race' as const),
        calls: fc.nat(9),
        edits: some(edit),
      }),
    ],
    [8, 'clash', clash],
    [5, 'twice', twice],
    [
      8,
      'fault',
      fc.record({
        do: fc.constant('fault' as const),
        system,
        fault: fc.constantFrom(...FAULTS),
        writes: fc.boolean(),
        after: fc.nat(4),
        times: fc.integer({ min: 1, max: 2 }),
      }),
    ],
    [3, 'poison', poison(edit)],
    [
      2,
      'outage',
      fc.record({ do: fc.constant('outage' as const), system, fault: fc.constantFrom(...FAULTS), ...failing(edit) }),
    ],
    [4, 'die', fc.record({ do: fc.constant('die' as const), count: fc.integer({ min: 1, max: 60 }) })],
    [
      4,
      'early-hint',
      fc.record({
        do: fc.constant('early-hint' as const),
        edits: fc.array(edit, { minLength: 1, maxLength: 2 }),
        dies: fc.option(fc.integer({ min: 1, max: 30 }), { nil: null }),
      }),
    ],
    [
      4,
      'zombie',
      fc.record({
        do: fc.constant('zombie' as const),
        count: fc.integer({ min: 1, max: 40 }),
        edits: fc.array(edit, { maxLength: 2 }),
      }),
    ],
    [3, 'restart', fc.record({ do: fc.constant('restart' as const), parent: fc.boolean() })],
    [2, 'resync', fc.record({ do: fc.constant('resync' as const), entity })],
    [2, 'late-page', fc.record({ do: fc.constant('late-page' as const), entity, page: fc.nat(2), edits: some(edit) })],
    [
      2,
      'zombie-of-roles',
      fc.record({
        do: fc.constant('zombie-of-roles' as const),
        entity: fc.constant('connection' as const),
        calls: fc.nat(40),
        edits: some(ofRoles),
        later: some(ofRoles),
      }),
    ],
    [2, 'expire', fc.record({ do: fc.constant('expire' as const), table: entity })],
    [
      2,
      'pass',
      fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(30_000, 20 * 60_000, 26 * 3_600_000) }),
    ],
    [2, 'hold', fc.record({ do: fc.constant('hold' as const), edit })],
    [1, 'release', fc.constant({ do: 'release' })],
  ];
}

function weighted<T>(all: readonly [weight: number, name: Step['do'], arbitrary: fc.Arbitrary<T>][], without: Without) {
  const drawn = all.filter(([, name]) => !without.has(name));
  return drawn.map(([weight, , arbitrary]) => ({ weight, arbitrary }));
}

/** One step. */
export function drawnSteps(without: Without): fc.Arbitrary<Step> {
  const edit = fc.oneof(...weighted(EDITS, without));
  return fc.oneof({ weight: 44, arbitrary: edit }, ...weighted(others(edit), without));
}

import fc from 'fast-check';
import { CONFLICT_POLICIES, type ConflictPolicy } from '../../model/policy';
import { drawnSteps, type Without } from './draw';
import type { Step, System } from './step';

/**
 * - `persons`   leads and contacts alone
 * - `accounts`  with accounts, users and teams
 * - `all`       with opportunities, contact roles and custom objects
 */
export const SCOPES = ['persons', 'accounts', 'all'] as const;
export type Scope = (typeof SCOPES)[number];

type Switches = Record<string, unknown>;

/** A story, and the circumstances in which it is played: plain data, which JSON keeps. */
export interface Schedule {
  steps: Step[];
  scope: Scope;
  adoption: 'adopt' | 'create' | 'park';
  whenDeleted: 'flag' | 'delete' | 'ignore';
  /** Conflict policies by Marketo field, on leads and contacts alike; the others have the entity's. */
  conflicts: Record<string, ConflictPolicy>;
  /** Of both systems' undocumented points those that are not at their default, by the simulators' names. */
  switches: Record<System, Switches>;
  /** Marketo's feed tells some activities a second time. */
  repeats: boolean;
  /** Rows that Dynamics gives a page. */
  pageRows: number;
}

/** Some of the switches away from their defaults: none at all as often as not. */
const rarely = (choices: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Switches> =>
  fc.oneof(fc.constant<Switches>({}), fc.record(choices, { requiredKeys: [] }) as fc.Arbitrary<Switches>);

const SWITCHES: fc.Arbitrary<Schedule['switches']> = fc.record({
  dynamics: rarely({
    deltaTokenFrom: fc.constant('last'),
    deltaOverlap: fc.constant(true),
    deltaShuffle: fc.constant(true),
  }),
  marketo: rarely({
    activityDelayMs: fc.constantFrom([0, 2_000], [500, 10_000]),
    emptyPages: fc.constant(true),
    newLeadReady: fc.constant('afterTwoSeconds'),
    nullsInReads: fc.constant('absent'),
    sameValueActivity: fc.constant(true),
    sameKeyInBatch: fc.constantFrom('duplicate', 'refuse'),
    createOnlyEmailClash: fc.constant('refuse'),
    mergeLosersInDeleted: fc.constant(false),
    mergeLogsChanges: fc.constant(true),
    mergeMovesRoles: fc.constant(false),
  }),
});

const POLICIES = fc.dictionary(
  fc.constantFrom('firstName', 'title', 'phone', 'city', 'mktoPersonNotes', 'lastName'),
  fc.constantFrom(...CONFLICT_POLICIES.filter((policy) => policy !== 'most-restrictive')),
  { maxKeys: 2 },
);

export interface Drawn {
  without?: Without;
  minSteps?: number;
  maxSteps: number;
}

/** Schedules of so many steps, of every kind but some. */
export function schedules({ without = new Set(), minSteps = 1, maxSteps }: Drawn): fc.Arbitrary<Schedule> {
  const step = drawnSteps(without);
  return fc.record({
    steps: fc.array(step, { minLength: minSteps, maxLength: maxSteps, size: 'max' }),
    scope: fc.oneof(
      { weight: 7, arbitrary: fc.constant<Scope>('persons') },
      { weight: 2, arbitrary: fc.constant<Scope>('accounts') },
      { weight: 1, arbitrary: fc.constant<Scope>('all') },
    ),
    adoption: fc.constantFrom('adopt', 'adopt', 'create', 'park'),
    whenDeleted: fc.constantFrom('flag', 'flag', 'delete', 'ignore'),
    conflicts: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, POLICIES),
    switches: SWITCHES,
    repeats: fc.boolean(),
    pageRows: fc.constantFrom(4_800, 3, 2),
  });
}

/** As many as make room for a race, a fault and a repair, and no more: fewer steps, more schedules. */
export const MOST_STEPS = 15;

/** Readable JSON, one step a line: what a failure shows and a fixture holds. */
export function script({ steps, ...circumstances }: Schedule): string {
  const lines = steps.map((step) => `    ${JSON.stringify(step)}`).join(',\n');
  const others = Object.entries(circumstances).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{\n  "steps": [\n${lines}\n  ],\n${others.join(',\n')}\n}`;
}

import fc from 'fast-check';
import type { Outcome } from './play';
import { play } from './play';
import { MOST_STEPS, type Schedule, schedules } from './schedule';

/** What model.test.ts asks of a process of its own (in-node.cjs): schedules to be played as they are, or drawn. */
export type Question = { schedules: Schedule[] } | { runs: number; seed: number; path?: string };

export interface Played {
  /** What went wrong, in words; empty: nothing. */
  wrong: string[];
  records: number;
}

export interface Drawn {
  schedules: number;
  steps: number;
  /** Committed versions of records in both systems. */
  versions: number;
  /** Of this process, in all. */
  cpuSeconds: number;
  /** The least schedule that goes wrong, where one does. */
  failure?: { schedule: Schedule; wrong: string[]; after: number; shrunk: number; path: string };
}

/** Stack traces are made of each error, and errors are all in a schedule's work. */
const STACKS = 0;

export async function answer(question: Question): Promise<void> {
  Error.stackTraceLimit = 'schedules' in question ? Error.stackTraceLimit : STACKS;
  const found = 'schedules' in question ? await playAll(question.schedules) : await draw(question);
  process.stdout.write(JSON.stringify(found));
}

async function playAll(all: readonly Schedule[]): Promise<Played[]> {
  const played: Played[] = [];
  for (const schedule of all) {
    const { wrong, outcome } = await judged(schedule);
    played.push({ wrong, records: outcome?.report.records ?? 0 });
  }
  return played;
}

/** What throws is wrong too: nothing that a schedule brings may. */
async function judged(schedule: Schedule): Promise<{ wrong: string[]; outcome?: Outcome }> {
  try {
    const outcome = await play(schedule);
    return { wrong: inWords(outcome), outcome };
  } catch (error) {
    return { wrong: [`thrown: ${(error as Error).stack}`] };
  }
}

async function draw({ runs, seed, path }: Extract<Question, { runs: number }>): Promise<Drawn> {
  const sums = { schedules: 0, steps: 0, versions: 0 };
  let wrong: string[] = [];
  const property = fc.asyncProperty(schedules({ maxSteps: MOST_STEPS }), async (schedule) => {
    const { wrong: now, outcome } = await judged(schedule);
    if (now.length > 0) wrong = now;
    sums.schedules += 1;
    sums.steps += schedule.steps.length;
    sums.versions += outcome?.report.versions ?? 0;
    return now.length === 0;
  });
  const result = await fc.check(property, { numRuns: runs, seed, ...(path !== undefined && { path }) });
  const { user, system } = process.cpuUsage();
  const cpuSeconds = Math.round((user + system) / 1e6);
  const schedule = result.counterexample?.[0];
  if (!result.failed || !schedule) return { ...sums, cpuSeconds };
  const { numRuns: after, numShrinks: shrunk, counterexamplePath } = result;
  return { ...sums, cpuSeconds, failure: { schedule, wrong, after, shrunk, path: counterexamplePath ?? '' } };
}

export function inWords({ report, rested, unexpected }: Outcome): string[] {
  return [
    ...report.breaches.map(
      ({ clause, entity, id, field, seq, says }) =>
        `${clause}: ${entity} ${id} ${field ?? ''}: ${says} (ledger ${seq ?? '-'})`,
    ),
    ...(rested.trouble === undefined ? [] : [rested.trouble]),
    ...[...new Set(unexpected)].map((stack) => `an error that nobody expected: ${stack}`),
  ];
}

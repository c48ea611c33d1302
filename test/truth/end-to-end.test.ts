import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Lane } from './end-to-end/lane';
import { Syncs } from './end-to-end/syncs';
import { type Schedule, schedules, script } from './schedule';
import type { Step } from './step';

/**
 * TRUTH_RUNS: how many schedules; TRUTH_SEED: of which seed, or `random`; TRUTH_LANES: how many at once. `npm run test:truth` plays 300 and
 * writes .run/truth.json.
 */
const { TEST_MONGODB_URI = '', TRUTH_SEED, TRUTH_RUNS = '2', TRUTH_LANES = '2', TRUTH_FILE } = process.env;
const RUNS = Number(TRUTH_RUNS);
const LANES = Number(TRUTH_LANES);
const SEED = TRUTH_SEED === 'random' ? Date.now() % 1_000_000_000 : Number(TRUTH_SEED ?? 1);
const [MIN_STEPS, MAX_STEPS] = [6, 18];
/** A schedule may take its rest's limit, and the least one that fails is looked for. */
const A_SCHEDULE_MS = 120_000;
const WITHIN_MS = 600_000 + RUNS * A_SCHEDULE_MS;
const TELL_EVERY = 10;
const FIXTURES = join(__dirname, 'fixtures');
const KEPT = readdirSync(FIXTURES);
/** A schedule that goes wrong is shortened for so long. */
const SHORTENING_MS = 180_000;

/** `performLive` says why. */
const LEFT_OUT: ReadonlySet<Step['do']> = new Set([
  'look',
  'work-off',
  'write-back',
  'die',
  'early-hint',
  'zombie',
  'zombie-of-roles',
  'pass',
  'poison',
  'outage',
]);

interface Failure {
  seed: number;
  breaches: string[];
  schedule: Schedule;
}

let syncs: Syncs;
let lanes: Lane[] = [];

beforeAll(async () => {
  syncs = await Syncs.open();
  lanes = await Promise.all(Array.from({ length: LANES }, () => Lane.open(syncs, TEST_MONGODB_URI)));
}, 120_000);
afterAll(async () => {
  for (const lane of lanes) await lane.close();
  await syncs?.close();
}, 60_000);

/** Every other one begins when the import is over: what is edited before meets no base. */
const drawn = fc
  .tuple(schedules({ without: LEFT_OUT, minSteps: MIN_STEPS, maxSteps: MAX_STEPS }), fc.boolean())
  .map(
    ([schedule, imported]): Schedule =>
      imported ? { ...schedule, steps: [{ do: 'cycle' }, ...schedule.steps] } : schedule,
  );

/** Now, and not when it is over, as jest would. */
const tell = (line: string): boolean => process.stderr.write(`truth: ${line}\n`);

/** What is wrong at the end of a schedule, a line each. */
async function wrongAfter(lane: Lane, schedule: Schedule): Promise<string[]> {
  const { report, rested, before } = await lane.play(schedule);
  const breaches = report.breaches.map(
    ({ clause, entity, id, field, says }) => `${clause} ${entity} ${id} ${field ?? ''}: ${says}`,
  );
  return [...breaches, ...before, ...(rested.trouble === undefined ? [] : [rested.trouble])];
}

test(
  `the ${KEPT.length} schedules that went wrong once, here or at the model level`,
  async () => {
    const queue = KEPT.map((file) => ({
      file,
      schedule: JSON.parse(readFileSync(join(FIXTURES, file), 'utf8')) as Schedule,
    }));
    const wrong: string[] = [];
    const worker = async (lane: Lane) => {
      for (let next = queue.shift(); next; next = queue.shift())
        for (const line of await wrongAfter(lane, next.schedule)) wrong.push(`${next.file}: ${line}`);
    };
    await Promise.all(lanes.map(worker));
    expect(wrong).toEqual([]);
  },
  KEPT.length * A_SCHEDULE_MS,
);

test(
  `${RUNS} schedules through the real workflows: both sides equal, no echo, no twin, nothing backwards (TRUTH_SEED=${SEED})`,
  async () => {
    tell(`${RUNS} schedules in ${LANES} lanes, TRUTH_SEED=${SEED}`);
    const played = { schedules: 0, steps: 0 };
    const failures: Failure[] = [];
    const lane = async (own: Lane, index: number) => {
      for (let left = Math.ceil((RUNS - index) / LANES), seed = SEED + index; left > 0; seed += LANES) {
        let shortenUntil: number | undefined;
        let last: string[] = [];
        const property = fc.asyncProperty(drawn, async (schedule) => {
          if (shortenUntil !== undefined && Date.now() > shortenUntil) return;
          const wrong = await wrongAfter(own, schedule);
          if (shortenUntil === undefined) {
            left -= 1;
            played.schedules += 1;
            played.steps += schedule.steps.length;
            if (played.schedules % TELL_EVERY === 0)
              tell(`${played.schedules} of ${RUNS} schedules, ${failures.length} failures`);
          }
          if (wrong.length === 0) return;
          if (shortenUntil === undefined) tell([`wrong, and being shortened:`, ...wrong, script(schedule)].join('\n'));
          shortenUntil ??= Date.now() + SHORTENING_MS;
          last = wrong;
          throw new Error(wrong.join('\n'));
        });
        const { failed, counterexample } = await fc.check(property, { seed, numRuns: left });
        if (!failed || !counterexample) continue;
        failures.push({ seed, breaches: last, schedule: counterexample[0] });
        tell(['shortened to:', ...last, script(counterexample[0])].join('\n'));
      }
    };
    await Promise.all(lanes.map(lane));
    const summary = { ...played, failures: failures.length, seed: SEED, failed: failures };
    if (TRUTH_FILE) {
      mkdirSync(join(TRUTH_FILE, '..'), { recursive: true });
      writeFileSync(TRUTH_FILE, `${JSON.stringify(summary, undefined, 2)}\n`);
    }
    // Each makes a fixture: test/truth/fixtures/<what it shows>.json.
    const told = failures.map(({ breaches, schedule }) => `${breaches.join('\n')}\n${script(schedule)}`);
    expect(told.join('\n\n')).toBe('');
    expect(played.schedules).toBe(RUNS);
  },
  WITHIN_MS,
);

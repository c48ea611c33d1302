import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Drawn, Played, Question } from './answer';
import { type Schedule, script } from './schedule';

/**
 * TRUTH_SEED: other schedules, or `random`; MODEL_RUNS: how many, 10,000 by `npm run test:model`; TRUTH_PATH: the way to one of them, as a
 * failure says.
 */
const { TRUTH_SEED, MODEL_RUNS, TRUTH_PATH } = process.env;
const RUNS = Number(MODEL_RUNS ?? 1_000);
/** Schedules that one process plays. */
const SHARD = 2_500;
const SEED = TRUTH_SEED === 'random' ? Date.now() % 1_000_000_000 : Number(TRUTH_SEED ?? 2_026);
/** None in practice: so that a hung process ends. */
const PATIENCE_MS = 3_600_000;
const LARGEST_ANSWER = 64 * 2 ** 20;

async function ask<T>(question: Question): Promise<T> {
  const program = [join(__dirname, 'in-node.cjs'), JSON.stringify(question)];
  const { stdout } = await promisify(execFile)(process.execPath, program, { maxBuffer: LARGEST_ANSWER });
  return JSON.parse(stdout) as T;
}

const FIXTURES = join(__dirname, 'fixtures');
const named = readdirSync(FIXTURES).map((file) => file.replace(/\.json$/, ''));

/** Each was once found by the random ones below, and shortened; the service has been mended since. */
describe('schedules that went wrong once', () => {
  let played: Played[];

  beforeAll(async () => {
    const found = named.map((name) => JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8')) as Schedule);
    played = await ask({ schedules: found });
  }, PATIENCE_MS);

  it.each(named)('%s', (name) => {
    expect(played[named.indexOf(name)]?.wrong).toEqual([]);
  });
});

it(
  `whatever people do on both sides, and whatever befalls feeds, calls and workers: ${RUNS} schedules end with both sides equal under the policy, no echo, no twin, nothing backwards (TRUTH_SEED=${SEED})`,
  async () => {
    const firsts =
      TRUTH_PATH === undefined ? Array.from({ length: Math.ceil(RUNS / SHARD) }, (_, n) => n * SHARD) : [0];
    const shards = await Promise.all(
      firsts.map((first) =>
        ask<Drawn>({ runs: Math.min(SHARD, RUNS - first), seed: SEED, path: TRUTH_PATH ?? String(first) }),
      ),
    );
    const failure = shards.find((shard) => shard.failure)?.failure;
    if (failure) {
      const { schedule, wrong, after, shrunk, path } = failure;
      throw new Error(
        [
          ...wrong,
          `\nTRUTH_SEED=${SEED} TRUTH_PATH=${path} (schedule ${after}, shortened in ${shrunk} steps). To keep it: test/truth/fixtures/<what it shows>.json`,
          script(schedule),
        ].join('\n'),
      );
    }
    const sum = (of: (drawn: Drawn) => number): number => shards.reduce((total, shard) => total + of(shard), 0);
    const [schedules, versions] = [sum((shard) => shard.schedules), sum((shard) => shard.versions)];
    console.info(
      `model level, seed ${SEED}: ${schedules} schedules, ${sum(({ steps }) => steps)} steps, ${versions} versions`,
    );
    expect(schedules).toBe(RUNS);
    // They did something, most of them a lot.
    expect(versions).toBeGreaterThan(20 * RUNS);
  },
  PATIENCE_MS,
);

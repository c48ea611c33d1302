import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { STORE_WRITES } from '../../cli/check/stage/calls';
import type { Question, Told } from './answer';
import { STORIES } from './stories';
import type { Story } from './story';

/**
 * DEATHS_ALL: every point of every story, as `npm run test:deaths` has it; else every point of those about people, and a fifth of
 * the others'. DEATHS_SEED: which fifth, or `random`. DEATHS_POINT: only that one, as a failure says.
 */
const { DEATHS_ALL, DEATHS_SEED, DEATHS_POINT } = process.env;
const SEED = DEATHS_SEED === 'random' ? Date.now() % 1_000_000_000 : Number(DEATHS_SEED ?? 11);
const ONE_IN = DEATHS_ALL ? 1 : 5;
const PEOPLE: ReadonlySet<string> = new Set(['lead', 'contact', 'people']);
/** None in practice: so that a hung process ends. */
const PATIENCE_MS = 3_600_000;
const LARGEST_ANSWER = 64 * 2 ** 20;

/** A process of its own, as test/truth/model.test.ts has it and for the same reasons. */
async function ask(question: Question): Promise<Told[]> {
  const program = [join(__dirname, '../truth/in-node.cjs'), JSON.stringify(question), join(__dirname, 'answer.ts')];
  const { stdout } = await promisify(execFile)(process.execPath, program, { maxBuffer: LARGEST_ANSWER });
  return JSON.parse(stdout) as Told[];
}

const played: Told[] = [];
const sum = (of: (told: Told) => number): number => played.reduce((total, told) => total + of(told), 0);

const ofPeople = (story: Story): boolean => PEOPLE.has(story.kind) && story.circumstances.scope === 'persons';

describe.each([
  { what: 'work on people', stories: STORIES.filter(ofPeople), oneIn: 1 },
  { what: 'other work', stories: STORIES.filter((story) => !ofPeople(story)), oneIn: ONE_IN },
])('$what', ({ stories, oneIn }) => {
  const names = stories.map(({ name }) => name);

  beforeAll(async () => {
    const point = DEATHS_POINT === undefined ? {} : { point: Number(DEATHS_POINT) };
    played.push(...(await ask({ names, oneIn, seed: SEED, ...point })));
  }, PATIENCE_MS);

  it.each(names)(
    `%s: a death, edits, or a suspended worker at any point, and both sides end equal (DEATHS_SEED=${SEED})`,
    (name) => {
      const told = played.find((one) => one.name === name);
      const wrong = told?.wrong.map(
        ({ disturbance, point: at, before, says }) =>
          `${disturbance} at point ${at}, before ${before}: ${says.join('; ')}`,
      );
      expect(wrong).toEqual([]);
      expect(told?.misdeclared).toEqual([]);
      expect(told?.points).toBeGreaterThan(0);
    },
  );
});

/** Not made in the work of any story: of operators, of pushes and requests, of what is set aside or damaged, of breakers, or afterwards. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  ...['asides.put', 'asides.remove', 'asides.begin', 'asides.end', 'inbox.putAside'],
  ...['conflicts.decide', 'conflicts.close', 'deletions.stop', 'deletions.release', 'failures.mend'],
  ...['fieldMaps.offer', 'links.forgetTeams', 'staging.drop', 'parked.retract', 'parked.forget', 'people.release'],
  ...['pushRequests.add', 'pushRequests.move', 'pushRequests.applied', 'reconciliation.note'],
  ...['requests.add', 'requests.move', 'requests.close', 'requests.applied'],
]);

it('every writing call of the store was made in one of the stories', () => {
  console.info(
    `deaths, seed ${SEED}: ${played.length} stories, ${sum(({ points }) => points)} points, ${sum((told) => told.played)} played`,
  );
  const made = new Set(played.flatMap(({ calls }) => calls));
  expect(STORE_WRITES.filter((call) => !made.has(call) && !ELSEWHERE.has(call))).toEqual([]);
});

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Played } from './answer';
import type { Schedule } from './schedule';
import type { EditStep, Step } from './step';

/** More than an attempt for roles makes; each story takes every third, and three stories all of them. */
const CALLS = 33;
const EVERY = 3;
const LARGEST_ANSWER = 64 * 2 ** 20;
const PATIENCE_MS = 600_000;

async function play(steps: readonly Step[][]): Promise<Played[]> {
  const schedules = steps.map(
    (some): Schedule => ({
      steps: some,
      scope: 'all',
      adoption: 'adopt',
      whenDeleted: 'flag',
      conflicts: {},
      switches: { dynamics: {}, marketo: {} },
      repeats: false,
      pageRows: 4_800,
    }),
  );
  const program = [join(__dirname, 'in-node.cjs'), JSON.stringify({ schedules })];
  const { stdout } = await promisify(execFile)(process.execPath, program, { maxBuffer: LARGEST_ANSWER });
  return JSON.parse(stdout) as Played[];
}

const role = (contact: number | null): EditStep => ({ do: 'role', opportunity: 0, contact });
const reconnect = (contact: number, opportunity = 0, active = true): EditStep => ({
  do: 'reconnect',
  row: 0,
  opportunity,
  contact,
  active,
});
const removed: EditStep = { do: 'delete', table: 'connection', row: 0 };

/** What the attempt carries that is taken for dead, and what the next one carries. */
const STORIES: Record<string, [first: EditStep[], later: EditStep[]]> = {
  'another parent contact': [[role(3)], [role(4)]],
  'no parent contact': [[role(3)], [role(null)]],
  'a connection to another contact': [[reconnect(3)], [reconnect(4)]],
  'a connection that is switched off': [[reconnect(3)], [reconnect(3, 0, false)]],
  'a connection that is switched on': [[reconnect(3, 0, false)], [reconnect(3)]],
  'a connection that is deleted': [[reconnect(3)], [removed]],
  'a connection that is restored': [[removed], [{ do: 'restore', number: 0 }]],
  'a connection of another opportunity': [[reconnect(3)], [reconnect(3, 1)]],
  'an opportunity that is deleted': [[role(3)], [{ do: 'delete', table: 'opportunity', row: 0 }]],
};
const BEFORE: Step[] = [{ do: 'create', table: 'opportunity', number: 0 }, { do: 'cycle' }, role(0), { do: 'cycle' }];
/** Another source of the same opportunity is news: the set of its roles is made of what is remembered. */
const AFTER: Step[] = [{ do: 'connect', opportunity: 0, contact: 1 }];

it.each(Object.keys(STORIES))(
  '%s stands, wherever an attempt that carries what was before it was taken for dead and wakes up',
  async (name) => {
    const [edits, later] = STORIES[name] as [EditStep[], EditStep[]];
    const first = Object.keys(STORIES).indexOf(name) % EVERY;
    const played = await play(
      Array.from({ length: CALLS / EVERY }, (_, index) => first + index * EVERY).map((calls): Step[] => [
        ...BEFORE,
        { do: 'zombie-of-roles', entity: 'connection', calls, edits, later },
        ...AFTER,
      ]),
    );
    expect(
      played.flatMap(({ wrong }, index) => wrong.map((one) => `at call ${first + index * EVERY}: ${one}`)),
    ).toEqual([]);
  },
  PATIENCE_MS,
);

it.each(Object.keys(STORIES))(
  '%s stands against a page of a resync that was staged before it',
  async (name) => {
    const [edits, later] = STORIES[name] as [EditStep[], EditStep[]];
    const played = await play(
      ['opportunity', 'connection'].flatMap((entity) =>
        [0, 1].map((page): Step[] => [
          ...BEFORE,
          ...edits,
          { do: 'cycle' },
          { do: 'late-page', entity, page, edits: later },
          ...AFTER,
        ]),
      ),
    );
    expect(played.flatMap(({ wrong }) => wrong)).toEqual([]);
  },
  PATIENCE_MS,
);

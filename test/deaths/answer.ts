import { ALL_DISTURBANCES, type Disturbance } from './disturbances';
import { playAt } from './play-at';
import { STORIES } from './stories';

/** Which stories to play, with what coming in between, at which points: one in so many, by the seed. */
export interface Question {
  names: readonly string[];
  disturbances?: readonly Disturbance[];
  oneIn: number;
  seed: number;
  /** Only this point. */
  point?: number;
}

export interface Told {
  name: string;
  points: number;
  played: number;
  wrong: { disturbance: Disturbance; point: number; before: string; says: string[] }[];
  /** Calls of the store in the work. */
  calls: string[];
  /** Calls of the store that wrote, though they are declared as reads. */
  misdeclared: string[];
}

export async function answer(question: Question): Promise<void> {
  const told: Told[] = [];
  for (const story of STORIES.filter(({ name }) => question.names.includes(name)))
    told.push(await play(story, question));
  process.stdout.write(JSON.stringify(told));
}

async function play(story: (typeof STORIES)[number], question: Question): Promise<Told> {
  const undisturbed = await playAt(story, 'death');
  const { points, calls, misdeclared } = undisturbed;
  const told: Told = { name: story.name, points, played: 0, wrong: [], calls, misdeclared };
  const { disturbances = ALL_DISTURBANCES, oneIn, seed, point: only } = question;
  if (undisturbed.wrong.length > 0)
    told.wrong.push({ disturbance: 'death', point: 0, before: 'nothing came in between', says: undisturbed.wrong });
  for (const disturbance of disturbances) {
    for (let point = 1; point <= told.points; point += 1) {
      if (only === undefined ? !isDrawn(seed, `${story.name}/${disturbance}/${point}`, oneIn) : only !== point)
        continue;
      const { call, wrong } = await playAt(story, disturbance, point);
      told.played += 1;
      if (wrong.length > 0) told.wrong.push({ disturbance, point, before: call, says: wrong });
    }
  }
  return told;
}

/** FNV-1a: the same points for the same seed, whatever else is played. */
function isDrawn(seed: number, name: string, oneIn: number): boolean {
  let hash = 0x811c9dc5 ^ seed;
  for (const character of name) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return (hash >>> 8) % oneIn === 0;
}

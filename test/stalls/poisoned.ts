import type { System } from '../truth/step';
import type { Facts } from './answer';
import { World } from './world';

const MINUTE_MS = 60_000;

/** Where records are that a vendor fails at, of so many that are edited at once while nothing else is going on. */
const PLACES: Record<string, (of: number) => number[]> = {
  'at first of both halves': (of) => [0, of / 2],
  'at first of each quarter': (of) => [0, 1, 2, 3].map((part) => (part * of) / 4),
  'at last of both halves': (of) => [of / 2 - 1, of - 1],
  'all but the last': (of) => Array.from({ length: of - 1 }, (_, at) => at),
};
export const POISONED = [
  ...(['marketo', 'dynamics'] as const).flatMap((system) =>
    (['refused', 'lost-before'] as const).flatMap((fault) =>
      Object.keys(PLACES).map((where) => [system, fault, where, 8] as const),
    ),
  ),
  ['marketo', 'refused', 'at first of both halves', 300],
  ['marketo', 'refused', 'at first of each quarter', 40],
  ['dynamics', 'lost-before', 'at first of both halves', 4],
] as const;

async function poisoned(system: System, fault: 'refused' | 'lost-before', where: string, of: number): Promise<Facts> {
  const world = await World.of(of);
  const places = PLACES[where]?.(of) ?? [];
  world.poison(
    system,
    world.contacts.filter((_, at) => places.includes(at)),
    fault,
  );
  const good = world.contacts.filter((_, at) => !places.includes(at));
  if (system === 'marketo') await world.edit(world.contacts, { jobtitle: 'Buyer' });
  else await world.market(world.contacts, { title: 'Buyer' });
  const has = async (guid: string) =>
    ((await world.person(guid))?.title ?? '') === 'Buyer' && (await world.row(guid))?.jobtitle === 'Buyer';
  const arrived = await world.until(async () => {
    for (const guid of good) if (!(await has(guid))) return false;
    return true;
  }, 60 * MINUTE_MS);
  return { arrived, parked: await world.parked() };
}

export const POISONED_STORIES: Record<string, () => Promise<Facts>> = Object.fromEntries(
  POISONED.map((story) => {
    const [system, fault, where, of] = story;
    return [`poisoned: ${story.join(', ')}`, () => poisoned(system, fault, where, of)];
  }),
);

import { MongoNetworkError } from 'mongodb';
import { contact } from '../../cli/check/stage/organisation';
import type { Facts } from './answer';
import { World } from './world';

const MINUTE_MS = 60_000;
/** One in a hundred of them may be strange. */
const [ROWS, STRANGE] = [2_500, 24];

/** A page with as many strange rows as are their own fault; MongoDB fails once, where they are to be listed, and the page is taken up again. */
async function manyStrange(): Promise<Facts> {
  const strange = Array.from({ length: STRANGE }, (_, at) =>
    contact(50_000 + at, { merged: true, _masterid_value: 42 }),
  );
  const world = await World.begun(ROWS - STRANGE, { contact: strange });
  const { store } = world.service.world.deps;
  const put = store.asides.put.bind(store.asides);
  let failed = 0;
  store.asides.put = async (...given) => {
    if (failed > 0 || given[0] !== 'contact') return put(...given);
    failed += 1;
    throw new MongoNetworkError('the connection is closed');
  };
  await world.cycles(5 * MINUTE_MS);
  const { done, total } = await store.progress.get('contact', 1);
  const people = (await world.memory.records()).length;
  return { failed, people, parked: (await world.parked()).length, left: [...world.service.left], done, total };
}

export const MANY_STRANGE_STORIES: Record<string, () => Promise<Facts>> = { 'many strange rows': manyStrange };

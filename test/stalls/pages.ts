import { ApiError } from '../../clients/errors';
import type { Facts } from './answer';
import { World } from './world';

const MINUTE_MS = 60_000;

/** A row's own column is what Dynamics refuses a page for, wherever the page begins; its `next` link is then taken for one that has expired. */
async function refusedPage(place: number): Promise<Facts> {
  const world = await World.begun(12, {}, undefined, { pageRows: 3 });
  const bad = world.contacts[place] ?? '';
  const { dynamics } = world.service.world.deps;
  const has = (rows: readonly Record<string, unknown>[]) =>
    rows.some((row) => row.contactid === bad && 'jobtitle' in row);
  const refusal = (kind: 'refused' | 'expired-token') =>
    new ApiError({ api: 'dynamics', operation: 'contacts.read', kind, status: 400 });
  let reads = 0;
  const readPage = dynamics.readPage.bind(dynamics);
  dynamics.readPage = async (asked) => {
    const page = await readPage(asked);
    if (asked.set === 'contacts') reads += 1;
    if (has(page.rows)) throw refusal('refused');
    return page;
  };
  const follow = dynamics.follow.bind(dynamics);
  dynamics.follow = async (...given) => {
    const page = await follow(...given);
    if (has(page.rows)) throw refusal('expired-token');
    return page;
  };
  const readByIds = dynamics.readByIds.bind(dynamics);
  dynamics.readByIds = async (...given) => {
    if (given[2].includes(bad) && given[3].includes('jobtitle')) throw refusal('refused');
    return readByIds(...given);
  };
  await world.service.cycle();
  const fewReads = reads < 10;
  await world.cycles(5 * MINUTE_MS);
  const people = (await world.memory.records()).length;
  const told = (await world.setAside()).waiting + (await world.parked()).length;
  const [other = ''] = world.contacts.filter((guid) => guid !== bad);
  await world.edit([other], { jobtitle: 'Buyer' });
  const edited = await world.until(async () => (await world.person(other))?.title === 'Buyer', 5 * MINUTE_MS);
  return { people, told, edited: edited !== undefined, fewReads };
}

export const PAGE_STORIES: Record<string, () => Promise<Facts>> = {
  'refused page: first': () => refusedPage(1),
  'refused page: next': () => refusedPage(7),
};

import { ApiError, isApiError } from '../../clients/errors';
import { isOutage } from '../../clients/health';
import type { Facts } from './answer';
import { World } from './world';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Marketo fails at each call with one record in it, and says that it is there again in an hour; all other calls succeed. */
async function comeAgain(): Promise<Facts> {
  const world = await World.of(300);
  const bad = world.contacts[200] ?? '';
  world.poison('marketo', [bad], 'refused');
  const { marketo } = world.service.world.deps;
  const syncLeads = marketo.syncLeads.bind(marketo);
  marketo.syncLeads = (...given) =>
    syncLeads(...given).catch((error: unknown) => {
      if (!isApiError(error, 'transient') || isOutage(error)) throw error;
      const { api, operation, kind } = error;
      throw new ApiError({ api, operation, kind, status: 503, retryAfterMs: HOUR_MS });
    });
  let calls = 0;
  world.memory.wire.heard = ({ operation, fault }) => {
    if (operation === 'leads.sync' && fault !== undefined) calls += 1;
  };
  await world.edit(world.contacts, { jobtitle: 'Buyer' });
  const arrived = await world.until(async () => {
    for (const guid of world.contacts) if (guid !== bad && (await world.person(guid))?.title !== 'Buyer') return false;
    return true;
  }, HOUR_MS);
  return { arrived, failed: calls, parked: await world.parked() };
}

export const COME_AGAIN_STORIES: Record<string, () => Promise<Facts>> = { 'come again in an hour': comeAgain };

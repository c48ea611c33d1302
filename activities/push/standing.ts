import type { Activity } from '../../clients/marketo/types';
import type { Deps } from '../deps';
import { queuePush } from './queue';

/** marketo-api §5.5 */
const NEW_LEAD = 12;
/** What a setting has tried is not tried again by itself before this, unless the person was edited. */
const AGAIN_MS = 24 * 3_600_000;

/** Of these persons, those that a setting may send: nobody owns them, and nothing came of it lately. */
async function untried({ store }: Deps, ids: readonly number[]): Promise<number[]> {
  const owned = await store.people.get(ids);
  const open = ids.filter((id) => !owned.has(id));
  const tried = await store.pushes.get(open);
  const since = Date.now() - AGAIN_MS;
  return open.filter((id) => (tried.get(id)?.at.getTime() ?? 0) < since);
}

/** Members of the list of `createInDynamics`, or other persons that the setting is about. */
export async function queueStanding(deps: Deps, ids: readonly number[]): Promise<number> {
  const open = await untried(deps, ids);
  await queuePush(deps, open, deps.settings.createInDynamics, true);
  return open.length;
}

/**
 * What the feed tells, where a setting sends persons to Dynamics: new ones, with `always`; and those that were refused and have been edited
 * since. Our own new persons are owned, and are not among the activities any more.
 */
export async function queueNews(deps: Deps, activities: readonly Activity[]): Promise<void> {
  const { store, settings } = deps;
  if (settings.createInDynamics.when === 'never') return;
  const edited = [...new Set(activities.map(({ leadId }) => leadId))];
  const refused = [...(await store.pushes.get(edited)).values()].filter(
    ({ outcome, standing }) => standing && outcome === 'refused',
  );
  const again = refused.map(({ marketoId }) => marketoId);
  await queuePush(deps, again, settings.createInDynamics, true);
  if (settings.createInDynamics.when !== 'always') return;
  const fresh = activities.filter(({ activityTypeId }) => activityTypeId === NEW_LEAD).map(({ leadId }) => leadId);
  await queueStanding(
    deps,
    [...new Set(fresh)].filter((id) => !again.includes(id)),
  );
}

import type { EntityPlan } from '../../../activities/preflight';
import type { EntityCounts } from '../../../activities/status';
import { restore, type SyncState } from '../../../workflows/state';

/** A plan as the preflight hands it to the parent. */
export const plan = (name: string, more: Partial<EntityPlan> = {}): EntityPlan => ({
  name,
  lane: name,
  wave: 0,
  everySeconds: 10,
  untracked: false,
  person: false,
  ...more,
});

export const USERS = plan('systemuser', { everySeconds: 60 });
export const MEMBERS = plan('teammembership', { everySeconds: 900, untracked: true });
export const ACCOUNTS = plan('account', { wave: 1 });
export const LEADS = plan('lead', { wave: 2, lane: 'person', person: true });
export const CONTACTS = plan('contact', { wave: 3, lane: 'person', person: true });

/** A parent's state; what is not named is as at the start. */
export const state = (more: Partial<SyncState> = {}): SyncState => ({ ...restore(), ...more });

export const counts = (more: Partial<EntityCounts> = {}): EntityCounts => ({
  done: 0,
  total: 0,
  parked: 0,
  pendingDynamics: 0,
  pendingMarketo: 0,
  lagSeconds: 0,
  ...more,
});

/** In the loop, everything imported and looked at just now. */
export function looping(entities: EntityPlan[], now: number, more: Partial<SyncState> = {}): SyncState {
  const feeds = ['marketo/leadchanges', 'marketo/activities', 'marketo/deletedleads'];
  const tables = entities.map(({ name, untracked }) => (untracked ? name : `dynamics/${name}`));
  return state({
    phase: 'loop',
    entities,
    imported: entities.map(({ name }) => name),
    due: Object.fromEntries([...feeds, ...tables].map((id) => [id, now + 1_000_000])),
    ...more,
  });
}

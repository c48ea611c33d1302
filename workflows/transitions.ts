import { pushOf } from '../model/push';
import type { Scope } from './messages';
import { marketoFeeds } from './plan';
import type { SyncState } from './state';

export type Message = 'pause' | 'resume' | 'resync';

/** Names that are taken on trust: more than any organisation has tables to sync. */
const MOST_ON_TRUST = 200;

const known = (state: SyncState, entity: string): boolean =>
  // Before the preflight has told us the entities, a name is taken on trust; later it is weeded out.
  state.entities.length === 0 || state.entities.some(({ name }) => name === entity);

/** Before the preflight, no more names are kept than an organisation can have entities. */
const isFull = ({ entities, pausedEntities, resync }: SyncState): boolean =>
  entities.length === 0 && Math.max(pausedEntities.length, resync.length) >= MOST_ON_TRUST;

const without = (list: readonly string[], entity: string) => list.filter((name) => name !== entity);
/** The same list if it is there already: thousands of the same message cost little. */
const withOne = (list: string[], entity: string) => (list.includes(entity) ? list : [...list, entity]);

/** The Marketo look that carries a push out is due at once. */
const lookNow = (state: SyncState): SyncState => ({ ...state, due: { ...state.due, 'marketo/leadchanges': 0 } });

/**
 * What a signal `push` does to the state: intent only; the rows are queued by Marketo's look. @param id names it for good.
 *
 * @returns the new state, or `undefined` when the payload means nothing
 */
export function pushed(state: SyncState, payload: unknown, id: string): SyncState | undefined {
  const wanted = pushOf(payload);
  if (!wanted) return undefined;
  // What `npm run push` has stored is in Mongo already.
  if (!('entity' in wanted)) return lookNow(state);
  if (!known(state, wanted.entity)) return undefined;
  return lookNow({ ...state, pushes: [...state.pushes, { id, request: wanted }] });
}

/**
 * What a message does to the state: it sets intent, nothing more. @returns the new state, or `undefined` when the
 * message means nothing and is to be logged and ignored.
 */
export function transition(state: SyncState, message: Message, scope: Scope): SyncState | undefined {
  if (scope.kind === 'rubbish') return undefined;
  if (scope.kind === 'entity' && !known(state, scope.entity)) return undefined;
  if (scope.kind === 'entity' && message !== 'resume' && isFull(state)) return undefined;
  const all = scope.kind === 'all';
  const entity = scope.kind === 'entity' ? scope.entity : '';
  switch (message) {
    case 'pause':
      return all ? { ...state, paused: true } : { ...state, pausedEntities: withOne(state.pausedEntities, entity) };
    case 'resume': {
      // A resume also means "I have mended it": what was held is tried at once.
      const holds = Object.fromEntries(Object.entries(state.holds).filter(([id]) => id.split('/')[0] !== entity));
      return all
        ? { ...state, paused: false, pausedEntities: [], holds: {} }
        : { ...state, pausedEntities: without(state.pausedEntities, entity), holds };
    }
    case 'resync':
      // The rows of a request are queued by the entity's look: all there is to do here is to look now.
      if (scope.kind === 'entity' && scope.request !== undefined) {
        return { ...state, due: { ...state.due, [`dynamics/${entity}`]: 0 } };
      }
      return {
        ...state,
        resync: all
          ? state.entities.length > 0
            ? state.entities.map(({ name }) => name)
            : ['*']
          : withOne(state.resync, entity),
      };
  }
}

/**
 * What else a resume means: nothing that waits for a time does so any longer, be it a vendor's wait, a rest, or a time that was wrong from
 * the start. Of one entity: its own feeds, and for people what Marketo tells.
 */
export function madeDue(state: SyncState, scope: Scope): SyncState {
  if (scope.kind === 'rubbish') return state;
  if (scope.kind === 'all') return { ...state, due: {} };
  const { entity } = scope;
  const person = state.entities.some(({ name, person }) => name === entity && person);
  const feeds = [
    entity,
    `dynamics/${entity}`,
    ...(person ? marketoFeeds(state).map(([feed]) => `marketo/${feed}`) : []),
  ];
  const due = Object.fromEntries(Object.entries(state.due).filter(([id]) => !feeds.includes(id)));
  return { ...state, due };
}

import type { InboxItem } from '../../clients/mongo/inbox';
import { entityOf, guidOf, type Link, linkId } from '../../clients/mongo/links';
import { type Loss, type OnLoss, onLoss } from '../../model/deletion';
import { PERSON_IDENTITY } from '../../model/entities';
import { type LinkState, sightingOf } from '../../model/identity';
import type { ParkReason } from '../../model/park';
import { stateIs, type TrailEvent, trailed } from '../../model/trail';
import type { Deps } from '../deps';
import { park } from '../park';
import { queueAll } from '../queue';
import type { BoundEntity } from '../schema';
import type { Writer } from '../writer';
import { findCarriers } from './find';

/** A row whose person is not there any more, or is another row's. */
export interface Lost {
  link: Link;
  loss: Loss;
  /** The person that it was merged into, as the feed says. */
  into?: number;
}

/** Rows to which the loss of a person means something. One that is gone from Dynamics, or stands aside, has nothing to lose. */
const CONCERNED: ReadonlySet<LinkState> = new Set(['linked', 'frozen', 'refused', 'tombstone']);

/** What Marketo's feeds said of persons that were deleted (37) or merged away (32): a hint, so the persons are read first. */
export async function settleTold(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  items: readonly InboxItem[],
): Promise<void> {
  const told = new Map<string, { person: number; into?: number }>();
  for (const { id, lost } of items) {
    const row = linkId(bound.entity.name, id);
    // Both feeds tell of a merge (marketo-api §5.3): that it was one is what counts.
    if (lost && told.get(row)?.into === undefined) told.set(row, lost);
  }
  if (told.size === 0) return;
  const links = await deps.store.links.get([...told.keys()]);
  const concerned = [...links.values()].filter(
    ({ id, state, marketoId }) =>
      CONCERNED.has(state) && (marketoId === undefined ? state === 'tombstone' : marketoId === told.get(id)?.person),
  );
  const read = await deps.marketo.leadsBy(
    'id',
    concerned.map(({ id }) => told.get(id)?.person ?? 0),
    ['id', PERSON_IDENTITY.id],
  );
  const carried = new Map(read.map((person) => [Number(person.id), String(person[PERSON_IDENTITY.id] ?? '')]));
  const lost = concerned.flatMap((link): Lost[] => {
    const { person, into } = told.get(link.id) ?? { person: 0 };
    if (sightingOf(guidOf(link.id), carried.get(person)) === 'ours') return [];
    return [into === undefined ? { link, loss: 'deleted' } : { link, loss: 'merged', into }];
  });
  await settleLost(deps, writer, lost);
}

const STATE: Record<OnLoss, LinkState> = { relink: 'linked', bury: 'tombstone', forget: 'tombstone', list: 'merged' };
const REASON: Record<Loss, ParkReason> = {
  deleted: 'gone-from-marketo',
  missing: 'gone-from-marketo',
  merged: 'merged-in-marketo',
  'not-ours': 'not-ours',
};

/** Looks for another person that carries the row's id, and goes on with that one; else nothing is written any more, and the row is listed. */
export async function settleLost(deps: Deps, writer: Writer, lost: readonly Lost[]): Promise<void> {
  if (lost.length === 0) return;
  const { store, settings } = deps;
  const carriers = await findCarriers(
    deps,
    writer,
    lost.map(({ link }) => link.id),
  );
  const outcomes = lost.flatMap(({ link, loss, into }) => {
    const carrier = carriers.get(link.id);
    // It is there after all: a look-up by id may lag behind.
    if (carrier !== undefined && carrier === link.marketoId) return [];
    const person = typeof carrier === 'number' ? carrier : undefined;
    return [{ link, loss, into, person, outcome: onLoss(loss, person !== undefined, settings.whenDeletedInMarketo) }];
  });
  await park(
    deps,
    writer,
    outcomes.map(({ link, loss, outcome }) => ({
      id: link.id,
      was: link.parked,
      now: outcome === 'relink' ? [] : [{ reason: REASON[loss] }],
    })),
  );
  const relinked = outcomes.filter(({ outcome }) => outcome === 'relink').map(({ link }) => link.id);
  // A person forgotten while the row had been edited already is made again now, not at the next edit.
  const edited = outcomes
    .filter(({ link, outcome }) => outcome === 'forget' && wasEdited(link))
    .map(({ link }) => link.id);
  await readAgain(deps, [...relinked, ...edited]);
  // Last: until then a retry finds the same and does it again.
  await store.links.put(
    outcomes.map(({ link, into, outcome, person }) => after(link, into, outcome, person)),
    writer.epoch,
  );
}

/** An edit found the person missing before a feed had told of it (activities/persons/apply.ts). */
const wasEdited = ({ state, dirty }: Link): boolean => state === 'tombstone' && dirty === true;

/** Nothing was ever agreed on with another person: both are read in full, and merged without a base (DESIGN §5). */
function after(link: Link, into: number | undefined, outcome: OnLoss, person: number | undefined): Link {
  const parked = outcome === 'relink' ? [] : [''];
  const state = outcome === 'relink' && link.state === 'frozen' ? 'frozen' : STATE[outcome];
  const at = Date.now();
  const merger: TrailEvent[] = into === undefined ? [] : [{ at, what: 'merged', code: `into ${into}`, keys: [] }];
  const trail = trailed(link, [...merger, stateIs(state, at)]);
  if (outcome === 'bury' || outcome === 'list') return { ...link, ...trail, state, parked };
  // Its bridge to a team is found by the row's id, and led to another team, another person or away when the row is met (teams.ts).
  const { marketoId: _gone, receipts: _told, unsureMarketo: _unsure, ...rest } = link;
  const dirty = outcome === 'relink' || wasEdited(link);
  const known = { ...rest, ...trail, state, parked, dirty, marks: new Map() };
  // Once it has been merged with its row, all that belongs to the row goes again (activities/dependants.ts).
  return person === undefined ? known : { ...known, marketoId: person, moved: true };
}

const readAgain = (deps: Deps, rows: readonly string[]): Promise<void> =>
  queueAll(
    deps,
    rows.map((row) => ({ entity: entityOf(row), feed: 'dynamics', items: [{ id: guidOf(row), resync: true }] })),
  );

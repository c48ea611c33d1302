import { contact, id } from '../../cli/check/stage/organisation';
import { Sealer, UnreadableError } from '../../clients/mongo/sealer';
import type { Facts } from './answer';
import { World } from './world';

const MINUTE_MS = 60_000;

const all = async (contacts: readonly string[], isSo: (guid: string) => Promise<boolean>) => {
  for (const guid of contacts) if (!(await isSo(guid))) return false;
  return true;
};

/** Pages of the inbox are damaged on their way to the disk, or cannot be opened because the key is another one. */
class WornSealer extends Sealer {
  damages = false;
  damagesCursors = false;
  damagesOnly: (items: Record<string, unknown>[]) => boolean = () => true;
  hits = 0;
  isAnother = false;

  override seal(value: unknown): Buffer {
    const sealed = super.seal(value);
    const isPage = Array.isArray(value) && value.some((item: unknown) => item !== null && typeof item === 'object');
    const isHit = isPage
      ? this.damages && this.damagesOnly(value as Record<string, unknown>[])
      : this.damagesCursors && isCursor(value);
    if (!isHit) return sealed;
    this.hits += 1;
    sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1);
    return sealed;
  }

  override open<T>(sealed: Uint8Array): T {
    if (this.isAnother) throw new UnreadableError('another');
    return super.open<T>(sealed);
  }
}

const isCursor = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && ['link', 'token', 'phase'].some((name) => name in value);

/** How far each feed has come is damaged, while both sides edit; then how far a resync has come. */
async function damagedCursors(): Promise<Facts> {
  const sealer = new WornSealer(Buffer.alloc(32, 1));
  const world = await World.of(12, sealer);
  const [first = '', second = '', third = '', fourth = ''] = world.contacts;
  await world.service.settle();
  sealer.damagesCursors = true;
  await world.service.look();
  sealer.damagesCursors = false;
  const { hits } = sealer;
  await world.edit([first], { jobtitle: 'Buyer' });
  await world.market([second], { title: 'Head' });
  const arrived = await world.until(
    async () => (await world.person(first))?.title === 'Buyer' && (await world.row(second))?.jobtitle === 'Head',
    10 * MINUTE_MS,
  );
  sealer.damagesCursors = true;
  world.service.between = async () => {
    sealer.damagesCursors = false;
  };
  await world.service.reread('contact', 'resync');
  await world.edit([third], { jobtitle: 'Clerk' });
  await world.market([fourth], { title: 'Chief' });
  const later = await world.until(
    async () => (await world.person(third))?.title === 'Clerk' && (await world.row(fourth))?.jobtitle === 'Chief',
    10 * MINUTE_MS,
  );
  return {
    hits: hits > 3 && sealer.hits > hits,
    arrived: arrived !== undefined,
    later: later !== undefined,
    parked: await world.parked(),
    trouble: world.service.trouble,
  };
}

/** Edits on both sides and a deletion, whose pages are damaged. */
async function damagedPages(): Promise<Facts> {
  const sealer = new WornSealer(Buffer.alloc(32, 1));
  const world = await World.of(12, sealer);
  const [first = '', second = '', third = ''] = world.contacts;
  await world.edit([first], { jobtitle: 'Buyer' });
  await world.market([second], { title: 'Head' });
  await world.memory.editDynamics({ op: 'delete', table: 'contact', id: third });
  await world.memory.pass(MINUTE_MS);
  sealer.damages = true;
  await world.service.look();
  sealer.damages = false;
  const arrived = await world.until(
    async () =>
      (await world.person(first))?.title === 'Buyer' &&
      (await world.row(second))?.jobtitle === 'Head' &&
      (await world.person(third))?.microsoftIsDeleted === true,
    10 * MINUTE_MS,
  );
  await world.service.settle();
  const damaged = (await world.service.world.deps.store.inbox.damaged()).get('contact') ?? 0;
  return { arrived: arrived !== undefined, damaged, parked: await world.parked() };
}

/** A worker that was given another key, and then the right one again. */
async function anotherKey(): Promise<Facts> {
  const sealer = new WornSealer(Buffer.alloc(32, 1));
  const world = await World.of(12, sealer);
  await world.edit(world.contacts, { jobtitle: 'Buyer' });
  await world.memory.pass(MINUTE_MS);
  await world.service.look();
  sealer.isAnother = true;
  await world.service.workOff();
  const { trouble } = world.service;
  const { inbox } = world.service.world.deps.store;
  const kept = (await inbox.pending()).get('contact')?.dynamics;
  const damaged = (await inbox.damaged()).size;
  sealer.isAnother = false;
  const isBuyer = async (guid: string) => (await world.person(guid))?.title === 'Buyer';
  const arrived = await world.until(() => all(world.contacts, isBuyer), 5 * MINUTE_MS);
  return { trouble, kept, damaged, parked: await world.parked(), arrived: arrived !== undefined };
}

/** What is set aside of one row is damaged: it is tried again in time, or work comes for it meanwhile. */
async function damagedAside(comes: 'nothing' | 'work'): Promise<Facts> {
  const sealer = new WornSealer(Buffer.alloc(32, 1));
  const world = await World.of(8, sealer);
  const [bad = '', ...good] = world.contacts;
  world.poison('dynamics', [bad], 'refused');
  await world.market([bad, good[0] ?? ''], { title: 'Head' });
  await world.memory.pass(30_000);
  await world.service.look();
  sealer.damages = true;
  await world.service.workOff();
  sealer.damages = false;
  const { waiting } = await world.setAside();
  world.memory.wire.noFaults();
  const [edited, title] = comes === 'work' ? [world.contacts, 'Chief'] : [good, 'Clerk'];
  await world.market(edited, { title });
  const has = (wanted: string) => async (guid: string) => (await world.row(guid))?.jobtitle === wanted;
  const arrived = await world.until(() => all(good, has(title)), 10 * MINUTE_MS);
  const own = await world.until(() => has(comes === 'work' ? 'Chief' : 'Head')(bad), 10 * MINUTE_MS);
  await world.service.settle();
  const damaged = (await world.service.world.deps.store.inbox.damaged()).get('contact') ?? 0;
  return {
    waiting,
    arrived: arrived !== undefined,
    own: own !== undefined,
    damaged,
    parked: await world.parked(),
    left: (await world.setAside()).waiting,
    trouble: world.service.trouble,
  };
}

/** What is parked of a row that nobody expected is damaged when another version of the service comes. */
async function damagedParked(): Promise<Facts> {
  const sealer = new WornSealer(Buffer.alloc(32, 1));
  const bad = contact(500, { merged: true, _masterid_value: 42 });
  const world = await World.begun(6, { contact: [bad] }, sealer);
  await world.service.settle();
  const { deps } = world.service.world;
  const { store } = deps;
  const before = await world.parked();
  sealer.damages = true;
  for await (const { entity, feed, aside } of store.asides.parkedFor('unexpected'))
    await store.asides.put(entity, feed, [aside]);
  sealer.damages = false;
  const guid = String((bad as { contactid: string }).contactid);
  const row = world.memory.organisation.rows('contact').get(guid);
  if (row) Object.assign(row, { merged: false, _masterid_value: null });
  deps.version = 'new';
  await world.memory.pass(16 * MINUTE_MS);
  await world.edit(world.contacts, { jobtitle: 'Buyer' });
  const isBuyer = async (guid: string) => (await world.person(guid))?.title === 'Buyer';
  const arrived = await world.until(() => all(world.contacts, isBuyer), 5 * MINUTE_MS);
  const own = await world.until(async () => (await world.person(guid)) !== undefined, 5 * MINUTE_MS);
  return { before: before.length, arrived: arrived !== undefined, own: own !== undefined, after: await world.parked() };
}

/** A worker was given another key, and nothing waits but what was set aside. */
async function anotherKeyAside(): Promise<Facts> {
  const sealer = new WornSealer(Buffer.alloc(32, 1));
  const world = await World.of(8, sealer);
  const [bad = ''] = world.contacts;
  world.poison('dynamics', [bad], 'refused');
  await world.market([bad], { title: 'Head' });
  await world.cycles(MINUTE_MS);
  world.memory.wire.noFaults();
  sealer.isAnother = true;
  world.service.trouble = [];
  await world.memory.pass(10 * MINUTE_MS);
  await world.service.workOff();
  const { trouble } = world.service;
  const { waiting } = await world.setAside();
  const damaged = (await world.service.world.deps.store.inbox.damaged()).size;
  sealer.isAnother = false;
  const own = await world.until(async () => (await world.row(bad))?.jobtitle === 'Head', 10 * MINUTE_MS);
  return { trouble, waiting, damaged, own: own !== undefined };
}

const OPPORTUNITY = id('0b', 1);
const DEAL = {
  opportunityid: OPPORTUNITY,
  name: 'Deal',
  statecode: 0,
  statuscode: 1,
  _parentcontactid_value: id('c0', 10),
};
const contactsOf = async (world: World): Promise<string[]> => {
  const roles = await world.service.world.deps.store.roles.get([OPPORTUNITY]);
  return (roles.get(OPPORTUNITY)?.written ?? []).map(({ contact: of }) => of);
};

/** Another contact becomes an opportunity's, and the page that tells the contact roles of it is damaged. */
async function damagedRoles(): Promise<Facts> {
  const sealer = new WornSealer(Buffer.alloc(32, 1));
  const world = await World.begun(4, { opportunity: [DEAL] }, sealer, { scope: 'all' });
  await world.service.settle();
  const before = await contactsOf(world);
  const values = { _parentcontactid_value: id('c0', 11) };
  await world.memory.editDynamics({ op: 'update', table: 'opportunity', id: OPPORTUNITY, values });
  await world.memory.pass(MINUTE_MS);
  sealer.damages = true;
  await world.service.look();
  sealer.damages = false;
  await world.cycles(10 * MINUTE_MS);
  return { before, after: await contactsOf(world), trouble: world.service.trouble };
}

/** What the import of contact roles has staged of an opportunity's own columns is damaged. */
async function damagedStagedRoles(): Promise<Facts> {
  const sealer = new WornSealer(Buffer.alloc(32, 1));
  sealer.damagesOnly = (items) => items.some((item) => item.opportunityid === OPPORTUNITY && !('name' in item));
  const world = await World.begun(4, { opportunity: [DEAL] }, sealer, { scope: 'all' });
  sealer.damages = true;
  await world.service.settle();
  sealer.damages = false;
  await world.cycles(10 * MINUTE_MS);
  return { hits: sealer.hits, after: await contactsOf(world), trouble: world.service.trouble };
}

/** A row says that it was modified at a time that nobody believes, and its page is damaged. */
async function damagedTime(modifiedon: string): Promise<Facts> {
  const sealer = new WornSealer(Buffer.alloc(32, 1));
  const world = await World.of(6, sealer);
  const some = world.contacts.slice(0, 3);
  const { dynamics } = world.service.world.deps;
  const follow = dynamics.follow.bind(dynamics);
  dynamics.follow = async (...given) => {
    const page = await follow(...given);
    return { ...page, rows: page.rows.map((row) => (row.contactid === some[0] ? { ...row, modifiedon } : row)) };
  };
  const filters: string[] = [];
  const readPage = dynamics.readPage.bind(dynamics);
  dynamics.readPage = async (asked) => {
    if (asked.filter?.startsWith('modifiedon')) filters.push(asked.filter);
    return readPage(asked);
  };
  await world.edit(some, { jobtitle: 'Buyer' });
  await world.memory.pass(MINUTE_MS);
  sealer.damages = true;
  await world.service.look();
  sealer.damages = false;
  const isBuyer = async (guid: string) => (await world.person(guid))?.title === 'Buyer';
  const arrived = await world.until(() => all(some, isBuyer), 5 * MINUTE_MS);
  await world.edit(world.contacts.slice(3), { jobtitle: 'Buyer' });
  const later = await world.until(() => all(world.contacts, isBuyer), 5 * MINUTE_MS);
  return { arrived: arrived !== undefined, later: later !== undefined, filters, trouble: world.service.trouble };
}

export const DAMAGED_STORIES: Record<string, () => Promise<Facts>> = {
  'damaged pages': damagedPages,
  'damaged cursors': damagedCursors,
  'damaged aside': () => damagedAside('nothing'),
  'damaged aside for which work comes': () => damagedAside('work'),
  'damaged parked': damagedParked,
  'damaged roles': damagedRoles,
  'damaged roles, staged': damagedStagedRoles,
  'damaged, time -271821': () => damagedTime('-271821-04-20T00:00:00.000Z'),
  'damaged, time 0001': () => damagedTime('0001-01-01T00:00:00Z'),
  'damaged, time 9999': () => damagedTime('9999-12-31T23:59:59Z'),
  'another key': anotherKey,
  'another key, set aside': anotherKeyAside,
};

import type { DeltaCursor } from '../../activities/feeds/delta-link';
import { id } from '../../cli/check/stage/organisation';
import type { DynamicsPage } from '../../clients/dynamics/types';
import { ApiError, type ErrorKind } from '../../clients/errors';
import { clock } from '../truth/memory/time';
import type { Facts } from './answer';
import { tell } from './tell';
import { World } from './world';

const MINUTE_MS = 60_000;

type Deps = World['service']['world']['deps'];
/** What makes a method fail while a look is under way. */
type Break = (deps: Deps, guid: string, person: number) => void;

const strange = (): never => {
  throw new TypeError('Cannot convert object to primitive value');
};

/** Of these calls those that are about one row, or one person, meet an error which nobody expected. */
const BREAKS: Record<string, Break> = {
  link: ({ store }, guid) => {
    const get = store.links.get.bind(store.links);
    store.links.get = async (ids) => (ids.includes(`contact:${guid}`) ? strange() : get(ids));
  },
  owner: ({ store }, _guid, person) => {
    const get = store.people.get.bind(store.people);
    store.people.get = async (ids) => (ids.includes(person) ? strange() : get(ids));
  },
  merges: ({ marketo }) => {
    marketo.activities = async () => strange();
  },
};

/** A look during which something is broken; and then not any more. */
async function brokenLook(world: World, how: string, guid: string, person: number): Promise<void> {
  const { deps } = world.service.world;
  const { store, marketo } = deps;
  const [linksGet, peopleGet, activities] = [store.links.get, store.people.get, marketo.activities];
  await world.memory.pass(MINUTE_MS);
  BREAKS[how]?.(deps, guid, person);
  await world.service.look();
  Object.assign(store.links, { get: linksGet });
  Object.assign(store.people, { get: peopleGet });
  Object.assign(marketo, { activities });
}

async function told(world: World): Promise<string[]> {
  const found: string[] = [];
  const { failures } = world.service.world.deps.store;
  for await (const { id, code } of failures.between(new Date(0), new Date(clock.now() + MINUTE_MS)))
    if (id.startsWith('feed ')) found.push(`${id} ${code}`);
  return found;
}

/** An opt-out and an edit of others, the opt-out's activity cannot be used. */
async function unusedEdit(how: string): Promise<Facts> {
  const world = await World.of(6);
  const [bad = '', good = ''] = world.contacts;
  const person = Number((await world.person(bad))?.id);
  await world.market([bad], { unsubscribed: true });
  await world.market([good], { title: 'Head' });
  await brokenLook(world, how, bad, person);
  const other = await world.until(async () => (await world.row(good))?.jobtitle === 'Head', 5 * MINUTE_MS);
  const own = await world.until(async () => (await world.row(bad))?.donotbulkemail === true, 5 * MINUTE_MS);
  return { other: other !== undefined, own: own !== undefined, told: await told(world), parked: await world.parked() };
}

/** What a link knows of a row is damaged where it lies, and then both sides edit the row. */
async function damagedLink(): Promise<Facts> {
  const world = await World.of(6);
  const [bad = '', good = ''] = world.contacts;
  const { db } = world.service.world.deps.store;
  const links = db.collection<{ _id: string }>('links');
  const marks = Buffer.from([0, 0, 0, 1, 0x80, 0, 0, 0, 0, 0, 0, 0, 1]);
  await links.updateOne({ _id: `contact:${bad}` }, { $set: { marks } });
  await world.market([bad], { unsubscribed: true });
  await world.market([good], { title: 'Head' });
  const other = await world.until(async () => (await world.row(good))?.jobtitle === 'Head', 5 * MINUTE_MS);
  const own = await world.until(async () => (await world.row(bad))?.donotbulkemail === true, 5 * MINUTE_MS);
  await world.edit([bad], { jobtitle: 'Buyer' });
  const back = await world.until(async () => (await world.person(bad))?.title === 'Buyer', 5 * MINUTE_MS);
  await world.service.world.run('checkOrganisations');
  const facts = { other: other !== undefined, own: own !== undefined, back: back !== undefined };
  return { ...facts, parked: await world.parked(), trouble: world.service.trouble };
}

/** As many as can be no activity's own fault. */
async function unusedEdits(): Promise<Facts> {
  const world = await World.of(40);
  const { store } = world.service.world.deps;
  await world.market(world.contacts, { unsubscribed: true });
  await world.memory.pass(MINUTE_MS);
  const get = store.links.get;
  store.links.get = async () => strange();
  await world.service.look();
  store.links.get = get;
  const trouble = [...world.service.trouble];
  const isOut = async () => {
    for (const guid of world.contacts) if ((await world.row(guid))?.donotbulkemail !== true) return false;
    return true;
  };
  return { own: (await world.until(isOut, 5 * MINUTE_MS)) !== undefined, trouble };
}

async function lost(how: string): Promise<Facts> {
  const world = await World.of(6);
  const [bad = '', other = ''] = world.contacts;
  const [person, second] = [Number((await world.person(bad))?.id), Number((await world.person(other))?.id)];
  await world.memory.editMarketo({ op: 'delete', id: person });
  await world.memory.editMarketo({ op: 'delete', id: second });
  await brokenLook(world, how, bad, person);
  const { store } = world.service.world.deps;
  const states = async () => {
    const links = await store.links.get([`contact:${bad}`, `contact:${other}`]);
    return [bad, other].map((guid) => links.get(`contact:${guid}`)?.state);
  };
  await world.until(async () => (await states()).every((state) => state === 'tombstone'), 10 * MINUTE_MS);
  return { states: await states() };
}

async function merged(): Promise<Facts> {
  const world = await World.of(6);
  const [bad = '', winner = ''] = world.contacts;
  const [person, into] = [Number((await world.person(bad))?.id), Number((await world.person(winner))?.id)];
  await world.memory.editMarketo({ op: 'merge', winner: into, losers: [person] });
  await brokenLook(world, 'owner', bad, person);
  const { store } = world.service.world.deps;
  const state = async () => (await store.links.get([`contact:${bad}`])).get(`contact:${bad}`)?.state;
  await world.until(async () => (await state()) !== 'linked', 10 * MINUTE_MS);
  return { linked: (await state()) === 'linked' };
}

/** Merges that never come to an end, and a deletion. */
async function endless(): Promise<Facts> {
  const world = await World.of(4);
  const { marketo, store } = world.service.world.deps;
  const [gone = '', edited = ''] = world.contacts;
  const activities = marketo.activities;
  let calls = 0;
  marketo.activities = async (token, types) => {
    calls += 1;
    if (calls > 500) throw new Error('no end of it');
    return { ...(await activities(token, types)), moreResult: true };
  };
  await world.memory.editMarketo({ op: 'delete', id: Number((await world.person(gone))?.id) });
  await world.memory.pass(MINUTE_MS);
  await world.service.look();
  const inOneLook = calls;
  await world.market([edited], { title: 'Head' });
  const other = await world.until(async () => (await world.row(edited))?.jobtitle === 'Head', 2 * MINUTE_MS);
  marketo.activities = activities;
  const state = async () => (await store.links.get([`contact:${gone}`])).get(`contact:${gone}`)?.state;
  await world.until(async () => (await state()) === 'tombstone', 5 * MINUTE_MS);
  return { inOneLook, other: other !== undefined, state: await state() };
}

/** Keys and times that are no text: one row more in what a read brings, as nobody expected it. */
const HOSTILE: readonly unknown[] = [JSON.parse('{"toString":1,"valueOf":1}'), null, 7, ['x'], {}, ''];

/** Such a row comes with a table's changes, and with each page of a catch-up. */
async function hostileRow(table: 'contact' | 'opportunity', key: string): Promise<Facts> {
  const opportunity = (number: number) => ({
    opportunityid: id('0b', number),
    name: `Deal ${number}`,
    statecode: 0,
    statuscode: 1,
    _parentcontactid_value: id('c0', 10 + number),
  });
  const world = await World.begun(6, { opportunity: [1, 2].map(opportunity) }, undefined, { scope: 'all' });
  await world.service.settle();
  const { dynamics, store } = world.service.world.deps;
  const [follow, readPage] = [dynamics.follow, dynamics.readPage];
  const withHostile = (page: DynamicsPage): DynamicsPage => {
    const [row] = page.rows;
    if (row?.[`${table}id`] === undefined) return page;
    return { ...page, rows: [...HOSTILE.map((value) => ({ ...row, [key]: value as string })), ...page.rows] };
  };
  dynamics.follow = async (...given) => withHostile(await follow(...given));
  dynamics.readPage = async (...given) => withHostile(await readPage(...given));
  const arrives = async (title: string, number: number): Promise<boolean> => {
    const customer = id('c0', 10);
    await world.edit(world.contacts.slice(0, 3), { jobtitle: title });
    await world.memory.editDynamics({
      op: 'update',
      table: 'opportunity',
      id: id('0b', number),
      values: { _parentcontactid_value: customer },
    });
    const isThere = async () => {
      for (const guid of world.contacts.slice(0, 3)) if ((await world.person(guid))?.title !== title) return false;
      const [role] = [...(await store.roles.get([id('0b', number)])).values()].flatMap(({ written }) => written ?? []);
      return role?.contact === customer;
    };
    return (await world.until(isThere, 10 * MINUTE_MS)) !== undefined;
  };
  const live = await arrives('Buyer', 1);
  world.memory.dynamics.expire(table);
  const caughtUp = await arrives('Clerk', 2);
  const unexpected = (await world.parked()).filter((one) => one.includes(' unexpected '));
  return { live, caughtUp, trouble: world.service.trouble, unexpected: unexpected.map((one) => one.split(' ')[0]) };
}

/** The read that renews a table's link fails. */
async function failingRenewal(kind: ErrorKind): Promise<Facts> {
  const world = await World.of(6);
  const { dynamics, store } = world.service.world.deps;
  const cursor = await store.checkpoints.get<DeltaCursor>('dynamics/contact');
  const { link = '', select = [] } = cursor?.value ?? {};
  const known = { link, select: select.filter((column) => column !== 'jobtitle') };
  if (cursor) await store.checkpoints.move('dynamics/contact', cursor, known);
  const readPage = dynamics.readPage;
  dynamics.readPage = async (request) => {
    if (!request.track) return readPage(request);
    throw new ApiError({ api: 'dynamics', operation: 'contacts.read', kind, status: 500 });
  };
  let told = 0;
  const add = store.inbox.add.bind(store.inbox);
  store.inbox.add = async (entity, feed, items, ...rest) => {
    if (entity === 'contact' && items.some(({ resync }) => !resync)) told += 1;
    return add(entity, feed, items, ...rest);
  };
  await world.edit(world.contacts.slice(0, 2), { jobtitle: 'Buyer' });
  await store.requests.add('asked', { entity: 'contact' });
  await world.cycles(5 * MINUTE_MS);
  const arrived = (await world.person(world.contacts[1] ?? ''))?.title === 'Buyer';
  const { trouble } = world.service;
  const asked = (await store.requests.get('asked'))?.done;
  dynamics.readPage = readPage;
  await world.cycles(5 * MINUTE_MS);
  const renewed = (await store.checkpoints.get<DeltaCursor>('dynamics/contact'))?.value?.select?.includes('jobtitle');
  return {
    arrived,
    told,
    asked,
    trouble,
    renewed,
    after: world.service.trouble,
  };
}

const STORIES: Record<string, () => Promise<Facts>> = {
  'edit, link': () => unusedEdit('link'),
  'edit, owner': () => unusedEdit('owner'),
  'damaged link': damagedLink,
  edits: unusedEdits,
  'deletion, merges': () => lost('merges'),
  'deletion, owner': () => lost('owner'),
  merge: merged,
  endless,
  'hostile contact, contactid': () => hostileRow('contact', 'contactid'),
  'hostile contact, modifiedon': () => hostileRow('contact', 'modifiedon'),
  'hostile contact, versionnumber': () => hostileRow('contact', 'versionnumber'),
  'hostile opportunity, opportunityid': () => hostileRow('opportunity', 'opportunityid'),
  'hostile opportunity, modifiedon': () => hostileRow('opportunity', 'modifiedon'),
  'renewal, transient': () => failingRenewal('transient'),
  'renewal, refused': () => failingRenewal('refused'),
  'renewal, conflict': () => failingRenewal('conflict'),
};

export const answer = ({ story }: { story?: string }): Promise<void> => tell(STORIES, story);

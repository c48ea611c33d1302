import { contact, id } from '../../cli/check/stage/organisation';
import { clock } from '../truth/memory/time';
import type { System } from '../truth/step';
import { COME_AGAIN_STORIES } from './come-again';
import { DAMAGED_STORIES } from './damaged';
import { EACH_STORIES } from './each';
import { EACH_TIME_STORIES } from './each-time';
import { MANY_STRANGE_STORIES } from './many-strange';
import { MANY_UNREAD_STORIES } from './many-unread';
import { OUTAGE_STORIES } from './outages';
import { PAGE_STORIES } from './pages';
import { POISONED_STORIES } from './poisoned';
import { tell } from './tell';
import { TOGETHER_STORIES } from './together';
import { UNREAD_STORIES } from './unread';
import { World } from './world';

const MINUTE_MS = 60_000;

/** What a story came to; the test says what it should. */
export type Facts = Record<string, unknown>;

const all = async (contacts: readonly string[], isSo: (guid: string) => Promise<boolean>) => {
  for (const guid of contacts) if (!(await isSo(guid))) return false;
  return true;
};

/** Records a system fails at, of 300 that were edited at once. */
async function amongMany(poisoned: readonly number[], fault: 'refused' | 'lost-before'): Promise<Facts> {
  const world = await World.of(300);
  const bad = poisoned.map((number) => world.contacts[number] as string);
  const good = world.contacts.filter((guid) => !bad.includes(guid));
  world.poison('marketo', bad, fault);
  await world.edit(world.contacts, { jobtitle: 'Buyer' });
  const hasTitle = async (guid: string) => (await world.person(guid))?.title === 'Buyer';
  const arrived = await world.until(() => all(good, hasTitle), 15 * MINUTE_MS);
  const others = await world.parked();
  const setAside = await world.setAside();
  world.memory.wire.noFaults();
  const cured = await world.until(() => all(bad, hasTitle), 90 * MINUTE_MS);
  return { arrived, parked: others, setAside: setAside.waiting, cured: cured !== undefined };
}

/** Dynamics fails at one row, or does not answer for it; others are edited by marketers with it and after it. */
async function oneRow(fault: 'refused' | 'lost-before'): Promise<Facts> {
  const world = await World.of(8);
  const [bad = '', ...good] = world.contacts;
  world.poison('dynamics', [bad], fault);
  await world.market(world.contacts.slice(0, 4), { title: 'Head' });
  const isHead = async (guid: string) => (await world.row(guid))?.jobtitle === 'Head';
  const arrived = await world.until(() => all(good.slice(0, 3), isHead), 10 * MINUTE_MS);
  await world.market(good.slice(3, 4), { unsubscribed: true });
  const optOut = await world.until(
    async () => (await world.row(good[3] ?? ''))?.donotbulkemail === true,
    10 * MINUTE_MS,
  );
  await world.edit([good[4] ?? ''], { jobtitle: 'Clerk' });
  const forward = await world.until(async () => (await world.person(good[4] ?? ''))?.title === 'Clerk', 10 * MINUTE_MS);
  const setAside = (await world.setAside()).waiting;
  const early = await world.parked();
  // Others get through all the time: so it is the row.
  let title = 0;
  await world.cycles(30 * MINUTE_MS, () => world.market([good[5] ?? ''], { title: `Title ${title++}` }));
  const late = await world.parked();
  world.memory.wire.noFaults();
  await world.market([bad], { title: 'Chief' });
  const cured = await world.until(async () => (await world.row(bad))?.jobtitle === 'Chief', 5 * MINUTE_MS);
  return { arrived, optOut, forward, setAside, early, late, cured: cured !== undefined, left: await world.parked() };
}

/** A system is down for 40 minutes, while people go on editing. */
async function down(system: System): Promise<Facts> {
  const world = await World.of(40);
  const calls = new Map<string, number[]>();
  world.memory.wire.heard = (call) => {
    if (call.system !== system) return;
    calls.set(call.operation, [...(calls.get(call.operation) ?? []), call.at]);
  };
  world.memory.wire.rule = (call) => (call.system === system ? 'refused' : undefined);
  const begun = clock.now();
  let turn = 0;
  await world.cycles(40 * MINUTE_MS, async () => {
    const some = world.contacts.slice((turn * 4) % 40, ((turn * 4) % 40) + 4);
    await world.edit(some, { jobtitle: `Title ${turn}` });
    await world.market(some, { phone: `+1 555 ${1000 + turn}` });
    turn += 1;
  });
  const end = clock.now();
  world.memory.wire.rule = () => undefined;
  world.memory.wire.heard = () => undefined;
  const parked = await world.parked();
  const equal = async (guid: string) => {
    const [row, person] = [await world.row(guid), await world.person(guid)];
    return row?.jobtitle === person?.title && row?.telephone1 === person?.phone;
  };
  const recovered = await world.until(() => all(world.contacts, equal), 30 * MINUTE_MS);
  // Calls in any minute, once the first minute has shown what is the matter.
  const most = Object.fromEntries(
    [...calls].map(([operation, at]) => [
      operation,
      mostInAMinute(at.filter((time) => time > begun + MINUTE_MS && time < end)),
    ]),
  );
  if (process.env.STALLS_PRINT) console.error(most);
  return {
    parked,
    recovered: recovered !== undefined,
    most: Math.max(...Object.values(most)),
    operations: Object.keys(most).length,
  };
}

const mostInAMinute = (times: readonly number[]): number =>
  Math.max(0, ...times.map((from) => times.filter((time) => time >= from && time < from + MINUTE_MS).length));

/** A vendor fails by chance at three calls in ten. */
async function atRandom(system: System): Promise<Facts> {
  const world = await World.of(40);
  let seed = 12_345;
  const draw = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  world.memory.wire.rule = (call) => {
    if (call.system !== system || draw() >= 0.3) return undefined;
    return call.write && draw() < 0.5 ? 'lost' : 'refused';
  };
  let turn = 0;
  await world.cycles(40 * MINUTE_MS, async () => {
    await world.edit(world.contacts.slice(turn % 40, (turn % 40) + 2), { jobtitle: `Title ${turn}` });
    await world.market(world.contacts.slice(turn % 40, (turn % 40) + 2), { phone: `+1 555 ${1000 + turn}` });
    turn += 1;
  });
  const parked = await world.parked();
  world.memory.wire.rule = () => undefined;
  const equal = async (guid: string) => {
    const [row, person] = [await world.row(guid), await world.person(guid)];
    return row?.jobtitle === person?.title && row?.telephone1 === person?.phone;
  };
  const recovered = await world.until(() => all(world.contacts, equal), 90 * MINUTE_MS);
  return { parked, recovered: recovered !== undefined };
}

/** A plug-in of Dynamics fails for two rows in five. */
async function plugIn(): Promise<Facts> {
  const world = await World.of(200);
  const bad = world.contacts.filter((_, index) => index % 5 < 2);
  const good = world.contacts.filter((guid) => !bad.includes(guid));
  world.poison('dynamics', bad, 'refused');
  let latest = 0;
  for (let turn = 0; turn < 40; turn += 1) {
    const some = [...bad.slice(turn * 2, turn * 2 + 2), ...good.slice(turn * 3, turn * 3 + 3)];
    await world.market(some, { title: `Title ${turn}` });
    const has = async (guid: string) => (await world.row(guid))?.jobtitle === `Title ${turn}`;
    const seconds = await world.until(
      () =>
        all(
          some.filter((guid) => good.includes(guid)),
          has,
        ),
      5 * MINUTE_MS,
    );
    latest = Math.max(latest, seconds ?? Number.POSITIVE_INFINITY);
  }
  await world.cycles(20 * MINUTE_MS);
  const { waiting, outages } = await world.setAside();
  const parked = await world.parked();
  world.memory.wire.noFaults();
  const has = async (guid: string) => String((await world.row(guid))?.jobtitle).startsWith('Title');
  const cured = await world.until(() => all(bad.slice(0, 80), has), 10 * MINUTE_MS);
  return { latest, waiting, outages, parked, cured: cured !== undefined, after: await world.setAside() };
}

/** Marketo fails at calls with more than 100 records. */
async function tooLarge(): Promise<Facts> {
  const world = await World.of(300);
  const sizes: number[] = [];
  world.memory.wire.rule = ({ operation, records }) =>
    operation === 'leads.sync' && records > 100 ? 'lost-before' : undefined;
  world.memory.wire.heard = ({ operation, records }) => {
    if (operation === 'leads.sync') sizes.push(records);
  };
  const parked: string[] = [];
  const arrived: (number | undefined)[] = [];
  for (const title of ['One', 'Two', 'Three']) {
    await world.edit(world.contacts, { jobtitle: title });
    arrived.push(
      await world.until(
        () => all(world.contacts, async (guid) => (await world.person(guid))?.title === title),
        30 * MINUTE_MS,
      ),
    );
    parked.push(...(await world.parked()));
  }
  return { arrived, parked, failed: sizes.filter((size) => size > 100).length };
}

/** Rows that nobody expected among others, in an import of everything. */
async function strange(rows: readonly object[], others: number, table = 'contact'): Promise<Facts> {
  const world = await World.begun(others, { [table]: rows });
  await world.cycles(5 * MINUTE_MS);
  const { store } = world.service.world.deps;
  const asides: string[] = [];
  for await (const { aside } of store.asides.parkedFor('unexpected')) asides.push(aside.trouble.code);
  await world.edit(world.contacts.slice(0, 1), { jobtitle: 'Buyer' });
  const edited = await world.until(
    async () => (await world.person(world.contacts[0] ?? ''))?.title === 'Buyer',
    2 * MINUTE_MS,
  );
  return {
    people: (await world.memory.records()).length,
    parked: (await world.parked()).map((line) => line.replace(/no-id-\w+/, 'no-id')),
    places: asides,
    edited,
    imported: world.service.entities.length,
    trouble: world.service.trouble,
  };
}

/** One of them, which is put right where no feed tells of it; then an operator has the rows read again. */
async function strangeThenResync(): Promise<Facts> {
  const [bad] = strangeContacts(1);
  const world = await World.begun(5, { contact: [bad as object] });
  await world.cycles(2 * MINUTE_MS);
  const before = (await world.parked()).length;
  const id = String((bad as { contactid: string }).contactid);
  const row = world.memory.organisation.rows('contact').get(id);
  if (row) Object.assign(row, { merged: false, _masterid_value: null });
  await world.cycles(2 * MINUTE_MS);
  const still = (await world.parked()).length;
  await world.service.reread('contact', 'resync');
  await world.cycles(2 * MINUTE_MS);
  return { before, still, after: await world.parked(), there: (await world.person(id)) !== undefined };
}

/** The same, and then a version of the service that knows what to do with them. */
async function newVersion(): Promise<Facts> {
  const [bad] = strangeContacts(1);
  const world = await World.begun(5, { contact: [bad as object] });
  await world.cycles(2 * MINUTE_MS);
  const before = await world.parked();
  const { deps } = world.service.world;
  deps.version = 'old';
  await world.service.world.run('checkOrganisations');
  await world.cycles(MINUTE_MS);
  // Put right; no feed tells, as it is the service that has changed.
  const id = String((bad as { contactid: string }).contactid);
  const row = world.memory.organisation.rows('contact').get(id);
  if (row) Object.assign(row, { merged: false, _masterid_value: null });
  await world.cycles(MINUTE_MS);
  const same = await world.parked();
  deps.version = 'new';
  await world.service.world.run('checkOrganisations');
  await world.cycles(MINUTE_MS);
  return { before, same, after: await world.parked(), there: (await world.person(id)) !== undefined };
}

const strangeContacts = (count: number): object[] =>
  Array.from({ length: count }, (_, number) => contact(500 + number, { merged: true, _masterid_value: 42 }));

const STORIES: Record<string, () => Promise<Facts>> = {
  'one of 300': () => amongMany([217], 'lost-before'),
  'two of 300': () => amongMany([3, 288], 'lost-before'),
  'one of 300, refused': () => amongMany([40], 'refused'),
  'one row fails': () => oneRow('refused'),
  'one row is not answered for': () => oneRow('lost-before'),
  'marketo is down': () => down('marketo'),
  'dynamics is down': () => down('dynamics'),
  'marketo fails at random': () => atRandom('marketo'),
  'dynamics fails at random': () => atRandom('dynamics'),
  'a plug-in': plugIn,
  'too large': tooLarge,
  'a lookup that holds no id': () => strange(strangeContacts(1), 20),
  'an id in braces': () => strange([contact(500, { contactid: `{${id('c0', 500)}}` })], 20),
  'an id that is none': () => strange([contact(500, { contactid: 'not-an-id' })], 20),
  'more than can be their own fault': () => strange(strangeContacts(30), 20),
  'another version': newVersion,
  'strange, then a resync': strangeThenResync,
  ...DAMAGED_STORIES,
  ...COME_AGAIN_STORIES,
  ...MANY_STRANGE_STORIES,
  ...PAGE_STORIES,
  ...TOGETHER_STORIES,
  ...EACH_STORIES,
  ...UNREAD_STORIES,
  ...POISONED_STORIES,
  ...MANY_UNREAD_STORIES,
  ...OUTAGE_STORIES,
  ...EACH_TIME_STORIES,
};

export const answer = ({ story }: { story?: string }): Promise<void> => tell(STORIES, story);

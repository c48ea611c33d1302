import { newLink } from '../../activities/rows';
import { contact, id } from '../../cli/check/stage/organisation';
import { ApiError, type ErrorKind } from '../../clients/errors';
import type { Facts } from './answer';
import { World } from './world';

const MINUTE_MS = 60_000;

/** How a vendor may fail to read a record. */
export const UNREAD = ['transient', 'refused', 'gone', 'bug', 'authority', 'too-large', 'TypeError'] as const;
export type Unread = (typeof UNREAD)[number];

const OPERATIONS = { dynamics: 'rows.read-by-ids', marketo: 'leads.read' } as const;

const errorFor = (how: Unread, api: 'dynamics' | 'marketo'): Error => {
  if (how === 'TypeError') return new TypeError('nobody expected this');
  const more = how === 'too-large' ? { code: 'TOO_LARGE' } : { code: '1003' };
  return new ApiError({ api, operation: OPERATIONS[api], kind: how satisfies ErrorKind, status: 200, ...more });
};

/** The call fails as long as it is so, where it asks for one of the values. */
function failing<A extends unknown[], R>(
  call: (...given: A) => Promise<R>,
  isAbout: (...given: A) => boolean,
  error: () => Error,
): (...given: A) => Promise<R> {
  return async (...given) => {
    if (isAbout(...given)) throw error();
    return call(...given);
  };
}

const isOneOf = (values: readonly unknown[], bad: readonly unknown[]): boolean =>
  values.some((value) => bad.includes(typeof value === 'string' ? value.toLowerCase() : value));

async function all(contacts: readonly string[], isSo: (guid: string) => Promise<boolean>): Promise<boolean> {
  for (const guid of contacts) if (!(await isSo(guid))) return false;
  return true;
}

/** What others do meanwhile, on both sides. */
async function others(world: World): Promise<Facts> {
  const [first = '', second = '', ...rest] = world.contacts.slice(-5);
  await world.edit([first], { jobtitle: 'Buyer' });
  await world.market([second], { unsubscribed: true });
  await world.market(rest, { title: 'Head' });
  const optOut = await world.until(async () => (await world.row(second))?.donotbulkemail === true, 10 * MINUTE_MS);
  const edit = await world.until(async () => (await world.person(first))?.title === 'Buyer', 10 * MINUTE_MS);
  const back = await world.until(
    () => all(rest, async (guid) => (await world.row(guid))?.jobtitle === 'Head'),
    600_000,
  );
  return { optOut, edit, back };
}

/** Twelve people are made and the answer is lost; afterwards Marketo does not read two of them. */
async function afterLostAnswer(how: Unread): Promise<Facts> {
  const world = await World.of(8);
  const made = Array.from({ length: 12 }, (_, number) => id('c0', 500 + number));
  const bad = [made[2] as string, made[9] as string];
  const { marketo } = world.service.world.deps;
  let isLost = false;
  let fails = true;
  world.memory.wire.rule = ({ operation }) => {
    if (operation !== 'leads.sync' || isLost) return undefined;
    isLost = true;
    return 'lost';
  };
  marketo.leadsBy = failing(
    marketo.leadsBy.bind(marketo),
    (_field, values) => isLost && fails && isOneOf(values, bad),
    () => errorFor(how, 'marketo'),
  );
  for (const [number, guid] of made.entries())
    await world.memory.editDynamics({ op: 'create', table: 'contact', id: guid, values: contact(500 + number) });
  await world.cycles(3 * MINUTE_MS);
  const during = await others(world);
  const good = made.filter((guid) => !bad.includes(guid));
  await world.edit(good, { jobtitle: 'New' });
  const isNew = async (guid: string) => (await world.person(guid))?.title === 'New';
  const rest = await world.until(() => all(good, isNew), 10 * MINUTE_MS);
  const told = (await world.setAside()).waiting + (await world.parked()).length;
  fails = false;
  await world.edit(bad, { jobtitle: 'New' });
  const cured = await world.until(() => all(bad, isNew), 90 * MINUTE_MS);
  await world.service.settle();
  const people = (await world.memory.records()).length;
  const open = (await world.service.world.deps.store.journal.unanswered('person')).length;
  const { trouble } = world.service;
  return { ...during, rest, told, cured: cured !== undefined, people, open, left: await world.parked(), trouble };
}

/** The write of two opportunities is never answered, and Marketo does not read one of them afterwards. */
async function afterLostRecord(how: Unread): Promise<Facts> {
  const guids = [1, 2, 3].map((number) => id('0b', number));
  const deal = (opportunityid: string) => ({ opportunityid, name: 'Deal', statecode: 0, statuscode: 1 });
  const world = await World.begun(0, { opportunity: guids.map(deal) }, undefined, { scope: 'all' });
  await world.service.settle();
  const { marketo, store } = world.service.world.deps;
  const made = [id('0b', 8), id('0b', 9)];
  let isLost = false;
  let fails = true;
  world.memory.wire.rule = ({ write, operation }) => {
    if (!write || isLost || !operation.includes('opportunities')) return undefined;
    isLost = true;
    return 'lost';
  };
  marketo.queryObjects = failing(
    marketo.queryObjects.bind(marketo),
    (_path, _key, values) => isLost && fails && isOneOf(values as readonly unknown[], made.slice(1)),
    () => errorFor(how, 'marketo'),
  );
  for (const guid of made)
    await world.memory.editDynamics({ op: 'create', table: 'opportunity', id: guid, values: deal(guid) });
  await world.cycles(3 * MINUTE_MS);
  const name = (guid: string) => world.memory.instance.objects.get('opportunities')?.get(guid)?.name;
  for (const guid of [...guids, ...made])
    await world.memory.editDynamics({ op: 'update', table: 'opportunity', id: guid, values: { name: 'Renamed' } });
  const isRenamed = async (guid: string) => name(guid) === 'Renamed';
  const rest = await world.until(() => all([...guids, made[0] as string], isRenamed), 10 * MINUTE_MS);
  fails = false;
  const cured = await world.until(() => all(made, isRenamed), 90 * MINUTE_MS);
  await world.service.settle();
  const open = (await store.journal.unanswered('opportunities')).length;
  return { rest, cured: cured !== undefined, open, trouble: world.service.trouble };
}

/** A vendor is against reading one row of eight, and its person: of four that were edited, or of the one alone. */
async function refusedRead(api: 'dynamics' | 'marketo', how: Unread, edited: number): Promise<Facts> {
  const world = await World.of(8);
  // The check for a database that was restored reads rows too: that is not this story's matter.
  world.service.checkEveryMs = Number.POSITIVE_INFINITY;
  const [bad = ''] = world.contacts;
  const person = (await world.person(bad))?.id;
  const { dynamics, marketo } = world.service.world.deps;
  let fails = true;
  const error = () => errorFor(how, api);
  if (api === 'dynamics')
    dynamics.readByIds = failing(
      dynamics.readByIds.bind(dynamics),
      (_set, _columns, ids) => fails && isOneOf(ids, [bad]),
      error,
    );
  else
    marketo.leadsBy = failing(
      marketo.leadsBy.bind(marketo),
      (_field, values) => fails && isOneOf(values, [bad, person]),
      error,
    );
  const some = world.contacts.slice(0, edited);
  await world.edit(some, { jobtitle: 'Buyer' });
  await world.market(some, { phone: '+1 555 0100' });
  const hasBoth = async (guid: string) =>
    (await world.person(guid))?.title === 'Buyer' && (await world.row(guid))?.telephone1 === '+1 555 0100';
  const arrived = await world.until(() => all(some.slice(1), hasBoth), 10 * MINUTE_MS);
  await world.cycles(MINUTE_MS);
  const during = await others(world);
  const told = (await world.setAside()).waiting;
  let title = 0;
  await world.cycles(30 * MINUTE_MS, () => world.market([world.contacts[5] ?? ''], { title: `Title ${title++}` }));
  const listed = (await world.listed())[bad];
  fails = false;
  await world.edit([bad], { jobtitle: 'Buyer ' });
  await world.market([bad], { phone: '+1 555 0100 ' });
  const cured = await world.until(() => all(some, hasBoth), 90 * MINUTE_MS);
  await world.service.settle();
  const { trouble } = world.service;
  return { arrived, ...during, told, listed, cured: cured !== undefined, left: await world.parked(), trouble };
}

/** Dynamics refuses to read any row: the call is wrong, and no row. */
async function nothingRead(): Promise<Facts> {
  const world = await World.of(60);
  const { dynamics } = world.service.world.deps;
  let calls = 0;
  dynamics.readByIds = failing(
    dynamics.readByIds.bind(dynamics),
    (..._asked) => {
      calls += 1;
      return true;
    },
    () => errorFor('refused', 'dynamics'),
  );
  await world.market(world.contacts, { title: 'Head' });
  await world.memory.pass(MINUTE_MS);
  await world.service.look();
  await world.service.workOff();
  const atOnce = calls;
  await world.cycles(9 * MINUTE_MS);
  const { trouble } = world.service;
  return { atOnce, calls, ...(await world.setAside()), parked: await world.parked(), trouble };
}

/** A person belongs to a row of an entity that is not synced any more; both it and others are edited. */
async function formerEntity(): Promise<Facts> {
  const world = await World.of(4);
  const { store } = world.service.world.deps;
  await world.memory.editMarketo({ op: 'create', values: { email: 'former@example.com' } });
  const person = (await world.memory.records()).find(({ email }) => email === 'former@example.com');
  const former = `former:${id('f0', 1)}`;
  await store.links.put([{ ...newLink(former, store.links.epoch), marketoId: Number(person?.id) }], 0);
  await store.people.claimOne(Number(person?.id), former, 0);
  await world.memory.editMarketo({ op: 'update', id: Number(person?.id), values: { title: 'Head' } });
  await world.market(world.contacts, { title: 'Head' });
  const isHead = async (guid: string) => (await world.row(guid))?.jobtitle === 'Head';
  return {
    arrived: await world.until(() => all(world.contacts, isHead), 10 * MINUTE_MS),
    trouble: world.service.trouble,
  };
}

/** With how many a row is read that the vendor refuses to read. */
export const EDITED = [1, 4] as const;
export const REFUSING_READS = ['refused', 'gone', 'bug'] as const;

export const UNREAD_STORIES: Record<string, () => Promise<Facts>> = Object.fromEntries([
  ...(['dynamics', 'marketo'] as const).flatMap((api) =>
    REFUSING_READS.flatMap((how) =>
      EDITED.map((edited) => [`unread of ${edited}: ${api} ${how}`, () => refusedRead(api, how, edited)] as const),
    ),
  ),
  ['unread at all', nothingRead],
  ['a former entity', formerEntity],
  ...UNREAD.flatMap(
    (how) =>
      [
        [`unread after a lost answer: ${how}`, () => afterLostAnswer(how)],
        [`unread record after a lost answer: ${how}`, () => afterLostRecord(how)],
      ] as const,
  ),
]);

import { id, organisation, TEAM, USER } from '../../cli/check/stage/organisation';
import type { DynamicsPage } from '../../clients/dynamics/types';
import { ApiError } from '../../clients/errors';
import { clock } from '../truth/memory/time';
import type { Facts } from './answer';
import { World } from './world';

const MINUTE_MS = 60_000;

type Read = 'page' | 'next' | 'ids';

/** A row's own column is what Dynamics is against wherever it is read, be it in a page that begins anywhere, or by its id. */
function against(world: World, bad: string, errorOf: (read: Read) => ApiError) {
  const told = { reads: 0, failed: 0 };
  const { dynamics, health } = world.service.world.deps;
  const has = (rows: readonly Record<string, unknown>[]) =>
    rows.some((row) => row.contactid === bad && 'jobtitle' in row);
  /** The client tells each operation's health of each call (clients/dynamics/transport.ts). */
  const reading = async (operation: string, read: Read, work: () => Promise<DynamicsPage>): Promise<DynamicsPage> => {
    health.admit('dynamics', operation);
    const page = await work();
    if (!has(page.rows)) {
      health.answered('dynamics', operation, true);
      return page;
    }
    told.failed += 1;
    const error = errorOf(read);
    if (error.kind === 'transient') health.failed('dynamics', operation);
    else health.answered('dynamics', operation, false);
    throw error;
  };
  const readPage = dynamics.readPage.bind(dynamics);
  dynamics.readPage = (asked) => {
    if (asked.set === 'contacts') told.reads += 1;
    return reading(`${asked.set}.${asked.probe ? 'probe' : 'read'}`, 'page', () => readPage(asked));
  };
  const follow = dynamics.follow.bind(dynamics);
  dynamics.follow = (...given) => reading('link.follow', 'next', () => follow(...given));
  const readByIds = dynamics.readByIds.bind(dynamics);
  dynamics.readByIds = async (...given) => {
    if (given[2].includes(bad) && given[3].includes('jobtitle')) throw errorOf('ids');
    return readByIds(...given);
  };
  return told;
}

const errorOf = (
  kind: 'refused' | 'expired-token' | 'transient' | 'authority' | 'configuration',
  status: number,
  read: Read = 'page',
  retryAfterMs?: number,
): ApiError =>
  new ApiError({
    api: 'dynamics',
    operation: read === 'next' ? 'link.follow' : 'contacts.read',
    kind,
    status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
const serverError = (read?: Read): ApiError => errorOf('transient', 500, read);

/** It is refused; a `next` link that is refused is taken for one that has expired. */
async function refusedPage(place: number): Promise<Facts> {
  const world = await World.begun(12, {}, undefined, { pageRows: 3 });
  const bad = world.contacts[place] ?? '';
  const told = against(world, bad, (read) => errorOf(read === 'next' ? 'expired-token' : 'refused', 400));
  await world.service.cycle();
  const fewReads = told.reads < 10;
  await world.cycles(5 * MINUTE_MS);
  return { ...(await whatCameOf(world, bad)), fewReads };
}

/** The server fails at it. @param retryAfterMs it says when to come again */
async function failingPage(place: number, minutes = 25, retryAfterMs?: number): Promise<Facts> {
  const world = await World.begun(12, {}, undefined, { pageRows: 3 });
  const bad = world.contacts[place] ?? '';
  against(world, bad, (read) => errorOf('transient', 503, read, retryAfterMs));
  await world.cycles(minutes * MINUTE_MS);
  return whatCameOf(world, bad);
}

/** After its first page the server fails at all that is read, for 40 minutes. */
async function failingServer(): Promise<Facts> {
  const world = await World.begun(12, {}, undefined, { pageRows: 3 });
  const { dynamics } = world.service.world.deps;
  const { readPage, follow } = dynamics;
  const whole: boolean[] = [];
  let until = 0;
  dynamics.readPage = async (asked) => {
    if (clock.now() < until) throw serverError();
    const page = await readPage.call(dynamics, asked);
    if (asked.set !== 'contacts' || asked.pageSize === 1) return page;
    whole.push(asked.select.includes('jobtitle'));
    until ||= clock.now() + 40 * MINUTE_MS;
    return page;
  };
  dynamics.follow = async (...given) => {
    if (clock.now() < until) throw serverError('next');
    return follow.apply(dynamics, given);
  };
  await world.cycles(50 * MINUTE_MS);
  return { people: (await world.memory.records()).length, first: whole };
}

/** How often a table was given up and read whole again in half an hour in which Dynamics failed in this way. */
async function givenUp(failsAt: (operation: string, minute: number) => boolean): Promise<Facts> {
  const world = await World.of(12);
  const begun = clock.now();
  world.memory.wire.rule = ({ system, operation }) =>
    system === 'dynamics' && failsAt(operation, (clock.now() - begun) / MINUTE_MS) ? 'refused' : undefined;
  let times = 0;
  const reread = world.service.reread.bind(world.service);
  world.service.reread = async (...given) => {
    times += 1;
    return reread(...given);
  };
  await world.cycles(30 * MINUTE_MS);
  return { times };
}

/** And once more, by chance, when it is up again. */
function outageAndOneMore(): Promise<Facts> {
  let more = 0;
  return givenUp((operation, minute) => {
    if (minute < 20) return true;
    more += operation === 'link.follow' ? 1 : 0;
    return operation === 'link.follow' && more === 1;
  });
}

/** A row that another one's columns come from. */
async function failingJoined(kind: 'refused' | 'transient', status: number): Promise<Facts> {
  const { systemuser = [], team = [], teammembership = [] } = organisation();
  const other = {
    systemuser: 'e0000000-0000-4000-8000-000000000002',
    membership: '3e000000-0000-4000-8000-000000000002',
  };
  const world = await World.begun(
    2,
    {
      systemuser: [
        ...systemuser,
        { ...systemuser[0], systemuserid: other.systemuser, internalemailaddress: 'other@example.com' },
      ],
      team,
      teammembership: [
        ...teammembership,
        { ...teammembership[0], teammembershipid: other.membership, systemuserid: other.systemuser },
      ],
    },
    undefined,
    { scope: 'accounts' },
  );
  const { dynamics } = world.service.world.deps;
  const readByIds = dynamics.readByIds.bind(dynamics);
  dynamics.readByIds = async (...given) => {
    const [set, , ids, select] = given;
    if (set === 'systemusers' && ids.includes(USER) && select.length > 2) throw errorOf(kind, status);
    return readByIds(...given);
  };
  await world.cycles(10 * MINUTE_MS);
  const members = world.memory.instance.objects.get('customobjects/microsoftTeamMember_c')?.records.size;
  return { members, left: [...world.service.left].length, told: (await world.setAside('teammembership')).waiting };
}

/** None of the rows that others' columns come from can be read, and it is none of these rows' matter, or there are too many. */
async function noneJoined(kind: 'refused' | 'authority' | 'configuration', status: number): Promise<Facts> {
  const { systemuser = [], team = [] } = organisation();
  const users = Array.from({ length: 400 }, (_, at) => ({
    ...systemuser[0],
    systemuserid: id('e1', at + 1),
    internalemailaddress: `user${at}@example.com`,
  }));
  const teammembership = users.map(({ systemuserid }, at) => ({
    teammembershipid: id('3f', at + 1),
    teamid: TEAM,
    systemuserid,
  }));
  const world = await World.begun(2, { systemuser: users, team, teammembership }, undefined, { scope: 'accounts' });
  const { dynamics } = world.service.world.deps;
  const readByIds = dynamics.readByIds.bind(dynamics);
  let calls = 0;
  dynamics.readByIds = async (...given) => {
    const [set, , , select] = given;
    if (set !== 'systemusers' || select.length <= 2) return readByIds(...given);
    calls += 1;
    throw errorOf(kind, status);
  };
  await world.service.cycle();
  const inFirst = calls;
  dynamics.readByIds = readByIds;
  const members = () => world.memory.instance.objects.get('customobjects/microsoftTeamMember_c')?.records.size;
  const arrived = await world.until(async () => members() === users.length, 10 * MINUTE_MS);
  return { calls: inFirst, arrived: arrived !== undefined };
}

/** A changed row. */
async function failingChange(): Promise<Facts> {
  const world = await World.of(12);
  const [bad = '', ...others] = world.contacts;
  const failing = against(world, bad, serverError);
  await world.edit([bad], { jobtitle: 'Director' });
  const arrived = async (guid: string, title: string) => (await world.person(guid))?.title === title;
  await world.edit([others[0] ?? ''], { jobtitle: 'Clerk' });
  const beside = await world.until(() => arrived(others[0] ?? '', 'Clerk'), 25 * MINUTE_MS);
  await world.edit([others[1] ?? ''], { jobtitle: 'Buyer' });
  const later = await world.until(() => arrived(others[1] ?? '', 'Buyer'), 5 * MINUTE_MS);
  const told = await toldOf(world);
  // A link with all columns is tried for as long.
  await world.cycles(15 * MINUTE_MS);
  failing.failed = 0;
  await world.cycles(20 * MINUTE_MS);
  return { beside: beside !== undefined, later: later !== undefined, told, failedLater: failing.failed };
}

const toldOf = async (world: World): Promise<number> =>
  (await world.setAside()).waiting + (await world.parked()).length;

async function whatCameOf(world: World, bad: string): Promise<Facts> {
  const people = (await world.memory.records()).length;
  const told = await toldOf(world);
  const [other = ''] = world.contacts.filter((guid) => guid !== bad);
  await world.edit([other], { jobtitle: 'Buyer' });
  const edited = await world.until(async () => (await world.person(other))?.title === 'Buyer', 5 * MINUTE_MS);
  return { people, told, edited: edited !== undefined };
}

export const PAGE_STORIES: Record<string, () => Promise<Facts>> = {
  'refused page: first': () => refusedPage(1),
  'refused page: next': () => refusedPage(7),
  'failing page: first': () => failingPage(1),
  'failing page: next': () => failingPage(7),
  'failing page: first, come again in 11 minutes': () => failingPage(1, 120, 11 * MINUTE_MS),
  'failing page: next, come again in 11 minutes': () => failingPage(7, 120, 11 * MINUTE_MS),
  'failing page: all of Dynamics': failingServer,
  'failing page: a change': failingChange,
  'failing page: an outage and once more': outageAndOneMore,
  'failing page: all links': () => givenUp((operation, minute) => operation === 'link.follow' && minute < 20),
  'failing joined row': () => failingJoined('transient', 500),
  'refused joined row': () => failingJoined('refused', 400),
  'joined rows: authority': () => noneJoined('authority', 403),
  'joined rows: configuration': () => noneJoined('configuration', 404),
  'joined rows: refused': () => noneJoined('refused', 400),
};

import { id, TEAM } from '../../cli/check/stage/organisation';
import type { Link } from '../../clients/mongo/links';
import type { Poison } from '../truth/memory/wire';
import type { Schedule } from '../truth/schedule';
import type { Facts } from './answer';
import { World } from './world';

const MINUTE_MS = 60_000;
const BRIDGES = 'customobjects/microsoftPersonTeam_c';
const TEAMS = { team: [{ teamid: TEAM, name: 'North Sales', teamtype: 0, isdefault: false }] };
const OF_TEAM = { _ownerid_value: TEAM, _ownerid_type: 'team' };

/** What Marketo may do about one record: fail at its call, not answer, reject the call, skip the record. */
const EACH_FAULTS = ['refused', 'lost-before', 'rejected', 'skipped'] as const;
export type EachFault = (typeof EACH_FAULTS)[number];

const imported = async (...given: Parameters<typeof World.begun>): Promise<World> => {
  const world = await World.begun(...given);
  await world.service.settle();
  return world;
};

const poison = (world: World, fault: EachFault, isIn: Poison['isIn']) =>
  world.memory.wire.poisons.push({ system: 'marketo', fault, isIn });

/** Where the bridges of these contacts lead to. */
const bridgeOf = (world: World, guid: string) => world.memory.instance.objects.get(BRIDGES)?.get(guid)?.teamId;
const linkOf = async (world: World, guid: string): Promise<Link | undefined> =>
  (await world.service.world.deps.store.links.get([`contact:${guid}`])).get(`contact:${guid}`);

/** Until the others are through, and what is known of the one record by then; then the fault is over, and the row is edited. */
async function outcome(
  world: World,
  bad: string,
  isDone: (guid: string) => Promise<boolean>,
  edit: () => Promise<unknown> = async () => undefined,
): Promise<Facts> {
  const good = world.contacts.filter((guid) => guid !== bad);
  const others = async () => {
    for (const guid of good) if (!(await isDone(guid))) return false;
    return true;
  };
  const arrived = await world.until(others, 15 * MINUTE_MS);
  const { trouble } = world.service;
  const { waiting } = await world.setAside();
  const listed = (await world.listed())[bad];
  world.memory.wire.noFaults();
  await edit();
  const cured = await world.until(() => isDone(bad), 90 * MINUTE_MS);
  await world.service.settle();
  return { arrived, waiting, listed, cured: cured !== undefined, left: await world.listed(), trouble };
}

/** Five contacts come to be a team's, or a user's again; one of the bridges is what Marketo is against. */
async function bridges(fault: EachFault, to: 'team' | 'user'): Promise<Facts> {
  const world = await imported(5, TEAMS, undefined, { scope: 'accounts' });
  const [, , bad = ''] = world.contacts;
  if (to === 'user') {
    await world.edit(world.contacts, OF_TEAM);
    await world.service.settle();
  }
  poison(world, fault, (record) => record.microsoftId === bad && !('email' in record) && !('firstName' in record));
  await world.edit(world.contacts, to === 'team' ? OF_TEAM : { _ownerid_value: null, _ownerid_type: null });
  const expected = to === 'team' ? TEAM : undefined;
  return outcome(
    world,
    bad,
    async (guid) => bridgeOf(world, guid) === expected && (await linkOf(world, guid))?.team === expected,
    () => world.edit([bad], { jobtitle: 'Buyer' }),
  );
}

/** Five contacts are deleted; Marketo is against what is done about one of their people. */
async function gone(fault: EachFault, whenDeleted: Schedule['whenDeleted']): Promise<Facts> {
  const world = await imported(5, {}, undefined, { whenDeleted });
  const [, , bad = ''] = world.contacts;
  const person = (await world.person(bad))?.id;
  poison(world, fault, (record) => record.id === person);
  for (const guid of world.contacts) await world.memory.editDynamics({ op: 'delete', table: 'contact', id: guid });
  return outcome(world, bad, async (guid) => {
    const there = await world.person(guid);
    const isDone = whenDeleted === 'flag' ? there?.microsoftIsDeleted === true : there === undefined;
    return isDone && (await linkOf(world, guid))?.state === 'deleted';
  });
}

/** Five contacts of a team are deleted with their people; one of the bridges is what Marketo is against. */
async function goneWithBridges(fault: EachFault): Promise<Facts> {
  const world = await imported(5, TEAMS, undefined, { scope: 'accounts', whenDeleted: 'delete' });
  await world.edit(world.contacts, OF_TEAM);
  await world.service.settle();
  const [, , bad = ''] = world.contacts;
  poison(world, fault, (record) => record.microsoftId === bad);
  for (const guid of world.contacts) await world.memory.editDynamics({ op: 'delete', table: 'contact', id: guid });
  const facts = await outcome(world, bad, async (guid) => {
    const link = await linkOf(world, guid);
    return link?.state === 'deleted' && link.marketoId === undefined && bridgeOf(world, guid) === undefined;
  });
  return { ...facts, person: await world.person(bad), owed: (await linkOf(world, bad))?.team };
}

/** Four contacts are merged into a fifth one; Marketo is against what is done about one of their people. */
async function losers(fault: EachFault, whenMergedInDynamics?: 'flag'): Promise<Facts> {
  const config = whenMergedInDynamics ? { whenMergedInDynamics } : {};
  const world = await imported(5, {}, undefined, config);
  const [winner = '', , bad = ''] = world.contacts;
  const person = (await world.person(bad))?.id;
  poison(world, fault, (record) => record.id === person);
  for (const loser of world.contacts.slice(1))
    await world.memory.editDynamics({ op: 'merge', table: 'contact', winner, loser });
  await world.edit([winner], { jobtitle: 'Chosen' });
  return outcome(
    world,
    bad,
    async (guid) => {
      const there = await world.person(guid);
      if (guid === winner) return there?.title === 'Chosen';
      const isDone = whenMergedInDynamics ? there?.microsoftIsDeleted === true : there === undefined;
      return isDone && (await linkOf(world, guid))?.state === 'superseded';
    },
    () => world.service.reread('contact', 'resync'),
  );
}

/** Two pairs of contacts are merged, and both losers have opted out: Marketo is against telling one of the winners' people. */
async function optOuts(fault: EachFault): Promise<Facts> {
  const world = await imported(4);
  const [winner = '', loser = '', good = '', other = ''] = world.contacts;
  const person = (await world.person(winner))?.id;
  poison(world, fault, (record) => record.id === person && 'unsubscribed' in record);
  await world.edit([loser, other], { donotbulkemail: true });
  await world.memory.editDynamics(
    { op: 'merge', table: 'contact', winner, loser },
    { op: 'merge', table: 'contact', winner: good, loser: other },
  );
  const hasOptedOut = async (guid: string) => (await world.person(guid))?.unsubscribed === true;
  const arrived = await world.until(
    async () => (await hasOptedOut(good)) && (await world.person(other)) === undefined,
    15 * MINUTE_MS,
  );
  const kept = (await world.person(loser)) !== undefined;
  const listed = await world.listed();
  world.memory.wire.noFaults();
  await world.service.reread('contact', 'resync');
  const cured = await world.until(
    async () => (await hasOptedOut(winner)) && (await world.person(loser)) === undefined,
    90 * MINUTE_MS,
  );
  await world.service.settle();
  return { arrived, kept, listed: listed[loser], cured: cured !== undefined, left: await world.listed() };
}

/** Five opportunities are deleted; Marketo is against the deletion of one of their records. */
async function records(fault: EachFault): Promise<Facts> {
  const guids = [1, 2, 3, 4, 5].map((number) => id('0b', number));
  const rows = guids.map((opportunityid) => ({ opportunityid, name: 'Deal', statecode: 0, statuscode: 1 }));
  const world = await imported(0, { opportunity: rows }, undefined, { scope: 'all' });
  const there = (guid: string) => world.memory.instance.objects.get('opportunities')?.get(guid) !== undefined;
  const bad = guids[2] as string;
  poison(world, fault, (record) => record.externalOpportunityId === bad);
  for (const guid of guids) await world.memory.editDynamics({ op: 'delete', table: 'opportunity', id: guid });
  const arrived = await world.until(async () => guids.filter(there).every((guid) => guid === bad), 15 * MINUTE_MS);
  const states = await world.service.world.deps.store.links.get(guids.map((guid) => `opportunity:${guid}`));
  const settled = guids.filter((guid) => states.get(`opportunity:${guid}`)?.state === 'deleted').length;
  const listed = (await world.listed())[bad];
  world.memory.wire.noFaults();
  const cured = await world.until(async () => !there(bad), 90 * MINUTE_MS);
  await world.service.settle();
  return { arrived, settled, listed, cured: cured !== undefined, left: await world.listed() };
}

const ofEach = (name: string, play: (fault: EachFault) => Promise<Facts>) =>
  EACH_FAULTS.map((fault) => [`each ${name}: ${fault}`, () => play(fault)] as const);

/** Marketo is against one record of several, in each kind of write that is not the usual one of values. */
export const EACH_STORIES: Record<string, () => Promise<Facts>> = Object.fromEntries([
  ...ofEach('bridge', (fault) => bridges(fault, 'team')),
  ...ofEach('bridge that goes', (fault) => bridges(fault, 'user')),
  ...ofEach('flag', (fault) => gone(fault, 'flag')),
  ...ofEach('deletion', (fault) => gone(fault, 'delete')),
  ...ofEach('bridge of a deletion', goneWithBridges),
  ...ofEach('merge', (fault) => losers(fault)),
  ...ofEach('flag of a loser', (fault) => losers(fault, 'flag')),
  ...ofEach('opt-out', optOuts),
  ...ofEach('record', records),
]);

import { ApiError } from '../../clients/errors';
import type { Facts } from './answer';
import { World } from './world';

const MINUTE_MS = 60_000;

/** Which of so many rows a vendor refuses to read. */
const REFUSED: Record<string, { of: number; isBad(at: number): boolean }> = {
  'each of 25': { of: 25, isBad: () => true },
  'the first half of 42, and the last': { of: 42, isBad: (at) => at < 21 || at === 41 },
  'every other of 60': { of: 60, isBad: (at) => at % 2 === 0 },
  'all but the last of 60': { of: 60, isBad: (at) => at < 59 },
};
/** What goes to Marketo needs no read of Dynamics: the feed has brought the rows. */
const READS = [
  ['dynamics', 'dynamics'],
  ['marketo', 'dynamics'],
  ['marketo', 'marketo'],
] as const;
/** Which vendor is against reading, how, and where the edits go. */
export const MANY_UNREAD = READS.flatMap(([api, to]) =>
  (['refused', 'bug'] as const).flatMap((kind) => Object.keys(REFUSED).map((which) => [api, kind, to, which] as const)),
);
type Story = (typeof MANY_UNREAD)[number];

/** Rows that are edited at once, of which a vendor refuses to read many; then people opt out, in both systems. */
async function manyUnread([api, kind, to, which]: Story): Promise<Facts> {
  const { of, isBad } = REFUSED[which] ?? { of: 0, isBad: () => false };
  const world = await World.of(of + 2);
  // The check for a database that was restored reads rows too: that is not this story's matter.
  world.service.checkEveryMs = Number.POSITIVE_INFINITY;
  const edited = world.contacts.slice(0, of);
  const bad = edited.filter((_, at) => isBad(at));
  const good = edited.filter((guid) => !bad.includes(guid));
  const wrong = new Set<unknown>(bad);
  for (const { id, microsoftId } of await world.memory.records()) if (wrong.has(microsoftId)) wrong.add(id);
  const refuse = refusing(world, api, kind, wrong);
  if (to === 'dynamics') await world.market(edited, { title: 'Head' });
  else await world.edit(edited, { jobtitle: 'Head' });
  const isHead = async (guid: string) =>
    (await world.row(guid))?.jobtitle === 'Head' && (await world.person(guid))?.title === 'Head';
  const all = async (some: readonly string[]) => {
    for (const guid of some) if (!(await isHead(guid))) return false;
    return true;
  };
  const arrived = await world.until(() => all(good), 60 * MINUTE_MS);
  await world.cycles(5 * MINUTE_MS);
  const { waiting, outages } = await world.setAside();
  const [first = '', second = ''] = world.contacts.slice(-2);
  await world.market([first], { unsubscribed: true });
  await world.edit([second], { donotbulkemail: true });
  const optOut = await world.until(
    async () =>
      (await world.row(first))?.donotbulkemail === true && (await world.person(second))?.unsubscribed === true,
    30 * MINUTE_MS,
  );
  const parked = await world.parked();
  const { calls } = refuse;
  refuse.fails = false;
  const cured = await world.until(() => all(edited), 30 * MINUTE_MS);
  return { arrived, waiting: waiting === bad.length, outages, optOut, parked, calls, cured: cured !== undefined };
}

/** Refuses to read these, each call with one of them, as long as it fails. */
function refusing(world: World, api: 'dynamics' | 'marketo', kind: 'refused' | 'bug', wrong: ReadonlySet<unknown>) {
  const state = { fails: true, calls: 0 };
  const { dynamics, marketo } = world.service.world.deps;
  const check = (asked: readonly unknown[]) => {
    if (!state.fails || !asked.some((one) => wrong.has(typeof one === 'string' ? one.toLowerCase() : one))) return;
    state.calls += 1;
    const operation = api === 'dynamics' ? 'rows.read-by-ids' : 'leads.read';
    throw new ApiError({ api, operation, kind, status: 400, code: '1003' });
  };
  const [readByIds, leadsBy] = [dynamics.readByIds.bind(dynamics), marketo.leadsBy.bind(marketo)];
  if (api === 'dynamics')
    dynamics.readByIds = async (...asked) => {
      check(asked[2]);
      return readByIds(...asked);
    };
  else
    marketo.leadsBy = async (...asked) => {
      check(asked[1]);
      return leadsBy(...asked);
    };
  return state;
}

export const MANY_UNREAD_STORIES: Record<string, () => Promise<Facts>> = Object.fromEntries(
  MANY_UNREAD.map((story) => [`many unread: ${story.join(', ')}`, () => manyUnread(story)]),
);

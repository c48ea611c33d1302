import type { PatchOutcome } from '../../clients/dynamics/types';
import { ApiError } from '../../clients/errors';
import type { Facts } from './answer';
import { World } from './world';

const MINUTE_MS = 60_000;

/** What is the matter with one row each time that it is sent: it is never the one that was read, or is refused in a way that others are not. */
export const EACH_TIME = ['no version', 'another version', 'authority', 'rate-limited'] as const;

async function eachTime(how: (typeof EACH_TIME)[number]): Promise<Facts> {
  const world = await World.of(8);
  // That a row has no version is this story's matter, and not the check's for a database that was restored.
  world.service.checkEveryMs = Number.POSITIVE_INFINITY;
  const [bad = '', good = ''] = world.contacts;
  const { dynamics } = world.service.world.deps;
  const [patch, readByIds] = [dynamics.patch.bind(dynamics), dynamics.readByIds.bind(dynamics)];
  const isWrong = how === 'authority' || how === 'rate-limited';
  const wrong = new ApiError({ api: 'dynamics', operation: 'rows.patch', kind: isWrong ? how : 'bug', status: 403 });
  let patches = 0;
  let fails = true;
  dynamics.patch = async (rows, duplicates) => {
    if (rows.some(({ id: row }) => row === bad)) patches += 1;
    const isBad = ({ id: row }: { id: string }) => fails && row === bad;
    const outcomes = await patch(
      rows
        .map((row) => (how === 'another version' && isBad(row) ? { ...row, version: 1 } : row))
        .filter((row) => !isWrong || !isBad(row)),
      duplicates,
    );
    return isWrong
      ? rows.map((row) => (isBad(row) ? { status: 'failed', error: wrong } : (outcomes.shift() as PatchOutcome)))
      : outcomes;
  };
  dynamics.readByIds = async (...given) =>
    (await readByIds(...given)).map((row) =>
      fails && how === 'no version' && row.contactid === bad ? { ...row, versionnumber: null } : row,
    );
  await world.market([bad, good], { title: 'Head' });
  const isHead = async (guid: string) => (await world.row(guid))?.jobtitle === 'Head';
  const arrived = await world.until(() => isHead(good), 5 * MINUTE_MS);
  let title = 0;
  const work = () => world.market([world.contacts[5] ?? ''], { title: `Title ${title++}` });
  await world.cycles(10 * MINUTE_MS, work);
  const inTenMinutes = patches;
  await world.cycles(30 * MINUTE_MS, work);
  const listed = (await world.listed())[bad];
  fails = false;
  await world.market([bad], { phone: '+1 555 0100' });
  const cured = await world.until(() => isHead(bad), 5 * MINUTE_MS);
  return { arrived, inTenMinutes, listed, cured: cured !== undefined, left: await world.parked() };
}

export const EACH_TIME_STORIES: Record<string, () => Promise<Facts>> = Object.fromEntries(
  EACH_TIME.map((how) => [`each time: ${how}`, () => eachTime(how)]),
);

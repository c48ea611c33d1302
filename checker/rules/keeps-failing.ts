import type { RefusalEntry } from '../entry';
import type { RecordHistory } from '../history/record';
import type { CheckedEntity } from '../map';
import type { World } from '../world';
import { isRoleOf, refusedByDynamics, refusedByMarketo, rolesRefused } from './refusals';

/** So many failures over so long a time: one is a moment's, and says nothing against a row. */
const [FAILURES, SPREAD_MS] = [5, 10 * 60_000];

/** A call that fails tells nothing of a row that was not in it. A person is named by its own id, too. */
export function keptFailing(world: World, entity: CheckedEntity, row: RecordHistory): boolean {
  const persons = entity.kind === 'person' ? world.carriersOf(entity.object, row.id).map(({ id }) => id) : [];
  const names = new Set([row.id, ...persons]);
  return isKeptUp(world, [...refusedByDynamics(world, row), ...refusedByMarketo(world, entity, row)], (key) =>
    names.has(key),
  );
}

/** Of an opportunity's roles, those calls that had one of them in it. */
export const rolesKeptFailing = (world: World, object: string, opportunity: string): boolean =>
  isKeptUp(world, rolesRefused(world, object, opportunity), isRoleOf(opportunity));

function isKeptUp(world: World, refused: readonly RefusalEntry[], isIn: (key: string) => boolean): boolean {
  const failed = [world.dynamics, world.marketo].flatMap(({ calls }) => calls.failedWrites(isIn));
  const times = [...refused.map(({ at }) => at), ...failed].sort((a, b) => a - b);
  return times.length >= FAILURES && Number(times.at(-1)) - Number(times[0]) >= SPREAD_MS;
}

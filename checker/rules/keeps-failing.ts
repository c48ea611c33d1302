import type { Calls } from '../history/calls';
import type { RecordHistory } from '../history/record';
import type { CheckedEntity } from '../map';
import type { World } from '../world';
import { isNameOf, isRoleOf, type Refused, refusedByDynamics, refusedByMarketo, rolesRefused } from './refusals';

/** So many failures over so long a time: one is a moment's, and says nothing against a row. */
const [FAILURES, SPREAD_MS] = [5, 10 * 60_000];

/** A call that fails tells nothing of a row that was not in it. */
export function keptFailing(world: World, entity: CheckedEntity, row: RecordHistory): boolean {
  const isIn = isNameOf(world, entity, row);
  return (
    isKeptUp(world.dynamics.calls, refusedByDynamics(world, row), isIn) ||
    isKeptUp(world.marketo.calls, refusedByMarketo(world, entity, row), isIn)
  );
}

/** Of an opportunity's roles, those calls that had one of them in it. */
export const rolesKeptFailing = (world: World, object: string, opportunity: string): boolean =>
  isKeptUp(world.marketo.calls, rolesRefused(world, object, opportunity), isRoleOf(opportunity));

/** While a system is down for all, its failures say nothing against a row, however many they are: it has to work in between. */
function isKeptUp(calls: Calls, refused: readonly Refused[], isIn: (key: string) => boolean): boolean {
  const failures = [...refused, ...calls.failedAbout(isIn)].sort((a, b) => a.seq - b.seq);
  const counted: typeof failures = [];
  for (const failure of failures) {
    const last = counted.at(-1);
    if (!last || calls.succeededBetween(last.seq, failure.seq)) counted.push(failure);
  }
  return counted.length >= FAILURES && Number(counted.at(-1)?.at) - Number(counted[0]?.at) >= SPREAD_MS;
}

import type { RecordHistory } from '../history/record';
import type { CheckedLine } from '../map';
import { type Comparable, EMPTY } from '../value/comparable';
import type { World } from '../world';
import { toldByDynamics, toldByMarketo } from './line';

/**
 * Who takes over another's person keeps what that one had, where it is the restrictive value or there was none: was the value held there?
 * An empty one takes the place of none.
 */
export function wasLosers(
  world: World,
  row: RecordHistory,
  { field }: CheckedLine,
  value: Comparable,
  before = Number.POSITIVE_INFINITY,
): boolean {
  if (value === EMPTY) return false;
  for (const { entity, loser } of world.losersTo(row))
    for (const line of entity.lines.filter((one) => one.field === field)) {
      const persons = world.carriersOf(entity.object, loser.id).flatMap((person) => toldByMarketo(person, line));
      const told = [...toldByDynamics(world, entity, loser, line), ...persons];
      if (told.some((one) => one.seq < before && one.value === value)) return true;
    }
  return false;
}

import { breach, type Found } from '../breach';
import type { World } from '../world';
import { toldByDynamics, toldByMarketo } from './line';
import { type Write, writesOf } from './writes';

/**
 * The row filter's No: nothing moves either way (native-sync §4.1). Dynamics is written with `If-Match`, so a frozen row can't be; to Marketo
 * may go what was read before the row was frozen, but nothing that the row holds only since then, and nothing of a row that was never let go.
 */
export function* frozen(world: World): Found {
  for (const write of writesOf(world)) {
    const { entity, row, version, side } = write;
    if (version.empty || version.kind === 'delete') continue;
    const { filterColumn } = world.evidence.map;
    if (world.standing(entity.name, row, version.received) !== 'frozen') continue;
    if (world.standing(entity.name, row, version.seq - 1) !== 'frozen') continue;
    const since = row.since(filterColumn, version.received);
    const never = since <= (row.born(version.seq)?.seq ?? -1);
    if (side === 'dynamics' || never || isNewer(world, write, since))
      yield breach('different', entity.name, row.id, `the row is frozen (${filterColumn}), and was written`, {
        seq: version.seq,
      });
  }
}

/** A value that the row has held only since it was frozen. */
function isNewer(world: World, { entity, row, version, target }: Write, since: number): boolean {
  return entity.lines.some((line) => {
    if (!(line.field in version.changes) || line.joined || line.ofCompany) return false;
    const told = toldByDynamics(world, entity, row, line);
    const wrote = toldByMarketo(target, line).find(({ seq }) => seq === version.seq)?.value;
    const held = told.filter(({ seq, value }) => seq < version.seq && value === wrote);
    const earlier = told.findLast(({ seq }) => seq < since);
    return held.length > 0 && earlier?.value !== wrote && held.every(({ seq }) => seq >= since);
  });
}

import { wire } from '../history/interest';
import type { RecordHistory } from '../history/record';
import type { CheckedEntity } from '../map';
import type { World } from '../world';

/** Whose a custom row's record has to be; `undefined` where the rows leave it open: one on the way is kept back, frozen, gone or young. */
export type Owner = { of: 'nobody' } | { of: 'row'; entity: CheckedEntity; id: string };

/** The person or account that the row's lookup names; where that is another custom row, the one that owns that. */
export function ownerOf(world: World, entity: CheckedEntity, row: RecordHistory): Owner | undefined {
  const { belongsTo } = entity;
  if (!belongsTo || world.isYoung(entity, row.last()?.at ?? 0)) return undefined;
  if (!row.value(wire(belongsTo.column))) return { of: 'nobody' };
  const parent = world.entities.get(belongsTo.entity);
  const id = world.target(row, belongsTo.column, belongsTo.entity);
  if (!parent || id === undefined) return undefined;
  if (!parent.belongsTo) return { of: 'row', entity: parent, id };
  const above = world.row(parent.name, id);
  if (!above || world.standing(parent.name, above) !== 'eligible' || world.exceptions.row(parent.name, id))
    return undefined;
  return ownerOf(world, parent, above);
}

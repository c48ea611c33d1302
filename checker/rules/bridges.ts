import { breach, type Found } from '../breach';
import type { World } from '../world';
import { isBridge } from './refusals';

/** Persons that a team owns have a record that leads to it; the others have none. */
export function* bridges(world: World): Found {
  const { personTeam, entities } = world.evidence.map;
  const teams = world.entities.get('team');
  if (!personTeam || !teams) return;
  const bridge = { object: personTeam, key: 'microsoftId' };
  for (const entity of entities) {
    if (entity.kind !== 'person') continue;
    for (const row of world.rows(entity.name).values()) {
      if (world.standing(entity.name, row) !== 'eligible' || world.exceptions.row(entity.name, row.id)) continue;
      if (world.exceptions.of(entity.name, row.id).some(({ field }) => isBridge(world, field))) continue;
      const [person] = world.counterparts(entity, row.id);
      // The loser of a merge has none any more, though its person may stay.
      if (!person || world.isMerged(row)) continue;
      const team = world.target(row, 'ownerid', 'team');
      const there = team !== undefined && world.counterparts(teams, team).length > 0;
      const [found] = world.counterparts(bridge, row.id);
      const where = { field: 'ownerid', seq: row.last()?.seq };
      if (there && !found)
        yield breach('lost', entity.name, row.id, 'nothing leads from the person to its team', where);
      else if (found && team === undefined)
        yield breach('different', entity.name, row.id, 'the person leads to a team that does not own it', where);
      else if (found && String(found.value('teamId')).toLowerCase() !== team)
        yield breach('different', entity.name, row.id, 'the person leads to another team than the row says', where);
      else if (found && there && String(found.value('leadId')) !== person.id)
        yield breach('different', entity.name, row.id, 'the team is led to from another person', where);
    }
  }
}

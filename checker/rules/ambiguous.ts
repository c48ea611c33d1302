import type { RecordHistory } from '../history/record';
import type { CheckedEntity } from '../map';
import { guid, type World } from '../world';

/** Others carry the same address or the same id. */
export function isAmbiguous(world: World, entity: CheckedEntity, row: RecordHistory): boolean {
  if (world.carriersOf(entity.object, row.id).length > 1) return true;
  const mail = String(row.value('emailaddress1') ?? '')
    .trim()
    .toLowerCase();
  if (mail === '') return false;
  for (const person of world.marketo.table('leads').values())
    if (guid(person.value('microsoftId')) !== row.id)
      if (
        person.moments('email').some(
          ({ value }) =>
            String(value ?? '')
              .trim()
              .toLowerCase() === mail,
        )
      )
        return true;
  return false;
}

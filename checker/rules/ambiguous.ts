import type { RecordHistory } from '../history/record';
import type { CheckedEntity } from '../map';
import { guid, type World } from '../world';

/** More than one person to choose from: several carry the row's id, or one that has been another row's; or several have its address. */
export function isAmbiguous(world: World, entity: CheckedEntity, row: RecordHistory): boolean {
  const carriers = world.carriersOf(entity.object, row.id);
  if (carriers.length > 1) return true;
  const wasAnothers = ({ value }: { value: unknown }) => guid(value) !== '' && guid(value) !== row.id;
  if (carriers.some((person) => person.moments(entity.key).some(wasAnothers))) return true;
  return world.evidence.map.adoption !== 'create' && othersWithAddress(world, row).length > 1;
}

/** Persons that do not carry the row's id, and that have ever had its address. */
export function othersWithAddress(world: World, row: RecordHistory): RecordHistory[] {
  const address = mail(row.value('emailaddress1'));
  if (address === '') return [];
  return [...world.marketo.table('leads').values()].filter(
    (person) =>
      guid(person.value('microsoftId')) !== row.id &&
      person.moments('email').some(({ value }) => mail(value) === address),
  );
}

const mail = (value: unknown): string =>
  String(value ?? '')
    .trim()
    .toLowerCase();

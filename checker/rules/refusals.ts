import type { RefusalEntry } from '../entry';
import type { RecordHistory } from '../history/record';
import type { CheckedEntity } from '../map';
import { guid, type World } from '../world';

/** A record that was refused, or a call with nothing else in it, of which no fields are told. */
export type Refused = Pick<RefusalEntry, 'seq' | 'at'> & Partial<Pick<RefusalEntry, 'code' | 'fields'>>;

/** What Marketo refused of a row, or of a person or record that ever carried its id. */
export function refusedByMarketo(world: World, entity: CheckedEntity, row: RecordHistory): Refused[] {
  const isName = isNameOf(world, entity, row);
  const records = new Set(world.carriersOf(entity.object, row.id).map(({ id }) => id));
  const isIts = (name = ''): boolean => isName(name.toLowerCase()) || records.has(name);
  const found = world.marketo.refusals.filter(
    ({ table, id, key }) => table === entity.object && (isIts(id) || isIts(key)),
  );
  return [...found, ...world.marketo.calls.refusedAlone(isName)];
}

/**
 * Is it a name of the row in calls? A person is named by its own id, too; and what came of the rows that this one was made of or went into has to be
 * known first.
 */
export function isNameOf(world: World, entity: CheckedEntity, row: RecordHistory): (key: string) => boolean {
  if (entity.kind !== 'person') return (key) => key === row.id;
  // A set is walked through to what is added meanwhile.
  const rows = new Set([row]);
  for (const one of rows)
    for (const column of STAND_INS)
      for (const { value } of one.moments(column))
        for (const table of ['lead', 'contact']) {
          const other = world.row(table, guid(value));
          if (other) rows.add(other);
        }
  const people = (id: string) => world.carriersOf(entity.object, id).map((person) => person.id);
  const names = new Set([...rows].flatMap(({ id }) => [id, ...people(id)]));
  return (key) => names.has(key);
}

const STAND_INS = ['_originatingleadid_value', '_masterid_value', '_parentcontactid_value'];

/** What Dynamics refused of a row. */
export const refusedByDynamics = (world: World, row: RecordHistory): RefusalEntry[] =>
  world.dynamics.refusals.filter(({ table, id }) => table === row.table && id?.toLowerCase() === row.id);

/** A role is named by its opportunity, its person and its name, with commas between (docs/simulators.md, Ledger). */
const roleKey = (role: readonly unknown[]): string => role.join(',').toLowerCase();

/** Marketo refused this role of an opportunity, whether it was to be written or removed. */
export const isRoleRefused = (world: World, object: string, role: readonly unknown[]): boolean =>
  world.marketo.refusals.some(({ table, key }) => table === object && key?.toLowerCase() === roleKey(role)) ||
  world.marketo.calls.refusedAlone((key) => key === roleKey(role)).length > 0;

/** Is it the key of a role of this opportunity? */
export const isRoleOf =
  (opportunity: string) =>
  (key: string): boolean =>
    key.startsWith(roleKey([opportunity, '']));

/** What Marketo refused of an opportunity's roles. */
export const rolesRefused = (world: World, object: string, opportunity: string): RefusalEntry[] =>
  world.marketo.refusals.filter(
    ({ table, key }) => table === object && isRoleOf(opportunity)(key?.toLowerCase() ?? ''),
  );

/** Marketo refused what leads from the row's person to its team, or that it goes, since the row has had its owner. */
export function isBridgeRefused(world: World, row: RecordHistory): boolean {
  const since = row.versions.findLast(({ changes }) => OWNER in changes)?.seq ?? -1;
  const found = world.marketo.refusals.filter(
    ({ table, key }) => table === world.evidence.map.personTeam && key?.toLowerCase() === row.id,
  );
  return [...found, ...world.marketo.calls.refusedAlone((key) => key === row.id)].some(({ seq }) => seq > since);
}
const OWNER = '_ownerid_value';

/** What is listed of a row's bridge goes by the name of the custom object, to which Marketo adds an ending. */
export const isBridge = (world: World, field: string | undefined): boolean =>
  field !== undefined &&
  world.evidence.map.personTeam?.replace(/^customobjects\/|_c$/g, '').toLowerCase() === field.toLowerCase();

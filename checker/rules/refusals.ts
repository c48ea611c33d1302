import type { RefusalEntry } from '../entry';
import type { RecordHistory } from '../history/record';
import type { CheckedEntity } from '../map';
import type { World } from '../world';

/** What Marketo refused of a row, or of a person or record that ever carried its id. */
export function refusedByMarketo(world: World, entity: CheckedEntity, row: RecordHistory): RefusalEntry[] {
  const records = new Set(world.carriersOf(entity.object, row.id).map(({ id }) => id));
  return world.marketo.refusals.filter(
    ({ table, id, key }) =>
      table === entity.object &&
      // A person is named by its id when it is updated.
      (key?.toLowerCase() === row.id || records.has(id ?? '') || records.has(key ?? '')),
  );
}

/** What Dynamics refused of a row. */
export const refusedByDynamics = (world: World, row: RecordHistory): RefusalEntry[] =>
  world.dynamics.refusals.filter(({ table, id }) => table === row.table && id?.toLowerCase() === row.id);

/** A role is named by its opportunity, its person and its name, with commas between (docs/simulators.md, Ledger). */
const roleKey = (role: readonly unknown[]): string => role.join(',').toLowerCase();

/** Marketo refused this role of an opportunity, whether it was to be written or removed. */
export const isRoleRefused = (world: World, object: string, role: readonly unknown[]): boolean =>
  world.marketo.refusals.some(({ table, key }) => table === object && key?.toLowerCase() === roleKey(role));

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
  return world.marketo.refusals.some(
    ({ table, key, seq }) => table === world.evidence.map.personTeam && key?.toLowerCase() === row.id && seq > since,
  );
}
const OWNER = '_ownerid_value';

/** What is listed of a row's bridge goes by the name of the custom object, to which Marketo adds an ending. */
export const isBridge = (world: World, field: string | undefined): boolean =>
  field !== undefined &&
  world.evidence.map.personTeam?.replace(/^customobjects\/|_c$/g, '').toLowerCase() === field.toLowerCase();

import type { DynamicsRow } from '../../clients/dynamics/types';
import type { InboxItem } from '../../clients/mongo/inbox';
import type { RoleRecord } from '../../clients/mongo/roles';
import { eligibility } from '../../model/eligibility';
import type { Deps } from '../deps';

/** A connection without a role of its own. */
const DEFAULT_ROLE = 'Stakeholder';

/** What one item changes of an opportunity's sources. */
export type Edit = (record: RoleRecord) => void;

/** What each opportunity's sources have to learn. */
export async function readEdits(deps: Deps, items: readonly InboxItem[]): Promise<Map<string, Edit[]>> {
  const { store } = deps;
  const edits = new Map<string, Edit[]>();
  const add = (opportunity: string, edit: Edit) => edits.set(opportunity, [...(edits.get(opportunity) ?? []), edit]);
  const roleNames = await rolesByName(deps, items);
  const connections: { id: string; opportunity: string }[] = [];
  const known = await store.roles.opportunitiesOf(items.filter(({ row }) => !row).map(({ id }) => id.toLowerCase()));
  for (const { id, row, deleted } of items) {
    const guid = id.toLowerCase();
    if (row && 'opportunityid' in row) {
      add(guid, ({ sources }) => {
        sources.customer = row._customerid_type === 'contact' ? lower(row._customerid_value) : null;
        sources.parentContact = lower(row._parentcontactid_value);
      });
    } else if (row) {
      const ends = stakeholder(row);
      const opportunity = ends?.opportunity ?? (await store.roles.opportunitiesOf([guid])).get(guid);
      if (!opportunity) continue;
      connections.push({ id: guid, opportunity });
      const active = ends && eligibility('connection', row) === 'eligible';
      add(opportunity, ({ sources }) => {
        if (active)
          sources.connections[guid] = {
            contact: ends.contact,
            role: roleNames.get(String(row._record2roleid_value)) ?? DEFAULT_ROLE,
          };
        else delete sources.connections[guid];
      });
    } else if (known.has(guid)) {
      if (deleted) add(known.get(guid) as string, ({ sources }) => delete sources.connections[guid]);
    } else if (!deleted) {
      add(guid, () => undefined);
    }
  }
  await store.roles.remember(connections);
  return edits;
}

const lower = (value: unknown): string | null => (value ? String(value).toLowerCase() : null);

/** A connection is stored as a pair (dataverse-api §9.5): the half that starts at the opportunity counts. */
function stakeholder(row: DynamicsRow): { opportunity: string; contact: string } | undefined {
  if (row._record1id_type !== 'opportunity' || row._record2id_type !== 'contact') return undefined;
  return {
    opportunity: String(row._record1id_value).toLowerCase(),
    contact: String(row._record2id_value).toLowerCase(),
  };
}

async function rolesByName({ dynamics, schema }: Deps, items: readonly InboxItem[]): Promise<Map<string, string>> {
  const ids = [
    ...new Set(items.flatMap(({ row }) => (row?._record2roleid_value ? [String(row._record2roleid_value)] : []))),
  ];
  if (ids.length === 0) return new Map();
  const table = await schema.table('connectionrole');
  const rows = await dynamics.readByIds(table.entitySetName, table.primaryIdAttribute, ids, [
    table.primaryIdAttribute,
    'name',
  ]);
  return new Map(rows.map((row) => [String(row[table.primaryIdAttribute]), String(row.name)]));
}

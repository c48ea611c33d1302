import type { DynamicsClient, TableMetadata } from '../../clients/dynamics/types';
import { type Entity, FILTER_COLUMN } from '../../model/entities';
import type { Settings } from '../../model/settings';
import { attempt, type Check, fault, ok } from './check';
import type { Pinned } from './servers';

export interface DynamicsFindings {
  checks: Check[];
  /** Tables that could be read, for the field map. */
  tables: Map<string, TableMetadata>;
}

const TOKEN_REMEDIES: [RegExp, string][] = [
  [/client secret is wrong/, 'Give the secret’s value (not its id) in DYNAMICS_CLIENT_SECRET'],
  [
    /client secret has expired/,
    'Make a new secret in the Azure app registration and put it into DYNAMICS_CLIENT_SECRET',
  ],
  [/user is disabled/, 'Enable the user in Dynamics (Power Platform admin center, application users)'],
  [
    /no application user/,
    'Add an application user for DYNAMICS_CLIENT_ID to the organisation and give it a security role',
  ],
  [/ENOTFOUND|ECONNREFUSED|EAI_AGAIN|TIMEOUT/, 'Is the address right, and may this machine reach it?'],
  [/CERT|SELF_SIGNED|VERIFY/, 'Name the certificate authority’s PEM file in DYNAMICS_CA_PATH'],
];

const remedyOf = (found: string): string =>
  TOKEN_REMEDIES.find(([pattern]) => pattern.test(found))?.[1] ??
  'Check DYNAMICS_URL, DYNAMICS_TENANT_ID, DYNAMICS_CLIENT_ID and the application user';

/** Token, organisation, and each table: there, tracked, readable. Reads only. */
export async function checkDynamics(
  client: DynamicsClient,
  { entities }: Settings,
  pinned: Pinned,
): Promise<DynamicsFindings> {
  const tables = new Map<string, TableMetadata>();
  const tried = await attempt('Dynamics', remedyOf, () => client.organisation());
  if ('failed' in tried) return { checks: [tried.failed], tables };
  const { uniqueName, url, organizationId, createdOn, changeTrackingDays, userId } = tried.value;
  const checks = [
    ok(
      'Dynamics',
      `organisation ${uniqueName || organizationId} (${organizationId}) at ${url}; change tracking keeps ${changeTrackingDays} days`,
    ),
    ok('Dynamics user', `signs in as ${userId}; it should be the sync’s alone`),
  ];
  const { dynamics } = pinned;
  if (
    dynamics &&
    (dynamics.organizationId !== organizationId || dynamics.url !== url || dynamics.createdOn !== createdOn)
  ) {
    checks.push(
      fault(
        'Dynamics',
        `another organisation than this database belongs to (${dynamics.organizationId} at ${dynamics.url})`,
        'Point DYNAMICS_URL back, or start with an empty database (MONGODB_DATABASE)',
      ),
    );
  }
  for (const entity of entities) checks.push(await checkTable(client, entity, tables));
  if (entities.some(({ name }) => name === 'connection')) {
    const found = await readable(client, 'connectionrole', tables);
    checks.push(...('failed' in found ? [found.failed] : [ok('table connectionrole', 'readable')]));
  }
  const filtered = entities
    .filter(({ name, alsoRead }) => alsoRead.includes(FILTER_COLUMN) && tables.has(name))
    .map(({ name }) => name);
  const having = filtered.filter((name) => tables.get(name)?.columns[FILTER_COLUMN]);
  checks.push(
    ok(
      `row filter ${FILTER_COLUMN}`,
      having.length > 0
        ? `on ${having.join(', ')}; every row of the others goes`
        : 'no table has the column: every row goes',
    ),
  );
  return { checks, tables };
}

async function readable(
  client: DynamicsClient,
  name: string,
  tables: Map<string, TableMetadata>,
): Promise<{ value: TableMetadata } | { failed: Check }> {
  const remedy = (found: string): string =>
    /prv\w+|0x80048306|HTTP 403/.test(found)
      ? 'Give the application user’s security role Read on this table, for the whole organisation'
      : 'Is the name right (the table’s logical name)?';
  const tried = await attempt(`table ${name}`, remedy, async () => {
    const table = await client.table(name);
    await client.readPage({ set: table.entitySetName, select: [table.primaryIdAttribute], pageSize: 1 });
    return table;
  });
  if ('value' in tried) tables.set(name, tried.value);
  return tried;
}

async function checkTable(client: DynamicsClient, entity: Entity, tables: Map<string, TableMetadata>): Promise<Check> {
  const found = await readable(client, entity.name, tables);
  if ('failed' in found) return found.failed;
  const what = `table ${entity.name}`;
  if (entity.untracked) return ok(what, 'readable; read whole, since its changes are not tracked');
  if (!found.value.changeTrackingEnabled)
    return fault(what, 'change tracking is off', 'Switch “Track changes” on in the table’s properties and publish');
  return ok(
    what,
    entity.target.kind === 'person'
      ? 'readable, change tracking on; Write is needed too and shows with the first edit'
      : 'readable, change tracking on',
  );
}

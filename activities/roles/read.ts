import type { DynamicsRow, TableMetadata } from '../../clients/dynamics/types';
import type { Deps } from '../deps';
import { idOf, versionOf } from '../rows';

/** Opportunities in one filter: some 60 characters each, of the 32,768 that an address may have (dataverse-api §3.1). */
const CHUNK = 100;
const PAGE_ROWS = 5_000;

/** Columns of an opportunity that name contacts, and the version that says so. */
export const ownColumns = (opportunity: TableMetadata): string[] => [
  opportunity.primaryIdAttribute,
  '_customerid_value',
  '_parentcontactid_value',
  'versionnumber',
];

/** By id, lower case. */
export type Rows = Map<string, DynamicsRow>;

/** Opportunities with the columns that name contacts; those that are gone are left out. */
export async function readOpportunities({ dynamics, schema }: Deps, ids: readonly string[]): Promise<Rows> {
  if (ids.length === 0) return new Map();
  const table = await schema.table('opportunity');
  const { entitySetName, primaryIdAttribute } = table;
  return byId(await dynamics.readByIds(entitySetName, primaryIdAttribute, ids, ownColumns(table)), primaryIdAttribute);
}

/** Connections by their ids; those that are gone are left out. */
export async function readConnections({ dynamics, schema }: Deps, ids: readonly string[]): Promise<Rows> {
  if (ids.length === 0) return new Map();
  const { set, primaryId, select } = await schema.of('connection');
  return byId(await dynamics.readByIds(set, primaryId, ids, select), primaryId);
}

/** All connections that start at these opportunities, whatever their state. */
export async function readConnectionsOf({ dynamics, schema }: Deps, opportunities: readonly string[]): Promise<Rows> {
  const { set, primaryId, select } = await schema.of('connection');
  const rows: DynamicsRow[] = [];
  for (let at = 0; at < opportunities.length; at += CHUNK) {
    const filter = opportunities
      .slice(at, at + CHUNK)
      .map((id) => `_record1id_value eq ${id}`)
      .join(' or ');
    let page = await dynamics.readPage({ set, select, filter, pageSize: PAGE_ROWS });
    rows.push(...page.rows);
    while (page.nextLink) {
      page = await dynamics.follow(page.nextLink, PAGE_ROWS);
      rows.push(...page.rows);
    }
  }
  return byId(rows, primaryId);
}

function byId(rows: readonly DynamicsRow[], primaryId: string): Rows {
  const found: Rows = new Map();
  for (const row of rows) keepNewer(found, idOf(row, primaryId).toLowerCase(), row);
  return found;
}

/** Of two copies of a row the newer one counts. */
export function keepNewer(rows: Map<string, DynamicsRow>, id: string, row: DynamicsRow): void {
  const other = rows.get(id);
  if (!other || versionOf(row) >= versionOf(other)) rows.set(id, row);
}

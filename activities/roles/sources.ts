import type { DynamicsRow } from '../../clients/dynamics/types';
import type { InboxItem } from '../../clients/mongo/inbox';
import type { RoleRecord } from '../../clients/mongo/roles';
import { eligibility } from '../../model/eligibility';
import {
  forgetConnection,
  isGone,
  keepConnection,
  learnConnection,
  learnOwn,
  type Stakeholder,
} from '../../model/role-sources';
import type { Deps } from '../deps';
import { type ApplyMode, versionOf } from '../rows';
import type { Writer } from '../writer';
import { keepNewer, type Rows, readConnections, readConnectionsOf, readOpportunities } from './read';

/** A connection without a role of its own. */
const DEFAULT_ROLE = 'Stakeholder';

/** What a page of items says. Ids are in lower case. */
export interface Told {
  opportunities: Set<string>;
  /** Those of which the page has no more than the id. */
  bare: Set<string>;
  /** Rows of opportunities. */
  own: Rows;
  /** Rows of connections. */
  connections: Rows;
  /** Connections that a read has not found: their roles go, or are kept. */
  gone: Map<string, 'delete' | 'keep'>;
  /** The opportunity that a connection is known to belong to. */
  places: ReadonlyMap<string, string>;
}

/** Whom the items are about. @param items as admitted (gone.ts): a deletion is confirmed, a bare id is no connection's that is there */
export async function toldBy({ store }: Deps, items: readonly InboxItem[]): Promise<Told> {
  const others = items.filter(({ row }) => !isOwn(row)).map(({ id }) => id.toLowerCase());
  const places = await store.roles.opportunitiesOf(others);
  const opportunities = new Set<string>();
  const told: Told = {
    opportunities,
    bare: new Set(),
    own: new Map(),
    connections: new Map(),
    gone: new Map(),
    places,
  };
  for (const { id, row, deleted, release } of items) {
    const guid = id.toLowerCase();
    if (row) keepNewer(isOwn(row) ? told.own : told.connections, guid, row);
    else if (deleted) told.gone.set(guid, release ?? 'delete');
    else told.bare.add(places.get(guid) ?? guid);
  }
  for (const id of told.gone.keys()) told.connections.delete(id);
  for (const id of [...told.own.keys(), ...told.bare]) opportunities.add(id);
  for (const id of [...told.connections.keys(), ...told.gone.keys()])
    for (const opportunity of opportunitiesOf(told, id)) opportunities.add(opportunity);
  return told;
}

const isOwn = (row: DynamicsRow | undefined): boolean => row !== undefined && 'opportunityid' in row;

/** Where the connection starts, and where it was known to start. */
function opportunitiesOf({ connections, places }: Told, id: string): Set<string> {
  const row = connections.get(id);
  const now = row && endsOf(row)?.opportunity;
  const before = places.get(id);
  return new Set([now, before].filter((opportunity) => opportunity !== undefined));
}

/**
 * The records of the opportunities, with what the page says of their sources as far as it is news. A resync trusts neither the page, which
 * may have waited, nor what is remembered: it reads the opportunities and all of their connections.
 */
export async function learn(deps: Deps, writer: Writer, told: Told, mode: ApplyMode): Promise<RoleRecord[]> {
  const found = await deps.store.roles.get([...told.opportunities]);
  const records = new Map(
    [...told.opportunities].map((opportunity) => [
      opportunity,
      found.get(opportunity) ?? { opportunity, sources: { connections: {} }, written: [] },
    ]),
  );
  if (mode === 'resync') await readAgain(deps, writer, told, records);
  else await confirm(deps, told, records);
  const roleNames = await rolesByName(deps, [...told.connections.values()]);
  for (const [id, row] of told.own) {
    const record = records.get(id);
    if (record) learnOwn(record.sources, id, versionOf(row), columnsOf(row));
  }
  const places: { id: string; opportunity: string }[] = [];
  for (const [id, row] of told.connections) {
    const makes = stakeholderOf(row, roleNames);
    const now = endsOf(row)?.opportunity;
    if (now !== undefined && records.has(now)) places.push({ id, opportunity: now });
    for (const opportunity of opportunitiesOf(told, id)) {
      const sources = records.get(opportunity)?.sources;
      if (!sources) continue;
      if (makes && opportunity === now) learnConnection(sources, id, versionOf(row), makes);
      else forgetConnection(sources, id, versionOf(row));
    }
  }
  for (const [id, answer] of told.gone) {
    const sources = records.get(told.places.get(id) ?? '')?.sources;
    if (sources) answer === 'keep' ? keepConnection(sources, id) : forgetConnection(sources, id);
  }
  await deps.store.roles.remember(places, writer.epoch);
  return [...records.values()];
}

/** A page may lack the row, or columns of it; and what it says of something that had gone may be older than that. */
async function confirm(deps: Deps, told: Told, records: ReadonlyMap<string, RoleRecord>): Promise<void> {
  const hasGone = (opportunity: string, id: string): boolean => {
    const record = records.get(opportunity);
    return record !== undefined && isGone(record.sources, id);
  };
  const rows = [...told.own].filter(([id, row]) => hasGone(id, id) || !('_customerid_value' in row));
  const own = [...rows.map(([id]) => id), ...[...told.bare].filter((id) => !told.own.has(id))];
  const connections = [...told.connections.keys()].filter((id) =>
    [...opportunitiesOf(told, id)].some((opportunity) => hasGone(opportunity, id)),
  );
  replace(told.own, own, await readOpportunities(deps, own));
  replace(told.connections, connections, await readConnections(deps, connections));
}

/** Reads the opportunities and their connections. What is remembered and not there any more goes the way of any deletion. */
async function readAgain(
  deps: Deps,
  writer: Writer,
  told: Told,
  records: ReadonlyMap<string, RoleRecord>,
): Promise<void> {
  const { store } = deps;
  const opportunities = [...told.opportunities];
  replace(told.own, opportunities, await readOpportunities(deps, opportunities));
  const there = await readConnectionsOf(deps, opportunities);
  const remembered = [...records.values()].flatMap(({ opportunity, sources }) =>
    Object.entries(sources.connections).map(([id, { kept }]) => ({ id, opportunity, kept })),
  );
  const elsewhere = [...told.connections.keys(), ...remembered.map(({ id }) => id)].filter((id) => !there.has(id));
  const others = await readConnections(deps, [...new Set(elsewhere)]);
  replace(told.connections, [...told.connections.keys()], new Map([...there, ...others]));
  for (const [id, row] of [...there, ...others]) told.connections.set(id, row);
  told.places = new Map([...told.places, ...remembered.map(({ id, opportunity }) => [id, opportunity] as const)]);
  const missing = remembered.filter(({ id, kept }) => !kept && !told.gone.has(id) && !there.has(id) && !others.has(id));
  await store.roles.remember(
    missing.map(({ id, opportunity }) => ({ id, opportunity })),
    writer.epoch,
  );
  await store.inbox.add(
    'connection',
    'dynamics',
    missing.map(({ id }) => ({ id, deleted: true })),
    new Date(),
  );
}

/** Of these ids what was read counts, and nothing else. */
function replace(rows: Rows, ids: readonly string[], read: Rows): void {
  for (const id of ids) {
    const row = read.get(id);
    if (row) rows.set(id, row);
    else rows.delete(id);
  }
}

const lower = (value: unknown): string | null => (value ? String(value).toLowerCase() : null);

const columnsOf = (row: DynamicsRow) => ({
  customer: row._customerid_type === 'contact' ? lower(row._customerid_value) : null,
  parentContact: lower(row._parentcontactid_value),
});

/** A connection is stored as a pair (dataverse-api §9.5): the half that starts at the opportunity counts. */
function endsOf(row: DynamicsRow): { opportunity: string; contact: string } | undefined {
  if (row._record1id_type !== 'opportunity' || row._record2id_type !== 'contact') return undefined;
  return {
    opportunity: String(row._record1id_value).toLowerCase(),
    contact: String(row._record2id_value).toLowerCase(),
  };
}

function stakeholderOf(row: DynamicsRow, roleNames: ReadonlyMap<string, string>): Stakeholder | undefined {
  const ends = endsOf(row);
  if (!ends || eligibility('connection', row) !== 'eligible') return undefined;
  return { contact: ends.contact, role: roleNames.get(String(row._record2roleid_value)) ?? DEFAULT_ROLE };
}

async function rolesByName({ dynamics, schema }: Deps, rows: readonly DynamicsRow[]): Promise<Map<string, string>> {
  const ids = [...new Set(rows.flatMap((row) => (row._record2roleid_value ? [String(row._record2roleid_value)] : [])))];
  if (ids.length === 0) return new Map();
  const table = await schema.table('connectionrole');
  const found = await dynamics.readByIds(table.entitySetName, table.primaryIdAttribute, ids, [
    table.primaryIdAttribute,
    'name',
  ]);
  return new Map(found.map((row) => [String(row[table.primaryIdAttribute]), String(row.name)]));
}

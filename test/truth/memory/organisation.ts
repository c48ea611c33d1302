import { randomUUID } from 'node:crypto';
import { USER } from '../../../cli/check/stage/organisation';
import type { DynamicsRow } from '../../../clients/dynamics/types';
import type { Actor, Ledger } from './ledger';
import { TABLE_METADATA } from './metadata';
import { clock } from './time';

export type Row = DynamicsRow;
/** As `POST /_sim/dynamics/edit` takes them. */
export interface Operation {
  op: string;
  table: string;
  id?: string;
  values?: Row;
  winner?: string;
  loser?: string;
  teamid?: string;
  systemuserid?: string;
}

/** What one write does to one row; no row after it: a deletion. */
interface Change {
  table: string;
  id: string;
  version: number;
  after: Row | undefined;
}

/** Refused by the system itself, in the words by which an edit is left out (operations.ts). */
const refused = (why: string): Error => new Error(`an edit answered 400: ${why}`);

/** Lookups that stay as they are when their target goes. */
const KEPT = new Set(['_ownerid_value']);

/** An organisation's rows: what people do to them, and which version each has. */
export class Organisation {
  readonly tables = new Map<string, Map<string, Row>>();
  /** Rows that are gone, with the version of their end. */
  readonly tombstones: { table: string; id: string; version: number }[] = [];
  /** Transactions that are still open: their versions are given out. */
  #open: Change[][] = [];
  #version = 1_000;

  constructor(private readonly ledger: Ledger) {}

  rows(table: string): Map<string, Row> {
    const known = this.tables.get(table) ?? new Map<string, Row>();
    this.tables.set(table, known);
    return known;
  }

  /** The highest version of which everything is visible; `all`: that was given out. */
  version(all = false): number {
    const open = this.#open.flat().map(({ version }) => version);
    return all || open.length === 0 ? this.#version : Math.min(...open) - 1;
  }

  seed(tables: Readonly<Record<string, readonly object[]>>): void {
    for (const [table, rows] of Object.entries(tables))
      for (const row of rows as Row[]) {
        const change = this.#creation(table, String(row[`${table}id`]), row);
        this.#commit([change], { by: 'data' });
      }
  }

  edit(...operations: Operation[]): void {
    this.#commit(
      operations.flatMap((operation) => this.#changesOf(operation)),
      { by: 'user' },
    );
  }

  /** Runs a transaction and leaves it open: nobody sees its rows, and nobody else may write them. */
  hold(...operations: Operation[]): void {
    this.#open.push(operations.flatMap((operation) => this.#changesOf(operation)));
  }

  release(): void {
    const open = this.#open;
    this.#open = [];
    for (const changes of open) this.#commit(changes, { by: 'user' });
  }

  /** All that it holds, but for transactions that are open: what `load` takes. */
  dump() {
    if (this.#open.length > 0) throw new Error('a transaction is open: release it first');
    const tables = Object.fromEntries([...this.tables].map(([name, rows]) => [name, [...rows.values()]]));
    return { tables, tombstones: [...this.tombstones], version: this.#version };
  }

  load({ tables, tombstones, version }: ReturnType<Organisation['dump']>): void {
    for (const [table, rows] of Object.entries(tables))
      this.tables.set(table, new Map(rows.map((row) => [String(row[`${table}id`]), row])));
    this.tombstones.push(...tombstones);
    this.#version = version;
  }

  isLocked(table: string, id: string): boolean {
    return this.#open.some((changes) => changes.some((one) => one.table === table && one.id === id));
  }

  /** A row that the service makes; nothing where one of that id is there. @returns its version. */
  create(table: string, id: string, values: Row, actor: Actor): number | undefined {
    if (this.rows(table).has(id)) return undefined;
    const change = this.#creation(table, id, values);
    this.#commit([change], actor);
    return change.version;
  }

  /** The service's own write. @returns the row's new version. */
  update(table: string, id: string, values: Row, actor: Actor): number {
    const change = this.#update(table, id, values);
    this.#commit([change], actor);
    return change.version;
  }

  #commit(changes: readonly Change[], actor: Actor): void {
    for (const { table, id, version, after } of changes) {
      const rows = this.rows(table);
      const before = rows.get(id);
      if (after) rows.set(id, after);
      else {
        rows.delete(id);
        this.tombstones.push({ table, id, version });
      }
      const lost = after?.merged === true && before?.merged !== true && { into: String(after._masterid_value) };
      this.ledger.version('dynamics', { table, id, version, ...lost }, actor, before, after);
    }
  }

  #changesOf({ op, table, id = '', values = {}, winner = '', loser = '', teamid, systemuserid }: Operation): Change[] {
    switch (op) {
      case 'create':
        return this.#creations(table, id || randomUUID(), values);
      case 'update':
        return [this.#update(table, id, values)];
      case 'delete':
        return this.#deletion(table, id);
      case 'merge':
        return this.#merger(table, winner, loser);
      case 'addMember':
        return this.#creations('teammembership', randomUUID(), { teamid, systemuserid });
      default:
        throw new Error(`the memory organisation knows no ${op}`);
    }
  }

  /** A connection is stored as a pair (dataverse-api §9.5). */
  #creations(table: string, id: string, values: Row): Change[] {
    if (table !== 'connection') return [this.#creation(table, id, values)];
    const other = randomUUID();
    const back = {
      _record1id_value: values._record2id_value,
      _record1id_type: values._record2id_type,
      _record2id_value: values._record1id_value,
      _record2id_type: values._record1id_type,
      _relatedconnectionid_value: id,
    };
    return [
      this.#creation(table, id, { ...values, _relatedconnectionid_value: other }),
      this.#creation(table, other, back),
    ];
  }

  #creation(table: string, id: string, values: Row): Change {
    if (this.rows(table).has(id)) throw refused('a row of that id is there');
    const now = stamp();
    const owner = { _ownerid_value: USER, _ownerid_type: 'systemuser' };
    const first = { statecode: 0, statuscode: 1, ...(OWNERLESS.has(table) ? {} : owner), createdon: now };
    const filled = defaultsOf(table);
    return this.#change(table, id, {
      ...first,
      ...filled,
      ...coded(table, values),
      [`${table}id`]: id,
      modifiedon: now,
    });
  }

  #update(table: string, id: string, values: Row): Change {
    const before = this.rows(table).get(id);
    if (!before) throw refused('there is no such row');
    if (this.isLocked(table, id)) throw refused('another transaction holds the row');
    return this.#change(table, id, { ...before, ...coded(table, values), modifiedon: stamp() });
  }

  /** The other half of a connection goes too, and what goes with its customer or its end; other lookups to the row are emptied. */
  #deletion(table: string, id: string): Change[] {
    const gone: Change[] = [];
    this.#remove(table, id, gone);
    const ids = new Set(gone.map((one) => one.id));
    return [...gone, ...this.#repointed(ids, () => null, gone)];
  }

  #remove(table: string, id: string, gone: Change[]): void {
    if (gone.some((one) => one.id === id)) return;
    const row = this.rows(table).get(id);
    if (!row || this.isLocked(table, id)) throw refused('the row is not there, or held');
    gone.push(this.#change(table, id, undefined));
    const pair = String(row._relatedconnectionid_value ?? '');
    if (table === 'connection' && this.rows(table).has(pair)) this.#remove(table, pair, gone);
    for (const [holders, lookup] of GO_WITH)
      for (const [holder, values] of [...this.rows(holders)])
        if (values[lookup] === id && values[typeOf(lookup)] === table) this.#remove(holders, holder, gone);
  }

  /** What pointed to the loser points to the winner; the loser is closed and names its master (dataverse-api §5.7). */
  #merger(table: string, winner: string, loser: string): Change[] {
    if ([winner, loser].some((id) => this.rows(table).get(id)?.statecode !== 0)) throw refused('an inactive row');
    const closed = { merged: true, _masterid_value: winner, statecode: table === 'lead' ? 2 : 1 };
    const moved = this.#repointed(new Set([loser]), (name) => (name.endsWith('_type') ? table : winner), []);
    return [...moved, this.#update(table, loser, closed), this.#update(table, winner, {})];
  }

  /** Every row with a lookup to one of these, with another value in its place; but for those that are changed anyhow. */
  #repointed(ids: ReadonlySet<unknown>, instead: (column: string) => string | null, but: readonly Change[]): Change[] {
    const changes: Change[] = [];
    for (const [table, rows] of this.tables)
      for (const [holder, values] of rows) {
        const held = Object.keys(values).filter(
          (name) => name.endsWith('_value') && ids.has(values[name]) && !KEPT.has(name),
        );
        if (held.length === 0 || but.some((one) => one.id === holder) || this.isLocked(table, holder)) continue;
        const names = held.flatMap((name) => [name, ...(typeOf(name) in values ? [typeOf(name)] : [])]);
        changes.push(this.#update(table, holder, Object.fromEntries(names.map((name) => [name, instead(name)]))));
      }
    return changes;
  }

  #change(table: string, id: string, after: Row | undefined): Change {
    this.#version += 1;
    return { table, id, version: this.#version, after: after && { ...after, versionnumber: this.#version } };
  }
}

/** The name under which a lookup's kind of target stands beside its value. */
const typeOf = (name: string): string => name.replace(/_value$/, '_type');

/** Lookups of rows that go with what they name. */
const GO_WITH = [
  ['contact', '_parentcustomerid_value'],
  ['opportunity', '_customerid_value'],
  ['connection', '_record1id_value'],
  ['connection', '_record2id_value'],
] as const;
const OWNERLESS = new Set(['systemuser', 'team', 'teammembership', 'connectionrole']);
const stamp = (): string => `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;

/** `x_label` gives an option by its label. */
function coded(table: string, values: Row): Row {
  if (!Object.keys(values).some((name) => name.endsWith('_label'))) return values;
  const columns = TABLE_METADATA.get(table)?.columns ?? {};
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const column = name.endsWith('_label') ? columns[name.slice(0, -'_label'.length)] : undefined;
      if (!column) return [name, value];
      const code = Object.entries(column.options ?? {}).find(([, label]) => label === value)?.[0];
      return [column.logicalName, code === undefined ? null : Number(code)];
    }),
  );
}

/** What Dynamics puts into a new row where nobody says anything of the column. */
const defaultsOf = (table: string): Row =>
  Object.fromEntries(
    Object.values(TABLE_METADATA.get(table)?.columns ?? {}).flatMap(({ logicalName, default: value }) =>
      value === undefined ? [] : [[logicalName, value]],
    ),
  );

import { guid } from '../../../clients/dynamics/checks';
import type {
  CreateOutcome,
  DynamicsClient,
  DynamicsPage,
  PatchOutcome,
  ReadPageRequest,
  RowCreate,
  RowPatch,
} from '../../../clients/dynamics/types';
import { ApiError } from '../../../clients/errors';
import type { Actor } from './ledger';
import { isLong } from './long';
import { TABLE_METADATA, TABLES } from './metadata';
import type { Organisation, Row } from './organisation';
import type { Line, Told, Wire } from './wire';

/** Of the simulator's switches those that a delta knows (docs/simulators.md). */
export interface DynamicsSwitches {
  deltaTokenFrom: 'first' | 'last';
  deltaOverlap: boolean;
  deltaShuffle: boolean;
}

/** What a link stands for; the link itself is opaque but for the version that a delta token shows. */
type Link =
  | { kind: 'next'; request: ReadPageRequest; after: string; token: number }
  | { kind: 'delta'; table: string; select: string[]; after: number; expired?: boolean };

/** So many rows from before the token are told again where deltas overlap. */
const OVERLAP = 2;

/** Dynamics over an organisation in memory: tracked reads, deltas and guarded updates. */
export class MemoryDynamics {
  readonly #links = new Map<string, Link>();

  constructor(
    private readonly organisation: Organisation,
    private readonly wire: Wire,
    private readonly switches: DynamicsSwitches,
    private readonly pageRows: number,
  ) {}

  /** Every delta token of the table that was given out is too old from now on. */
  expire(table: string): void {
    for (const link of this.#links.values()) if (link.kind === 'delta' && link.table === table) link.expired = true;
  }

  /** The links that were given out: what `load` takes. */
  dump(): [string, Link][] {
    return [...this.#links];
  }

  load(links: ReturnType<MemoryDynamics['dump']>): void {
    for (const [name, link] of links) this.#links.set(name, link);
  }

  /** @param line of the process that it is for */
  client(line: Line): DynamicsClient {
    const call = <T>(operation: string, work: (actor: Actor) => T, write = false): Promise<T> =>
      line.call('dynamics', operation, write, work);
    const read = <T>(operation: string, more: Told, work: () => T): Promise<T> =>
      line.call('dynamics', operation, false, work, more);
    return {
      organisation: () => call('organisation', () => ORGANISATION),
      table: (name) =>
        call('table', () => {
          const table = TABLE_METADATA.get(name);
          if (table) return table;
          throw new ApiError({ api: 'dynamics', operation: 'table', kind: 'configuration', about: name });
        }),
      readPage: (request) =>
        read('rows.read', { endpoint: `GET ${request.set}` }, () =>
          this.#page(request, '', this.organisation.version()),
        ),
      follow: (link) =>
        read('link.follow', this.#links.get(link)?.kind === 'delta' ? { changes: true } : {}, () => this.#follow(link)),
      readByIds: (set, _idColumn, ids, select, onTooLarge) =>
        line.call(
          'dynamics',
          'rows.read-by-ids',
          false,
          () => {
            const rows = this.organisation.rows(tableOf(set));
            return [...new Set(ids)].flatMap((id) => {
              const known = guid('rows.read-by-ids', id);
              const row = rows.get(known);
              return row ? this.#short(known, selected(row, select), onTooLarge) : [];
            });
          },
          { endpoint: `GET ${set}`, keys: ids.map((id) => id.toLowerCase()) },
          ids.map((id) => ({ id })),
        ),
      count: (set) => call('count', () => this.organisation.rows(tableOf(set)).size),
      patch: (patches) =>
        line.call(
          'dynamics',
          'rows.patch',
          true,
          (actor) => this.#patch(patches, actor),
          { keys: patches.map(({ id }) => id.toLowerCase()) },
          patches.map(plain),
        ),
      create: (rows) =>
        line.call(
          'dynamics',
          'rows.create',
          true,
          (actor) =>
            rows.map((row): CreateOutcome => {
              if (this.wire.failsAt('dynamics', plain(row))) return failed('rows.create');
              const { set, id, values } = row;
              const version = this.organisation.create(tableOf(set), id, values, actor);
              return version === undefined ? { status: 'exists' } : { status: 'created', version };
            }),
          {},
          rows.map(plain),
        ),
      // No rules: duplicates are what users do, and are not looked for.
      duplicates: () => call('duplicates', () => []),
    };
  }

  /** As the client has it: a page ends before a row that is over the bound of an answer, and is refused where that is its first. */
  #untilLong(rows: Row[], select: readonly string[]): Row[] {
    const at = rows.findIndex((row) => isLong(selected(row, select)));
    if (at === 0) this.#tellLong('rows.read');
    return at === -1 ? rows : rows.slice(0, at);
  }

  #short(id: string, row: Row, onTooLarge: ((id: string) => void) | undefined): Row[] {
    if (!isLong(row)) return [row];
    if (!onTooLarge) return this.#tellLong('rows.read-by-ids', id);
    this.wire.ledger.long('dynamics');
    onTooLarge(id);
    return [];
  }

  #tellLong(operation: string, key?: string): never {
    this.wire.ledger.long('dynamics');
    throw new ApiError({ api: 'dynamics', operation, kind: 'too-large', ...(key !== undefined && { key }) });
  }

  #follow(link: string): DynamicsPage {
    const known = this.#links.get(link);
    if (!known || (known.kind === 'delta' && known.expired))
      throw new ApiError({ api: 'dynamics', operation: 'link.follow', kind: 'expired-token', status: 400 });
    return known.kind === 'next' ? this.#page(known.request, known.after, known.token) : this.#delta(known);
  }

  /** In the order of the key, as pages come; rows that come while one reads on are met or not by their place in it. */
  #page(request: ReadPageRequest, after: string, token: number): DynamicsPage {
    const { set, select, track, filter, orderby, pageSize } = request;
    const table = tableOf(set);
    const key = `${table}id`;
    const rows = [...this.organisation.rows(table).values()].filter(
      (row) => String(row[key]) > after && passes(row, filter),
    );
    const size = Math.min(pageSize, this.pageRows);
    if (orderby)
      rows.sort((a, b) => (Number(a.versionnumber) - Number(b.versionnumber)) * (orderby.endsWith('desc') ? -1 : 1));
    else rows.sort((a, b) => (String(a[key]) < String(b[key]) ? -1 : 1));
    const found = this.#untilLong(rows.slice(0, orderby ? pageSize : size), select);
    const page: DynamicsPage = { rows: found.map((row) => selected(row, select)), deleted: [] };
    if (rows.length > found.length && !orderby)
      page.nextLink = this.#link({ kind: 'next', request, after: String(found.at(-1)?.[key]), token });
    else if (track) {
      const version = this.switches.deltaTokenFrom === 'first' ? token : this.organisation.version();
      page.deltaLink = this.#link({ kind: 'delta', table, select, after: version });
    }
    return page;
  }

  #delta({ table, select, after }: Extract<Link, { kind: 'delta' }>): DynamicsPage {
    const all = [...this.organisation.rows(table).values()].sort(
      (a, b) => Number(a.versionnumber) - Number(b.versionnumber),
    );
    const isNew = (row: Row) => Number(row.versionnumber) > after;
    const again = this.switches.deltaOverlap ? all.filter((row) => !isNew(row)).slice(-OVERLAP) : [];
    const rows = [...again, ...all.filter(isNew)];
    if (rows.some((row) => isLong(selected(row, select)))) this.#tellLong('link.follow');
    if (this.switches.deltaShuffle) rows.reverse();
    const gone = this.organisation.tombstones.filter((one) => one.table === table && one.version > after);
    return {
      rows: rows.map((row) => selected(row, select)),
      deleted: [...new Set(gone.map(({ id }) => id))].filter((id) => !this.organisation.rows(table).has(id)),
      deltaLink: this.#link({ kind: 'delta', table, select, after: this.organisation.version() }),
    };
  }

  #link(link: Link): string {
    const token = link.kind === 'delta' ? `?$deltatoken=${link.after}!` : '?$skiptoken=';
    const name = `memory:/${token}${this.#links.size}`;
    this.#links.set(name, link);
    return name;
  }

  #patch(patches: readonly RowPatch[], actor: Actor): PatchOutcome[] {
    return patches.map(({ set, id, version, values }): PatchOutcome => {
      const table = tableOf(set);
      const row = this.organisation.rows(table).get(id);
      if (!row) return { status: 'gone' };
      if (this.organisation.isLocked(table, id) || this.wire.failsAt('dynamics', { id, ...values })) {
        const fields = Object.keys(values);
        this.wire.ledger.refusal('dynamics', { table, code: '500', fields, id }, actor);
        return failed('rows.patch');
      }
      if (version !== undefined && version !== row.versionnumber) return { status: 'conflict' };
      return { status: 'updated', version: this.organisation.update(table, id, values, actor) };
    });
  }
}

/** A row and what is written of it, as one. */
const plain = ({ id, values }: RowCreate | RowPatch): Record<string, unknown> => ({ ...values, id });

const failed = (operation: string): Extract<PatchOutcome, { status: 'failed' }> => ({
  status: 'failed',
  error: new ApiError({ api: 'dynamics', operation, kind: 'transient', status: 500 }),
});

const ORGANISATION = {
  organizationId: '0f000000-0000-4000-8000-000000000001',
  url: 'memory:',
  uniqueName: 'memory',
  createdOn: '2020-01-01T00:00:00Z',
  userId: '0f000000-0000-4000-8000-000000000002',
  changeTrackingDays: 7,
};

const SETS: ReadonlyMap<string, string> = new Map(TABLES.map((table) => [`${table}s`, table]));
const tableOf = (set: string): string => SETS.get(set) ?? set;

/** The columns that were asked for; a lookup's with the kind of row that it leads to, where it leads anywhere. */
function selected(row: Row, select: readonly string[]): Row {
  const found: Row = {};
  for (const name of select) {
    found[name] = row[name] ?? null;
    const type = name.endsWith('_value') && row[name] ? row[name.replace(/_value$/, '_type')] : undefined;
    if (type) found[name.replace(/_value$/, '_type')] = type;
  }
  return found;
}

/** The filters that the service asks by: `versionnumber gt 7`, `modifiedon le 2026-01-05T08:45:00Z`, `_x_value eq … or _x_value eq …`. */
const passes = (row: Row, filter: string | undefined): boolean =>
  filter === undefined || filter.split(' or ').some((condition) => holds(row, condition));

function holds(row: Row, condition: string): boolean {
  const [, column = '', operator, operand = ''] = /^(\w+) (eq|ge|gt|le) '?([^\s']+)'?$/.exec(condition) ?? [];
  if (operator === 'eq') return String(row[column] ?? '').toLowerCase() === operand.toLowerCase();
  const number = (value: unknown) => (column === 'modifiedon' ? Date.parse(String(value)) : Number(value));
  const difference = number(row[column]) - number(operand);
  switch (operator) {
    case 'ge':
      return difference >= 0;
    case 'gt':
      return difference > 0;
    case 'le':
      return difference <= 0;
    default:
      throw new Error(`memory knows no filter ${condition}`);
  }
}

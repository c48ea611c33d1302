import type { Evidence } from './evidence';
import { Exceptions } from './exceptions';
import { interestOf, wire, wireType } from './history/interest';
import { Ledger } from './history/ledger';
import type { RecordHistory, Version } from './history/record';
import type { CheckedEntity } from './map';

export type Standing = 'eligible' | 'frozen' | 'excluded' | 'gone';

/** Support users and delegated administrators own nothing (dataverse-api §9.3); access teams are the platform's own (§9.4). */
const SERVICE_ACCESS = ['3', '5'];
const ACCESS_TEAM = '1';

const END = Number.POSITIVE_INFINITY;

export const guid = (value: unknown): string => String(value ?? '').toLowerCase();

/** Both systems as they were at any time, and how their records belong together. */
export class World {
  readonly dynamics: Ledger;
  readonly marketo: Ledger;
  readonly entities: ReadonlyMap<string, CheckedEntity>;
  readonly exceptions: Exceptions;
  private readonly carriers = new Map<string, Map<string, RecordHistory[]>>();
  private readonly takenOver = new Map<string, RecordHistory[]>();

  constructor(readonly evidence: Evidence) {
    const { map, service } = evidence;
    const interest = interestOf(map);
    this.dynamics = new Ledger('dynamics', service.dynamics, interest.dynamics).read(evidence.dynamics);
    this.marketo = new Ledger('marketo', service.marketo, interest.marketo).read(evidence.marketo);
    this.entities = new Map(map.entities.map((entity) => [entity.name, entity]));
    this.exceptions = new Exceptions(evidence.parked);
    for (const { object, key, kind } of map.entities) if (kind !== 'roles') this.indexKeys(object, key);
    if (map.personTeam) this.indexKeys(map.personTeam, 'microsoftId');
    for (const contact of this.dynamics.table('contact').values())
      for (const { value } of contact.moments('_originatingleadid_value'))
        if (value) append(this.takenOver, guid(value), contact);
  }

  rows(entity: string): ReadonlyMap<string, RecordHistory> {
    return this.dynamics.table(entity);
  }

  row(entity: string, id: string): RecordHistory | undefined {
    return this.dynamics.table(entity).get(id);
  }

  /** May the row be written? As its columns said at `seq`. */
  standing(entity: string, row: RecordHistory | undefined, seq = END): Standing {
    if (!row?.alive(seq)) return 'gone';
    const is = (column: string, ...values: string[]) => values.includes(String(row.value(column, seq)));
    if (entity === 'systemuser' && (row.value('applicationid', seq) || is('accessmode', ...SERVICE_ACCESS)))
      return 'excluded';
    if (entity === 'team' && is('teamtype', ACCESS_TEAM)) return 'excluded';
    if (entity === 'connection' && is('statecode', '1')) return 'excluded';
    return is(this.evidence.map.filterColumn, 'false') ? 'frozen' : 'eligible';
  }

  /** Records that ever carried the row's GUID. */
  carriersOf(object: string, id: string): readonly RecordHistory[] {
    return this.carriers.get(object)?.get(id) ?? [];
  }

  /** Records that live and carry the row's GUID. */
  counterparts({ object, key }: Pick<CheckedEntity, 'object' | 'key'>, id: string, seq = END): RecordHistory[] {
    return this.carriersOf(object, id).filter((record) => record.alive(seq) && guid(record.value(key, seq)) === id);
  }

  /** Did the worker die before it remembered what its call had done in Marketo? It had, once it sent another write, or at `known`. */
  diedBeforeKnowing({ seq: done, call }: Pick<Version, 'seq' | 'call'>, known = done): boolean {
    const answered = this.marketo.calls.ended(call);
    const until = Math.max(known, this.marketo.calls.nextWrite(answered));
    return (this.evidence.interrupted ?? []).some((seq) => seq > done && seq < until);
  }

  /** The row that a person belonged to at `seq`. */
  ownerOf(record: RecordHistory, seq = END): { entity: CheckedEntity; row: RecordHistory } | undefined {
    for (const entity of this.entitiesOf(record.table)) {
      const row = this.row(entity.name, guid(record.value(entity.key, seq)));
      if (row) return { entity, row };
    }
    return undefined;
  }

  /** The entities that are written to this table of Marketo. */
  entitiesOf(object: string): CheckedEntity[] {
    return this.evidence.map.entities.filter((entity) => entity.object === object && entity.kind !== 'roles');
  }

  /** Contacts that were ever said to come from this lead. */
  contactsOf(lead: string): readonly RecordHistory[] {
    return this.takenOver.get(lead) ?? [];
  }

  /** The existing contact that a lead was qualified into, where that might be written then or since: it stands for the lead from then on (dataverse-api §9.1). */
  qualifiedInto(lead: RecordHistory): RecordHistory | undefined {
    if (String(lead.value('statecode')) !== '1') return undefined;
    const since = lead.since('statecode', Number.MAX_SAFE_INTEGER);
    // One that has been deleted since is named no more; one that was merged away, neither.
    for (const { value } of lead.moments(wire('parentcontactid')).toReversed()) {
      const named = value ? this.row('contact', guid(value)) : undefined;
      // One that was merged away by then leads to its master.
      const master = named && this.row('contact', guid(named.value('_masterid_value')));
      for (const contact of [named, master]) {
        const times = [since, ...(contact?.versions ?? []).flatMap(({ seq }) => (seq > since ? [seq] : []))];
        if (times.some((seq) => this.standing('contact', contact, seq) === 'eligible')) return contact;
      }
    }
    return undefined;
  }

  private wentInto(lead: RecordHistory, contact: RecordHistory): boolean {
    return named(lead, wire('parentcontactid'), contact) && String(lead.value('statecode')) === '1';
  }

  /** A lookup's target, if it is a row of that table. */
  target(row: RecordHistory, column: string, table: string, seq = END): string | undefined {
    const value = row.value(wire(column), seq);
    const type = row.value(wireType(column), seq);
    if (!value || (type !== null && type !== undefined && type !== table)) return undefined;
    return guid(value);
  }

  /** The mergers of Dynamics: a subordinate's person is its master's business. */
  isMerged(row: RecordHistory): boolean {
    return row.value('merged') === true || row.versions.some(({ into }) => into !== undefined);
  }

  /** Rows whose persons went into that of this one: those that were merged into it, the leads that were qualified into it, and theirs. */
  *losersTo(row: RecordHistory, known = new Set([row])): Generator<{ entity: CheckedEntity; loser: RecordHistory }> {
    for (const entity of this.entitiesOf('leads'))
      for (const loser of this.rows(entity.name).values()) {
        const merged = loser.table === row.table && named(loser, '_masterid_value', row);
        const went = merged || (entity.type === 'Lead' && this.wentInto(loser, row));
        if (!went || known.has(loser)) continue;
        known.add(loser);
        yield { entity, loser };
        yield* this.losersTo(loser, known);
      }
  }

  /** Is a change of that time still within the time in which the entity need not have been looked at? */
  isYoung({ settleSeconds }: { settleSeconds?: number }, at: number): boolean {
    const until = Math.max(this.dynamics.until, this.marketo.until);
    return settleSeconds !== undefined && at > until - settleSeconds * 1_000;
  }

  private indexKeys(object: string, key: string): void {
    if (this.carriers.has(object)) return;
    const index = new Map<string, RecordHistory[]>();
    this.carriers.set(object, index);
    for (const record of this.marketo.table(object).values())
      for (const { value } of record.moments(key))
        if (value && !index.get(guid(value))?.includes(record)) append(index, guid(value), record);
  }
}

/** Did it ever? A merge of Dynamics makes what names the subordinate name its master. */
const named = (row: RecordHistory, column: string, other: RecordHistory): boolean =>
  row.moments(column).some(({ value }) => guid(value) === other.id);

function append<T>(index: Map<string, T[]>, key: string, value: T): void {
  const known = index.get(key);
  if (known) known.push(value);
  else index.set(key, [value]);
}

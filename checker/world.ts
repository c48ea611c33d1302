import type { Evidence } from './evidence';
import { Exceptions } from './exceptions';
import { interestOf, wire, wireType } from './history/interest';
import { Ledger } from './history/ledger';
import type { RecordHistory, Side } from './history/record';
import type { CheckedEntity } from './map';

export type Standing = 'eligible' | 'frozen' | 'excluded' | 'gone';

/** Support users and delegated administrators own nothing (dataverse-api §9.3); access teams are the platform's own (§9.4). */
const SERVICE_ACCESS = ['3', '5'];
const ACCESS_TEAM = '1';

const END = Number.POSITIVE_INFINITY;

/** A into B, B into C, …: longer chains than this are no chains. */
const HOPS = 6;

/** Entries within which a worker that has its answer has remembered it. */
const REMEMBERED_WITHIN = 30;

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

  /**
   * Did a worker die (or was it taken for dead) between this call of its and the moment at which it would have remembered what the call had
   * done? A worker remembers as soon as it has the answer: one that dies later has.
   *
   * @param call `seq` of a call of the service; of what came by none, nobody dies
   */
  diedBeforeKnowing(side: Side, call: number | undefined): boolean {
    if (call === undefined) return false;
    const until = this[side].calls.ended(call) + REMEMBERED_WITHIN;
    return (this.evidence.interrupted ?? []).some((seq) => seq > call && seq <= until);
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
    const changed = [lead, ...this.contactsNamedBy(lead)].flatMap(({ versions }) => versions.map(({ seq }) => seq));
    for (const seq of [since, ...changed.filter((one) => one > since)]) {
      const contact = this.contactFor(lead, seq);
      if (this.standing('contact', contact, seq) === 'eligible') return contact;
    }
    return undefined;
  }

  /** The contact that the lead named at `seq`; where that had been merged away by then, the one that stood for it. */
  private contactFor(lead: RecordHistory, seq: number): RecordHistory | undefined {
    let contact = this.row('contact', guid(lead.value(wire('parentcontactid'), seq)));
    for (let hop = 0; hop < HOPS && contact?.value('merged', seq) === true; hop += 1)
      contact = this.row('contact', guid(contact.value('_masterid_value', seq)));
    return contact;
  }

  /** Contacts that the lead has ever named, and those that they were merged into. */
  private contactsNamedBy(lead: RecordHistory): ReadonlySet<RecordHistory> {
    const found = new Set<RecordHistory>();
    const add = (record: RecordHistory, column: string) => {
      for (const { value } of record.moments(column)) {
        const contact = value ? this.row('contact', guid(value)) : undefined;
        if (!contact || found.has(contact)) continue;
        found.add(contact);
        add(contact, '_masterid_value');
      }
    };
    add(lead, wire('parentcontactid'));
    return found;
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

  /** Rows whose persons went into that of this one: those that were merged into it, the leads that were qualified into it or that it was made of, and theirs. */
  *losersTo(row: RecordHistory, known = new Set([row])): Generator<{ entity: CheckedEntity; loser: RecordHistory }> {
    for (const entity of this.entitiesOf('leads'))
      for (const loser of this.rows(entity.name).values()) {
        const merged = loser.table === row.table && named(loser, '_masterid_value', row);
        const isLead = entity.type === 'Lead';
        const went = merged || (isLead && (this.wentInto(loser, row) || named(row, '_originatingleadid_value', loser)));
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

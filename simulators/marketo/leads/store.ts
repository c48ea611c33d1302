import type { Ledger } from '../../common/ledger';
import type { Value, Values } from '../fields';
import { type LookupCase, lookupKey } from '../lookup-case';
import { version } from '../record';
import type { LeadFields } from './fields';

/** A lead as held: its values packed into one string (a million leads must fit in 2 GB). */
export interface Lead {
  id: number;
  packed: string;
  createdAt: number;
  /** As reads show it: the last change of a standard field. */
  updatedAt: number;
  /** The last change of any field. */
  changedAt: number;
  partition: number;
  /** Created by the API: some of what it shows follows from that (view.ts). */
  byApi: boolean;
}

type Index = Map<string, number | number[]>;

/** All leads, by id and by any field that was ever looked up; indexes are built at the first look and then kept. */
export class LeadStore {
  private readonly fields: LeadFields;
  private readonly cases: LookupCase;
  private readonly ledger: Ledger | undefined;
  private leads = new Map<number, Lead>();
  private indexes = new Map<string, Index>();
  private nextId = 1001;

  constructor(fields: LeadFields, cases: LookupCase, ledger?: Ledger) {
    this.fields = fields;
    this.cases = cases;
    this.ledger = ledger;
    this.indexes.set('email', new Map());
  }

  get size(): number {
    return this.leads.size;
  }

  get(id: number): Lead | undefined {
    return this.leads.get(id);
  }

  all(): IterableIterator<Lead> {
    return this.leads.values();
  }

  /** Drops the indexes, once the way values are compared has changed. */
  forgetIndexes(): void {
    this.indexes = new Map();
  }

  /** A value of this field as look-ups compare it. */
  key(name: string, value: Value): string {
    return lookupKey(this.cases, name, value);
  }

  /** Ids of the leads that hold this value in the field, oldest first. */
  find(name: string, value: Value): number[] {
    if (value === null) return [];
    if (name === 'id') return this.leads.has(Number(value)) ? [Number(value)] : [];
    const hit = this.index(name).get(this.key(name, value));
    return hit === undefined ? [] : typeof hit === 'number' ? [hit] : [...hit];
  }

  /** The id of somebody whom nobody will know. */
  takeId(): number {
    return this.nextId++;
  }

  insert(values: Values, at: number, partition: number): Lead {
    const packed = this.pack(values);
    const times = { createdAt: at, updatedAt: at, changedAt: at };
    const lead: Lead = { id: this.nextId++, packed, ...times, partition, byApi: false };
    this.leads.set(lead.id, lead);
    for (const [name, index] of this.indexes) this.enter(index, name, values[name], lead.id);
    this.ledger?.version(version('leads', lead.id, undefined, values));
    return lead;
  }

  /** Stores the whole new values; `before` are those it held. */
  replace(lead: Lead, before: Values, after: Values): void {
    lead.packed = this.pack(after);
    for (const [name, index] of this.indexes) {
      if (before[name] === after[name]) continue;
      this.leave(index, name, before[name], lead.id);
      this.enter(index, name, after[name], lead.id);
    }
    this.ledger?.version(version('leads', lead.id, before, after));
  }

  /** A write that changed nothing; only the ledger hears of it. */
  unchanged(lead: Lead): void {
    this.ledger?.version(version('leads', lead.id, {}, {}));
  }

  /** `into` = the winner, where it goes by a merge. */
  remove(lead: Lead, into?: number): void {
    const values = this.values(lead);
    for (const [name, index] of this.indexes) this.leave(index, name, values[name], lead.id);
    this.leads.delete(lead.id);
    this.ledger?.version(version('leads', lead.id, values, undefined, into));
  }

  /** The values set on the lead itself; what is absent is null. */
  values(lead: Lead): Values {
    const flat = JSON.parse(lead.packed) as (number | Value)[];
    const values: Values = {};
    for (let i = 0; i < flat.length; i += 2) {
      const field = this.fields.byId(flat[i] as number);
      if (field) values[field.name] = flat[i + 1] as Value;
    }
    return values;
  }

  private pack(values: Values): string {
    const flat: (number | Value)[] = [];
    for (const name in values) {
      const value = values[name];
      const field = value === null || value === undefined ? undefined : this.fields.get(name);
      if (field) flat.push(field.id, value as Value);
    }
    return JSON.stringify(flat);
  }

  private index(name: string): Index {
    const known = this.indexes.get(name);
    if (known) return known;
    const built: Index = new Map();
    for (const lead of this.leads.values()) this.enter(built, name, this.values(lead)[name], lead.id);
    this.indexes.set(name, built);
    return built;
  }

  private enter(index: Index, name: string, value: Value | undefined, id: number): void {
    if (value !== null && value !== undefined) addTo(index, this.key(name, value), id);
  }

  private leave(index: Index, name: string, value: Value | undefined, id: number): void {
    if (value !== null && value !== undefined) removeFrom(index, this.key(name, value), id);
  }
}

function addTo(index: Index, key: string, id: number): void {
  const hit = index.get(key);
  if (hit === undefined) index.set(key, id);
  else if (typeof hit === 'number') index.set(key, [hit, id]);
  else hit.push(id);
}

function removeFrom(index: Index, key: string, id: number): void {
  const hit = index.get(key);
  if (hit === id) index.delete(key);
  else if (Array.isArray(hit)) {
    const rest = hit.filter((one) => one !== id);
    if (rest.length === 0) index.delete(key);
    else index.set(key, rest);
  }
}

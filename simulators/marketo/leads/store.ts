import type { Value, Values } from '../fields';
import type { LeadFields } from './fields';

/** A lead as held: its values packed into one string (a million leads must fit in 2 GB). */
export interface Lead {
  id: number;
  packed: string;
  createdAt: number;
  updatedAt: number;
  partition: number;
}

type Index = Map<string, number | number[]>;

/** All leads, by id and by any field that was ever looked up; indexes are built at the first look and then kept. */
export class LeadStore {
  private readonly fields: LeadFields;
  private leads = new Map<number, Lead>();
  private indexes = new Map<string, Index>();
  private nextId = 1001;

  constructor(fields: LeadFields) {
    this.fields = fields;
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

  /** Ids of the leads that hold this value in the field, oldest first; e-mail without regard to case. */
  find(name: string, value: Value): number[] {
    if (value === null) return [];
    if (name === 'id') return this.leads.has(Number(value)) ? [Number(value)] : [];
    const hit = this.index(name).get(indexKey(name, value));
    return hit === undefined ? [] : typeof hit === 'number' ? [hit] : [...hit];
  }

  insert(values: Values, at: number, partition: number): Lead {
    const lead: Lead = { id: this.nextId++, packed: this.pack(values), createdAt: at, updatedAt: at, partition };
    this.leads.set(lead.id, lead);
    for (const [name, index] of this.indexes) addTo(index, name, values[name], lead.id);
    return lead;
  }

  /** Stores the whole new values; `before` are those it held. */
  replace(lead: Lead, before: Values, after: Values): void {
    lead.packed = this.pack(after);
    for (const [name, index] of this.indexes) {
      if (before[name] === after[name]) continue;
      removeFrom(index, name, before[name], lead.id);
      addTo(index, name, after[name], lead.id);
    }
  }

  remove(lead: Lead): void {
    const values = this.values(lead);
    for (const [name, index] of this.indexes) removeFrom(index, name, values[name], lead.id);
    this.leads.delete(lead.id);
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
    for (const lead of this.leads.values()) addTo(built, name, this.values(lead)[name], lead.id);
    this.indexes.set(name, built);
    return built;
  }
}

/** How a value is compared in look-ups: e-mail by lower case, all else exactly. */
export function indexKey(name: string, value: Value): string {
  return name === 'email' ? String(value).toLowerCase() : String(value);
}

function addTo(index: Index, name: string, value: Value | undefined, id: number): void {
  if (value === null || value === undefined) return;
  const key = indexKey(name, value);
  const hit = index.get(key);
  if (hit === undefined) index.set(key, id);
  else if (typeof hit === 'number') index.set(key, [hit, id]);
  else hit.push(id);
}

function removeFrom(index: Index, name: string, value: Value | undefined, id: number): void {
  if (value === null || value === undefined) return;
  const key = indexKey(name, value);
  const hit = index.get(key);
  if (hit === id) index.delete(key);
  else if (Array.isArray(hit)) {
    const rest = hit.filter((one) => one !== id);
    if (rest.length === 0) index.delete(key);
    else index.set(key, rest);
  }
}

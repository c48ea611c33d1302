import { randomUUID } from 'node:crypto';
import type { Ledger } from '../../common/ledger';
import type { Value, Values } from '../fields';
import { type LookupCase, lookupKey } from '../lookup-case';
import { tableOf, version } from '../record';
import type { ObjectType, StoredObject } from './types';

/** Records of one object type: by id, by dedupe key, and by any searchable field once it has been asked for. */
export class ObjectStore {
  readonly type: ObjectType;
  private readonly cases: LookupCase;
  private readonly ledger: Ledger | undefined;
  private records = new Map<string, StoredObject>();
  private keys = new Map<string, StoredObject>();
  private indexes = new Map<string, Map<string, Set<StoredObject>>>();
  private nextId = 1;

  constructor(type: ObjectType, cases: LookupCase, ledger?: Ledger) {
    this.type = type;
    this.cases = cases;
    this.ledger = ledger;
  }

  /** Builds the keys anew, once the way values are compared has changed. */
  forgetIndexes(): void {
    this.indexes = new Map();
    this.keys = new Map();
    for (const record of this.records.values()) this.keys.set(this.keyText(record.values), record);
  }

  all(): StoredObject[] {
    return [...this.records.values()];
  }

  byId(id: Value): StoredObject | undefined {
    return this.records.get(String(id));
  }

  /** The record with these values of the dedupe fields, in their order. */
  byKey(parts: Value[]): StoredObject | undefined {
    return this.keys.get(this.joined(parts));
  }

  keyOf(values: Values): Value[] {
    return this.type.dedupeFields.map((name) => values[name] ?? null);
  }

  /** All records holding the value in a field. */
  find(name: string, value: Value): StoredObject[] {
    if (name === this.type.idField) return [this.byId(value)].filter((one) => one !== undefined);
    let index = this.indexes.get(name);
    if (!index) {
      index = new Map();
      for (const record of this.records.values()) this.enter(index, name, record);
      this.indexes.set(name, index);
    }
    return [...(index.get(lookupKey(this.cases, name, value)) ?? [])];
  }

  insert(values: Values, at: number): StoredObject {
    const id = this.type.idField === 'id' ? this.nextId++ : randomUUID();
    const record: StoredObject = { id, values, createdAt: at, updatedAt: at };
    this.records.set(String(id), record);
    this.keys.set(this.keyText(values), record);
    for (const [name, index] of this.indexes) this.enter(index, name, record);
    this.note(record, undefined, values);
    return record;
  }

  replace(record: StoredObject, values: Values, at: number): void {
    this.note(record, record.values, values);
    for (const [name, index] of this.indexes) this.leave(index, name, record);
    this.keys.delete(this.keyText(record.values));
    record.values = values;
    record.updatedAt = at;
    this.keys.set(this.keyText(values), record);
    for (const [name, index] of this.indexes) this.enter(index, name, record);
  }

  remove(record: StoredObject): void {
    for (const [name, index] of this.indexes) this.leave(index, name, record);
    this.keys.delete(this.keyText(record.values));
    this.records.delete(String(record.id));
    this.note(record, record.values, undefined);
  }

  private note({ id }: StoredObject, before: Values | undefined, after: Values | undefined): void {
    this.ledger?.version(version(tableOf(this.type), id, before, after));
  }

  private enter(index: Map<string, Set<StoredObject>>, name: string, record: StoredObject): void {
    const value = record.values[name];
    if (value === null || value === undefined) return;
    const key = lookupKey(this.cases, name, value);
    const held = index.get(key);
    if (held) held.add(record);
    else index.set(key, new Set([record]));
  }

  private leave(index: Map<string, Set<StoredObject>>, name: string, record: StoredObject): void {
    const value = record.values[name];
    if (value === null || value === undefined) return;
    index.get(lookupKey(this.cases, name, value))?.delete(record);
  }

  /** The dedupe key of some values as records are told apart by it. */
  keyText(values: Values): string {
    return this.joined(this.keyOf(values));
  }

  private joined(parts: Value[]): string {
    const { dedupeFields } = this.type;
    return parts.map((part, index) => lookupKey(this.cases, dedupeFields[index] ?? '', part)).join('\u0000');
  }
}

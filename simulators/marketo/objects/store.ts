import { randomUUID } from 'node:crypto';
import type { Value, Values } from '../fields';
import type { ObjectType, StoredObject } from './types';

/** Records of one object type: by id, by dedupe key, and by any searchable field once it has been asked for. */
export class ObjectStore {
  readonly type: ObjectType;
  private records = new Map<string, StoredObject>();
  private keys = new Map<string, StoredObject>();
  private indexes = new Map<string, Map<string, Set<StoredObject>>>();
  private nextId = 1;

  constructor(type: ObjectType) {
    this.type = type;
  }

  all(): StoredObject[] {
    return [...this.records.values()];
  }

  byId(id: Value): StoredObject | undefined {
    return this.records.get(String(id));
  }

  /** The record with these values of the dedupe fields, in their order. */
  byKey(parts: Value[]): StoredObject | undefined {
    return this.keys.get(joined(parts));
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
    return [...(index.get(folded(name, value)) ?? [])];
  }

  insert(values: Values, at: number): StoredObject {
    const id = this.type.idField === 'id' ? this.nextId++ : randomUUID();
    const record: StoredObject = { id, values, createdAt: at, updatedAt: at };
    this.records.set(String(id), record);
    this.keys.set(joined(this.keyOf(values)), record);
    for (const [name, index] of this.indexes) this.enter(index, name, record);
    return record;
  }

  replace(record: StoredObject, values: Values, at: number): void {
    for (const [name, index] of this.indexes) this.leave(index, name, record);
    this.keys.delete(joined(this.keyOf(record.values)));
    record.values = values;
    record.updatedAt = at;
    this.keys.set(joined(this.keyOf(values)), record);
    for (const [name, index] of this.indexes) this.enter(index, name, record);
  }

  remove(record: StoredObject): void {
    for (const [name, index] of this.indexes) this.leave(index, name, record);
    this.keys.delete(joined(this.keyOf(record.values)));
    this.records.delete(String(record.id));
  }

  private enter(index: Map<string, Set<StoredObject>>, name: string, record: StoredObject): void {
    const value = record.values[name];
    if (value === null || value === undefined) return;
    const key = folded(name, value);
    const held = index.get(key);
    if (held) held.add(record);
    else index.set(key, new Set([record]));
  }

  private leave(index: Map<string, Set<StoredObject>>, name: string, record: StoredObject): void {
    const value = record.values[name];
    if (value === null || value === undefined) return;
    index.get(folded(name, value))?.delete(record);
  }
}

function joined(parts: Value[]): string {
  return parts.map(String).join('\u0000');
}

function folded(name: string, value: Value): string {
  return name === 'email' ? String(value).toLowerCase() : String(value);
}

import type { Reason } from '../errors';
import type { Field, Values } from '../fields';
import type { Instance } from '../instance';
import type { Area } from '../router';

/** What distinguishes one kind of record from another; all else is the generic contract of marketo-api §6.1. */
export interface ObjectType {
  name: string;
  displayName: string;
  description: string | null;
  area: Area;
  idField: 'id' | 'marketoGUID';
  dedupeFields: string[];
  /** Each one a field, or a compound of several. */
  searchable: string[][];
  fields: Map<string, Field>;
  relationships?: { field: string; type: string; relatedTo: { name: string; field: string } }[];
  /** `dedupeBy: idField` only with updateOnly (opportunities, roles, custom objects; §6.1.4). */
  idOnlyForUpdate: boolean;
  createdAt: number;
  updatedAt: number;
}

export interface StoredObject {
  id: string | number;
  values: Values;
  createdAt: number;
  updatedAt: number;
}

/** Rules of a type that look at other records. */
export interface ObjectRules {
  /** Faults of the values sent (links to nothing, for example); `before` is null on a create. */
  check?(instance: Instance, sent: Values, before: Values | null): Reason[];
  /** Why the record cannot be deleted now. */
  inUse?(instance: Instance, record: StoredObject): Reason | undefined;
  /** What else happens once a record has changed. */
  changed?(instance: Instance, before: Values, after: Values, requestId: string): void;
  removed?(instance: Instance, record: StoredObject): void;
}

import type { Row } from '../types';

/** What a column holds, as far as comparing goes. */
export type Kind = 'text' | 'number' | 'boolean' | 'time' | 'id';

/** How a name of the filter is read from an item. */
export interface Property<T> {
  read: (item: T) => unknown;
  /** Absent where literals are not checked (metadata). */
  kind?: Kind;
  /** A navigation property, which compares with null only. */
  navigation?: boolean;
  /** For the hierarchical functions: the ids above an id, nearest first. */
  above?: (id: string) => readonly string[];
}

/** What the names of a $filter mean. */
export interface Scope<T> {
  /** Throws 400 0x80060888 where there is no such name; a query function may name a lookup by its logical name. */
  property(name: string, ofFunction?: boolean): Property<T>;
  /** The rows of a collection-valued navigation property, and what names mean within `any(variable:…)`. */
  collection?(path: string, variable: string): { rows: (item: T) => readonly Row[]; inner: Scope<Row> };
  /** Milliseconds since the epoch, for LastXDays and its like. */
  now?: number;
  userId?: string;
  businessUnitId?: string;
}

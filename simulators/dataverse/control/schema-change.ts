import type { Option } from '../types';

/** A change of a table's schema while the organisation runs (dataverse-api §4.4, §12.6). */
export interface SchemaChange {
  table: string;
  do: string;
  /** addColumn, retype: the short form of schema/define.ts (`new_code:s20`, `new_level:p`); else the column's name. */
  column?: string;
  /** addColumn, retype: options of a choice. */
  options?: Option[];
  maxLength?: number;
  min?: number;
  max?: number;
  required?: boolean;
  /** setDefault; null = none. */
  default?: unknown;
  value?: number;
  label?: string;
  /** Of a status reason: the state it belongs to. */
  state?: number;
  on?: boolean;
  /** addKey, removeKey. */
  name?: string;
  columns?: string[];
}

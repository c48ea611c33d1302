import { type Column, isLookup, navigationName, type Row, type Table, type Value } from '../types';
import { columnOf } from './columns';
import { formatted } from './formatted';

export type Project = (row: Row) => string;

/** Text that stands in JSON as it is: no quote, backslash, control character or half of a surrogate pair. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** One value as JSON; JSON.stringify only where a character asks for it, since pages hold 100,000 values. */
export function json(value: Value | undefined): string {
  if (typeof value === 'string') return PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
  return value === undefined || value === null ? 'null' : String(value);
}

/** The columns a $select means: the primary key always; a money column brings its currency (dataverse-api §3.1). */
export function selected(table: Table, select: readonly string[] | undefined): Column[] {
  if (!select || select.length === 0) return [...table.columns.values()];
  const columns = new Set(select.map((name) => columnOf(table, name)));
  const currency = table.columns.get('transactioncurrencyid');
  if (currency && [...columns].some((column) => column.type === 'Money')) columns.add(currency);
  columns.add(table.columns.get(table.primaryId)!);
  return [...columns];
}

/**
 * Compiles a $select into a function that writes a row as JSON text, etag first. Formatted values and lookup
 * annotations come where `annotations` asks for them; `nameOf` gives the display name of a lookup's row.
 */
export function compileProjection(
  table: Table,
  select: readonly string[] | undefined,
  annotations: ((name: string) => boolean) | undefined,
  nameOf: (table: string, id: string) => string | null,
): Project {
  const columns = selected(table, select);
  const plain = columns.map((column) => ({ wire: column.wire, prefix: `,${JSON.stringify(column.wire)}:` }));
  const base: Project = (row) => {
    let text = `"@odata.etag":"W/\\"${row.versionnumber}\\""`;
    for (const { wire, prefix } of plain) text += prefix + json(row[wire]);
    return text;
  };
  if (!annotations) return (row) => `{${base(row)}}`;
  const extras = columns.map((column) => annotate(column, annotations, nameOf));
  return (row) => `{${base(row)}${extras.map((extra) => extra(row)).join('')}}`;
}

function annotate(
  column: Column,
  wanted: (name: string) => boolean,
  nameOf: (table: string, id: string) => string | null,
): Project {
  const showFormatted = wanted('OData.Community.Display.V1.FormattedValue');
  const showType = isLookup(column) && wanted('Microsoft.Dynamics.CRM.lookuplogicalname');
  const showNav = isLookup(column) && wanted('Microsoft.Dynamics.CRM.associatednavigationproperty');
  return (row) => {
    const value = row[column.wire];
    if (value === null || value === undefined) return ''; // annotations of a null are absent
    const type = isLookup(column) ? targetOf(column, row) : undefined;
    let text = '';
    if (showFormatted) {
      const label = type === undefined ? formatted(column, value) : nameOf(type, String(value));
      if (label !== null) {
        text += `,${JSON.stringify(`${column.wire}@OData.Community.Display.V1.FormattedValue`)}:${json(label)}`;
      }
    }
    if (showType && type !== undefined) {
      text += `,${JSON.stringify(`${column.wire}@Microsoft.Dynamics.CRM.lookuplogicalname`)}:${json(type)}`;
    }
    if (showNav && type !== undefined) {
      const nav = navigationName(column, type);
      text += `,${JSON.stringify(`${column.wire}@Microsoft.Dynamics.CRM.associatednavigationproperty`)}:${json(nav)}`;
    }
    return text;
  };
}

function targetOf(column: Column, row: Row): string | undefined {
  const kept = row[`_${column.name}_type`];
  return typeof kept === 'string' ? kept : column.targets?.[0];
}

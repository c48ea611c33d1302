import { badQuery } from '../errors';
import type { Column, Row, Table } from '../types';
import type { Property } from './filter';

/** The column of a name as it stands in $select or $filter; throws 400 0x80060888 (dataverse-api §3.1). */
export function columnOf(table: Table, name: string): Column {
  const column = table.wire.get(name);
  if (column) return column;
  throw badQuery(`Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${table.logicalName}'.`);
}

/** Reads a name of a $filter from rows; `nav/nav id` style paths are not served. */
export function rowProperty(table: Table): (name: string) => Property<Row> {
  return (name) => {
    const column = table.wire.get(name) ?? lookupShort(table, name) ?? columnOf(table, name);
    const wire = column.wire;
    return { read: (row) => row[wire], time: column.type === 'DateTime' };
  };
}

/** Query functions take a lookup's logical name as well (PropertyName='ownerid'). */
function lookupShort(table: Table, name: string): Column | undefined {
  return table.columns.get(name);
}

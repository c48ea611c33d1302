import { badPayload, DataverseError } from '../errors';
import { rangeOf } from '../schema/ranges';
import type { Column, Table, Value } from '../types';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Checks one value of a payload against its column and gives it as stored; throws what Dataverse answers. */
export function checkValue(table: Table, column: Column, value: unknown): Value {
  const wrong = (expected: string) =>
    badPayload(`Cannot convert the value of property '${column.name}' to the expected type '${expected}'.`);
  if (value === null) return null;
  switch (column.type) {
    case 'String':
    case 'Memo': {
      if (typeof value !== 'string') throw wrong('Edm.String');
      const longest = column.maxLength ?? Number.MAX_SAFE_INTEGER;
      if (value.length <= longest) return value === '' ? null : value;
      throw new DataverseError(
        400,
        '0x80044331',
        `A validation error occurred.  The length of the '${column.name}' attribute of the '${table.logicalName}' entity exceeded the maximum allowed length of '${longest}'.`,
      );
    }
    case 'Boolean':
      if (typeof value !== 'boolean') throw wrong('Edm.Boolean');
      return value;
    case 'Picklist':
    case 'State':
    case 'Status':
      if (!Number.isInteger(value)) throw wrong('Edm.Int32');
      return option(table, column, value as number);
    case 'MultiSelect': {
      if (typeof value !== 'string') throw wrong('Edm.String');
      for (const code of value.split(',').filter(Boolean)) option(table, column, Number(code));
      return value || null;
    }
    case 'Integer':
    case 'BigInt':
      if (!Number.isInteger(value)) throw wrong('Edm.Int32');
      return inRange(table, column, value as number);
    case 'Money':
    case 'Decimal':
    case 'Double':
      if (typeof value !== 'number') throw wrong('Edm.Decimal');
      return inRange(table, column, value);
    case 'DateTime':
      return date(column, value, wrong);
    case 'Uniqueidentifier':
      if (typeof value !== 'string' || !GUID.test(value)) throw wrong('Edm.Guid');
      return value.toLowerCase();
    default:
      throw wrong('a navigation property');
  }
}

/** Money beyond its range has a code of its own; other numbers are refused by validation, as a text too long is. */
function inRange(table: Table, column: Column, value: number): number {
  const [min, max] = rangeOf(column);
  if (value >= min && value <= max) return value;
  if (column.type === 'Money') throw new DataverseError(400, '0x80040317', 'The currency value is too large.');
  throw new DataverseError(
    400,
    '0x80044331',
    `A validation error occurred. The value ${value} of '${column.name}' on record of type '${table.logicalName}' is outside the valid range.`,
  );
}

function option(table: Table, column: Column, value: number): number {
  if (column.options?.some((candidate) => candidate.value === value)) return value;
  throw new DataverseError(
    400,
    '0x8004431a',
    `A validation error occurred. The value ${value} of '${column.name}' on record of type '${table.logicalName}' is outside the valid range. Accepted Values: ${column.options?.map((o) => o.value).join(',')}`,
  );
}

function date(column: Column, value: unknown, wrong: (expected: string) => Error): string {
  const expected = column.dateOnly ? 'Edm.Date' : 'Edm.DateTimeOffset';
  if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) throw wrong(expected);
  if (column.dateOnly) {
    if (!DATE.test(value)) throw wrong(expected);
    return value;
  }
  // a time without an offset is stored as if it were UTC (dataverse-api §3.3)
  const zoned = DATE.test(value) || /(Z|[+-]\d{2}:\d{2})$/i.test(value) ? value : `${value}Z`;
  return `${new Date(zoned).toISOString().slice(0, 19)}Z`;
}

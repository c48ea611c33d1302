import { badQuery } from '../errors';
import { rightsOn } from '../read/secured';
import { rangeOf } from '../schema/ranges';
import type { DataverseSettings } from '../settings';
import type { Column, ColumnType, Table } from '../types';
import { label, metadataId, schemaName } from './labels';
import { booleanSet, globalName, optionSet } from './option-sets';
import { shadows } from './shadows';

export type Metadata = Record<string, unknown>;

const TYPE_NAMES: Partial<Record<ColumnType, string>> = { MultiSelect: 'MultiSelectPicklistType' };
const typeName = (column: Column): string => TYPE_NAMES[column.type] ?? `${column.type}Type`;

/** Which columns a typed cast shows, and what is the OData type of a column. */
const CASTS: Record<string, ColumnType[]> = {
  StringAttributeMetadata: ['String'],
  MemoAttributeMetadata: ['Memo'],
  IntegerAttributeMetadata: ['Integer'],
  BigIntAttributeMetadata: ['BigInt'],
  DecimalAttributeMetadata: ['Decimal'],
  DoubleAttributeMetadata: ['Double'],
  MoneyAttributeMetadata: ['Money'],
  BooleanAttributeMetadata: ['Boolean'],
  DateTimeAttributeMetadata: ['DateTime'],
  UniqueIdentifierAttributeMetadata: ['Uniqueidentifier'],
  LookupAttributeMetadata: ['Lookup', 'Customer', 'Owner'],
  PicklistAttributeMetadata: ['Picklist'],
  MultiSelectPicklistAttributeMetadata: ['MultiSelect'],
  StateAttributeMetadata: ['State'],
  StatusAttributeMetadata: ['Status'],
};

/** The attributes of a table as metadata, all or those of one cast (`Microsoft.Dynamics.CRM.…AttributeMetadata`). */
export function attributes(settings: DataverseSettings, table: Table, cast?: string): Metadata[] {
  const types = cast === undefined ? undefined : CASTS[cast.replace('Microsoft.Dynamics.CRM.', '')];
  if (cast !== undefined && !types) throw badQuery(`The type '${cast}' is not an attribute type that can be cast to.`);
  const own = [...table.columns.values()]
    .filter((column) => !types || types.includes(column.type))
    .map((column) => attribute(settings, table, column));
  return [
    ...own,
    ...shadows(table).filter((shadow) => !cast || String(shadow['@odata.type']).endsWith(cast.slice(23))),
  ];
}

/** One attribute; the columns only a typed cast shows are there as well, and left to $select. */
function attribute(settings: DataverseSettings, table: Table, column: Column): Metadata {
  const type = Object.entries(CASTS).find(([, types]) => types.includes(column.type))![0];
  const primary = column.name === table.primaryId;
  return {
    '@odata.type': `#Microsoft.Dynamics.CRM.${type}`,
    LogicalName: column.name,
    SchemaName: schemaName(column.name, column.custom),
    AttributeType: column.type === 'MultiSelect' ? 'Virtual' : column.type,
    AttributeTypeName: { Value: typeName(column) },
    AttributeOf: null,
    EntityLogicalName: table.logicalName,
    IsValidForRead: true,
    IsValidForCreate: !column.readOnly,
    IsValidForUpdate: !column.readOnly && !primary,
    IsPrimaryId: primary,
    IsPrimaryName: column.name === table.primaryName,
    IsCustomAttribute: column.custom,
    IsSecured: rightsOn(settings, table.logicalName, column.name) !== undefined,
    RequiredLevel: { Value: column.required ? 'ApplicationRequired' : 'None', CanBeChanged: true },
    DisplayName: label(column.name),
    MetadataId: metadataId(table.logicalName, column.name),
    ...typed(table, column),
  };
}

function typed(table: Table, column: Column): Metadata {
  switch (column.type) {
    case 'String':
    case 'Memo':
      return { MaxLength: column.maxLength ?? 100, Format: 'Text' };
    case 'Integer':
      return range(column);
    case 'Decimal':
    case 'Double':
    case 'Money':
      return { Precision: column.type === 'Decimal' ? 10 : 2, ...range(column) };
    case 'DateTime':
      return {
        Format: column.dateOnly ? 'DateOnly' : 'DateAndTime',
        DateTimeBehavior: { Value: column.dateOnly ? 'DateOnly' : 'UserLocal' },
      };
    case 'Lookup':
    case 'Customer':
    case 'Owner':
      return { Targets: column.targets ?? [] };
    case 'Picklist':
    case 'MultiSelect':
    case 'State':
    case 'Status':
      return globalName(table, column) === undefined
        ? { ...formValue(column), OptionSet: optionSet(table, column), GlobalOptionSet: null }
        : { ...formValue(column), OptionSet: null, GlobalOptionSet: optionSet(table, column) };
    case 'Boolean':
      return { DefaultValue: column.default === true, OptionSet: booleanSet(table, column), GlobalOptionSet: null };
    default:
      return {};
  }
}

/** The default of a choice; -1 stands for none. */
const formValue = (column: Column): Metadata => ({ DefaultFormValue: column.default ?? -1 });

function range(column: Column): Metadata {
  const [MinValue, MaxValue] = rangeOf(column);
  return { MinValue, MaxValue };
}

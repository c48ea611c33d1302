import { badQuery } from '../errors';
import type { Column, ColumnType, Option, Table } from '../types';
import { label, metadataId, schemaName } from './labels';

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
export function attributes(table: Table, cast?: string): Metadata[] {
  const types = cast === undefined ? undefined : CASTS[cast.replace('Microsoft.Dynamics.CRM.', '')];
  if (cast !== undefined && !types) throw badQuery(`The type '${cast}' is not an attribute type that can be cast to.`);
  return [...table.columns.values()]
    .filter((column) => !types || types.includes(column.type))
    .map((column) => attribute(table, column));
}

/** One attribute; the columns only a typed cast shows are there as well, and left to $select. */
export function attribute(table: Table, column: Column): Metadata {
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
    IsSecured: false,
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
      return { MinValue: -2_147_483_648, MaxValue: 2_147_483_647 };
    case 'Decimal':
    case 'Double':
    case 'Money':
      return { Precision: column.type === 'Decimal' ? 10 : 2, MinValue: -1e12, MaxValue: 1e12 };
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
      return { OptionSet: optionSet(table, column), GlobalOptionSet: null };
    case 'Boolean':
      return { OptionSet: booleanSet(table, column), GlobalOptionSet: null };
    default:
      return {};
  }
}

function option(item: Option): Metadata {
  const state = item.state === undefined ? {} : { State: item.state };
  const common = { Color: null, IsManaged: true, MetadataId: null };
  return { Value: item.value, Label: label(item.label), Description: label(''), ...common, ...state };
}

function optionSet(table: Table, column: Column): Metadata {
  return {
    Name: `${table.logicalName}_${column.name}`,
    OptionSetType: column.type === 'MultiSelect' ? 'Picklist' : column.type,
    IsGlobal: false,
    MetadataId: metadataId(table.logicalName, column.name, 'options'),
    Options: (column.options ?? []).map((item) =>
      column.type === 'State' ? { ...option(item), DefaultStatus: null, InvariantName: item.label } : option(item),
    ),
  };
}

function booleanSet(table: Table, column: Column): Metadata {
  const item = (value: number): Metadata =>
    option(column.options?.find((candidate) => candidate.value === value) ?? { value, label: value ? 'Yes' : 'No' });
  return {
    Name: `${table.logicalName}_${column.name}`,
    OptionSetType: 'Boolean',
    IsGlobal: false,
    MetadataId: metadataId(table.logicalName, column.name, 'options'),
    TrueOption: item(1),
    FalseOption: item(0),
  };
}

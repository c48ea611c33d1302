import { type Column, isLookup, type Table } from '../types';
import type { Metadata } from './attributes';
import { label, metadataId, schemaName } from './labels';

const LABELLED: ReadonlySet<string> = new Set(['Picklist', 'MultiSelect', 'State', 'Status', 'Boolean']);

/**
 * The attributes that only show another one's text or type (`ownerid` → `owneridname`, `owneridtype`): they are in the
 * metadata with AttributeOf set, and a $select that names one fails (dataverse-api §8).
 */
export function shadows(table: Table): Metadata[] {
  return [...table.columns.values()].flatMap((column) => {
    if (LABELLED.has(column.type)) return shadow(table, column, 'name', 'Virtual', 'AttributeMetadata');
    if (!isLookup(column)) return [];
    const text = shadow(table, column, 'name', 'String', 'StringAttributeMetadata');
    const typed = column.type !== 'Lookup' || (column.targets?.length ?? 0) > 1;
    return typed ? [...text, ...shadow(table, column, 'type', 'EntityName', 'EntityNameAttributeMetadata')] : text;
  });
}

function shadow(table: Table, column: Column, suffix: string, type: string, odataType: string): Metadata[] {
  const name = `${column.name}${suffix}`;
  if (table.columns.has(name)) return [];
  return [
    {
      '@odata.type': `#Microsoft.Dynamics.CRM.${odataType}`,
      LogicalName: name,
      SchemaName: schemaName(name, column.custom),
      AttributeType: type,
      AttributeTypeName: { Value: `${type}Type` },
      AttributeOf: column.name,
      EntityLogicalName: table.logicalName,
      IsValidForRead: true,
      IsValidForCreate: false,
      IsValidForUpdate: false,
      IsPrimaryId: false,
      IsPrimaryName: false,
      IsCustomAttribute: column.custom,
      IsSecured: false,
      RequiredLevel: { Value: 'None', CanBeChanged: true },
      DisplayName: label(name),
      MetadataId: metadataId(table.logicalName, name),
      ...(type === 'String' && { MaxLength: 160, Format: 'Text' }),
    },
  ];
}

import type { Table } from '../types';
import type { Metadata } from './attributes';
import { UNUSED } from './entity-properties';
import { label, managed, metadataId, schemaName } from './labels';

/** A table as EntityDefinitions shows it, without its attributes. */
export function definition(table: Table): Metadata {
  const schema = schemaName(table.logicalName, table.custom);
  return {
    ...UNUSED,
    LogicalName: table.logicalName,
    SchemaName: schema,
    EntitySetName: table.setName,
    LogicalCollectionName: table.setName,
    CollectionSchemaName: schemaName(table.setName, table.custom),
    PrimaryIdAttribute: table.primaryId,
    PrimaryNameAttribute: table.primaryName,
    OwnershipType: table.ownership,
    ChangeTrackingEnabled: table.tracked,
    CanChangeTrackingBeEnabled: managed(!table.intersect, 'canchangetrackingbeenabled'),
    IsCustomEntity: table.custom,
    IsManaged: !table.custom,
    IsIntersect: table.intersect,
    IsActivity: false,
    IsOptimisticConcurrencyEnabled: !table.intersect,
    ObjectTypeCode: table.objectTypeCode,
    TableType: 'Standard',
    DisplayName: label(table.logicalName),
    DisplayCollectionName: label(table.setName),
    MetadataId: metadataId(table.logicalName),
  };
}

/** Keys: the alternate keys of a table (dataverse-api §5.2). */
export const keys = (table: Table): Metadata[] =>
  table.keys.map(({ name, columns }) => ({
    LogicalName: name,
    SchemaName: name,
    EntityLogicalName: table.logicalName,
    KeyAttributes: columns,
    EntityKeyIndexStatus: 'Active',
    IsManaged: false,
    DisplayName: label(name),
    MetadataId: metadataId(table.logicalName, 'key', name),
  }));

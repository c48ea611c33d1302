import type { Database } from '../database';
import { isLookup, navigationName, type Table } from '../types';
import type { Metadata } from './attributes';
import { label, managed, metadataId, schemaName } from './labels';

/** A table as EntityDefinitions shows it, without its attributes. */
export function definition(table: Table): Metadata {
  return {
    LogicalName: table.logicalName,
    SchemaName: schemaName(table.logicalName, table.custom),
    EntitySetName: table.setName,
    LogicalCollectionName: table.setName,
    PrimaryIdAttribute: table.primaryId,
    PrimaryNameAttribute: table.primaryName,
    OwnershipType: table.ownership,
    ChangeTrackingEnabled: table.tracked,
    CanChangeTrackingBeEnabled: managed(!table.intersect, 'canchangetrackingbeenabled'),
    IsCustomEntity: table.custom,
    IsIntersect: table.intersect,
    IsOptimisticConcurrencyEnabled: !table.intersect,
    ObjectTypeCode: table.objectTypeCode,
    TableType: 'Standard',
    DisplayName: label(table.logicalName),
    DisplayCollectionName: label(table.setName),
    MetadataId: metadataId(table.logicalName),
  };
}

/** ManyToOneRelationships: one for each lookup and target. */
export function manyToOne(table: Table): Metadata[] {
  return [...table.columns.values()].filter(isLookup).flatMap((column) =>
    (column.targets ?? []).map((target) => ({
      SchemaName: `${table.logicalName}_${column.name}_${target}`,
      RelationshipType: 'OneToManyRelationship',
      ReferencingEntity: table.logicalName,
      ReferencingAttribute: column.name,
      ReferencedEntity: target,
      ReferencedAttribute: `${target}id`,
      ReferencingEntityNavigationPropertyName: navigationName(column, target),
      ReferencedEntityNavigationPropertyName: `${table.logicalName}_${column.name}_${target}`,
      IsCustomRelationship: column.custom,
      MetadataId: metadataId(table.logicalName, column.name, target),
    })),
  );
}

/** OneToManyRelationships: the lookups of all tables that point to this one. */
export function oneToMany(database: Database, table: Table): Metadata[] {
  return [...database.stores()].flatMap((store) =>
    manyToOne(store.table).filter((relationship) => relationship.ReferencedEntity === table.logicalName),
  );
}

/** ManyToManyRelationships: team and systemuser over teammembership (dataverse-api §9.4). */
export function manyToMany(table: Table): Metadata[] {
  if (table.logicalName !== 'team' && table.logicalName !== 'systemuser') return [];
  return [
    {
      SchemaName: 'teammembership_association',
      RelationshipType: 'ManyToManyRelationship',
      IntersectEntityName: 'teammembership',
      Entity1LogicalName: 'systemuser',
      Entity1IntersectAttribute: 'systemuserid',
      Entity1NavigationPropertyName: 'teammembership_association',
      Entity2LogicalName: 'team',
      Entity2IntersectAttribute: 'teamid',
      Entity2NavigationPropertyName: 'teammembership_association',
      MetadataId: metadataId('teammembership_association'),
    },
  ];
}

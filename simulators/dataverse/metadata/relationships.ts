import { deleteBehaviour, isParental } from '../cascade';
import type { Database } from '../database';
import { badQuery } from '../errors';
import { type OneToMany, oneToMany } from '../relationships';
import { type Column, navigationName, type Table } from '../types';
import type { Metadata } from './attributes';
import { managed, metadataId } from './labels';

const CASTS: Record<string, string> = {
  OneToManyRelationshipMetadata: 'OneToManyRelationship',
  ManyToManyRelationshipMetadata: 'ManyToManyRelationship',
};

/** ManyToOneRelationships: one for each lookup and target. */
export const manyToOne = (database: Database, table: Table): Metadata[] =>
  [...oneToMany(database)].filter((found) => found.table === table).map((found) => describe(database, found));

/** OneToManyRelationships: the lookups of all tables that point to this one. */
export const oneToManyOf = (database: Database, table: Table): Metadata[] =>
  [...oneToMany(database)]
    .filter((found) => found.target === table.logicalName)
    .map((found) => describe(database, found));

/** ManyToManyRelationships: team and systemuser over teammembership (dataverse-api §9.4). */
export const manyToMany = (table: Table): Metadata[] =>
  table.logicalName === 'team' || table.logicalName === 'systemuser' ? [MEMBERSHIP] : [];

/** `RelationshipDefinitions`, all or those of one cast; what a kind has by itself comes without a cast too, as recorded. */
export function relationships(database: Database, cast: string | undefined): Metadata[] {
  const all = [...[...oneToMany(database)].map((found) => describe(database, found)), MEMBERSHIP];
  if (cast === undefined) return all;
  const type = CASTS[cast.replace('Microsoft.Dynamics.CRM.', '')];
  if (!type) throw badQuery(`The type '${cast}' is not a relationship type that can be cast to.`);
  return all.filter((item) => item.RelationshipType === type);
}

function describe(database: Database, { name, table, column, target }: OneToMany): Metadata {
  return {
    '@odata.type': '#Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata',
    SchemaName: name,
    RelationshipType: 'OneToManyRelationship',
    ReferencingEntity: table.logicalName,
    ReferencingAttribute: column.name,
    ReferencedEntity: target,
    ReferencedAttribute: `${target}id`,
    ReferencingEntityNavigationPropertyName: navigationName(column, target),
    ReferencedEntityNavigationPropertyName: name,
    IsCustomRelationship: column.custom,
    IsValidForAdvancedFind: true,
    IsManaged: !column.custom,
    CascadeConfiguration: cascades(database, table, column),
    MetadataId: metadataId(table.logicalName, column.name, target),
  };
}

function cascades(database: Database, table: Table, column: Column): Metadata {
  const others = isParental(table, column) ? 'Cascade' : 'NoCascade';
  return {
    Assign: others,
    Delete: deleteBehaviour(database, table, column),
    Merge: 'Cascade',
    Reparent: others,
    Share: others,
    Unshare: others,
    RollupView: 'NoCascade',
  };
}

const MEMBERSHIP: Metadata = {
  '@odata.type': '#Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata',
  SchemaName: 'teammembership_association',
  RelationshipType: 'ManyToManyRelationship',
  IntersectEntityName: 'teammembership',
  Entity1LogicalName: 'systemuser',
  Entity1IntersectAttribute: 'systemuserid',
  Entity1NavigationPropertyName: 'teammembership_association',
  Entity2LogicalName: 'team',
  Entity2IntersectAttribute: 'teamid',
  Entity2NavigationPropertyName: 'teammembership_association',
  IsCustomRelationship: false,
  IsValidForAdvancedFind: true,
  IsManaged: true,
  IsCustomizable: managed(false, 'iscustomizable'),
  MetadataId: metadataId('teammembership_association'),
};

import type { ApiResponse, Context } from '../context';
import type { Database } from '../database';
import { noSuchResource } from '../errors';
import { type OneToMany, oneToMany } from '../relationships';
import { type Column, type ColumnType, isLookup, navigationName, type Table } from '../types';
import type { Segment } from '../web/path';

const EDM: Partial<Record<ColumnType, string>> = {
  String: 'Edm.String',
  Memo: 'Edm.String',
  MultiSelect: 'Edm.String',
  BigInt: 'Edm.Int64',
  Decimal: 'Edm.Decimal',
  Money: 'Edm.Decimal',
  Double: 'Edm.Double',
  Boolean: 'Edm.Boolean',
  Uniqueidentifier: 'Edm.Guid',
  Lookup: 'Edm.Guid',
  Customer: 'Edm.Guid',
  Owner: 'Edm.Guid',
};

/** `GET $metadata`: the service as CSDL, `?annotations=true` with what can be tracked (dataverse-api §4.1). */
export function readCsdl(context: Context, _first: Segment, [unknown]: readonly Segment[]): ApiResponse {
  if (unknown) throw noSuchResource(unknown.name);
  const annotated = context.query.get('annotations') === 'true' || context.prefer.annotations !== undefined;
  const body = csdl(context.database, annotated);
  return { status: 200, headers: { 'content-type': 'application/xml', 'odata-version': '4.0' }, body };
}

function csdl(database: Database, annotated: boolean): string {
  const tables = [...database.stores()].map(({ table }) => table);
  const lookups = [...oneToMany(database)];
  const types = tables.map((table) => entityType(table, lookups));
  const sets = tables.map((table) => entitySet(table, lookups, database, annotated));
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>' +
    '<Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">' +
    '<EntityType Name="crmbaseentity" Abstract="true" />' +
    '<EntityType Name="principal" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="ownerid" /></Key>' +
    '<Property Name="ownerid" Type="Edm.Guid" /></EntityType>' +
    types.join('') +
    '<ComplexType Name="WhoAmIResponse"><Property Name="BusinessUnitId" Type="Edm.Guid" Nullable="false" />' +
    '<Property Name="UserId" Type="Edm.Guid" Nullable="false" />' +
    '<Property Name="OrganizationId" Type="Edm.Guid" Nullable="false" /></ComplexType>' +
    '<Function Name="WhoAmI"><ReturnType Type="mscrm.WhoAmIResponse" Nullable="false" /></Function>' +
    `<EntityContainer Name="System">${sets.join('')}<FunctionImport Name="WhoAmI" Function="mscrm.WhoAmI" />` +
    '</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>'
  );
}

function entityType(table: Table, lookups: readonly OneToMany[]): string {
  const columns = [...table.columns.values()];
  const properties = columns.map((column) => `<Property Name="${column.wire}" Type="${edm(column)}" />`);
  const single = columns.filter(isLookup).flatMap((column) => references(column));
  const many = lookups
    .filter(({ target }) => target === table.logicalName)
    .map(({ name, table: other, column, target }) => {
      const partner = navigationName(column, target);
      return `<NavigationProperty Name="${name}" Type="Collection(mscrm.${other.logicalName})" Partner="${partner}" />`;
    });
  const membership = { team: 'systemuser', systemuser: 'team' }[table.logicalName];
  if (membership) {
    many.push(
      `<NavigationProperty Name="teammembership_association" Type="Collection(mscrm.${membership})" Partner="teammembership_association" />`,
    );
  }
  return (
    `<EntityType Name="${table.logicalName}" BaseType="mscrm.crmbaseentity">` +
    `<Key><PropertyRef Name="${table.primaryId}" /></Key>${properties.join('')}${single.join('')}${many.join('')}</EntityType>`
  );
}

function references(column: Column): string[] {
  const targets = column.type === 'Owner' ? ['principal'] : (column.targets ?? []);
  return targets.map((target) => {
    const name = column.type === 'Owner' ? column.name : navigationName(column, target);
    const key = target === 'principal' ? 'ownerid' : `${target}id`;
    return (
      `<NavigationProperty Name="${name}" Type="mscrm.${target}" Nullable="false">` +
      `<ReferentialConstraint Property="${column.wire}" ReferencedProperty="${key}" /></NavigationProperty>`
    );
  });
}

function entitySet(table: Table, lookups: readonly OneToMany[], database: Database, annotated: boolean): string {
  const bindings = [...table.columns.values()]
    .filter((column) => isLookup(column) && column.type !== 'Owner')
    .flatMap((column) => (column.targets ?? []).map((target) => [navigationName(column, target), target] as const));
  const many = lookups
    .filter(({ target }) => target === table.logicalName)
    .map(({ name, table: other }) => [name, other.logicalName] as const);
  const text = [...bindings, ...many].map(
    ([path, target]) => `<NavigationPropertyBinding Path="${path}" Target="${database.find(target)?.table.setName}" />`,
  );
  if (annotated) {
    text.push(
      '<Annotation Term="Org.OData.Capabilities.V1.ChangeTracking"><Record>' +
        `<PropertyValue Property="Supported" Bool="${table.tracked}" /></Record></Annotation>`,
    );
  }
  return `<EntitySet Name="${table.setName}" EntityType="mscrm.${table.logicalName}">${text.join('')}</EntitySet>`;
}

function edm(column: Column): string {
  if (column.type === 'DateTime') return column.dateOnly ? 'Edm.Date' : 'Edm.DateTimeOffset';
  return EDM[column.type] ?? 'Edm.Int32';
}

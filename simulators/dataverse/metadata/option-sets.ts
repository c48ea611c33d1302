import type { Database } from '../database';
import { badQuery } from '../errors';
import type { Column, Option, Table } from '../types';
import type { Metadata } from './attributes';
import { label, metadataId } from './labels';

/** Columns whose options are a global choice of this name. */
const GLOBAL: Record<string, string> = { 'connectionrole.category': 'connectionrole_category' };

/** The global choice of a column, or undefined. */
export const globalName = (table: Table, column: Column): string | undefined =>
  GLOBAL[`${table.logicalName}.${column.name}`];

/** `GlobalOptionSetDefinitions`: the choices shared by tables; a cast names their only type here. */
export function globalOptionSets(database: Database, cast: string | undefined): Metadata[] {
  if (cast !== undefined && !/^Microsoft\.Dynamics\.CRM\.(Boolean)?OptionSetMetadata$/.test(cast)) {
    throw badQuery(`The type '${cast}' is not an option set type that can be cast to.`);
  }
  if (cast?.includes('Boolean')) return [];
  return Object.keys(GLOBAL).flatMap((path) => {
    const [tableName = '', columnName = ''] = path.split('.');
    const table = database.store(tableName).table;
    const column = table.columns.get(columnName);
    return column ? [optionSet(table, column)] : [];
  });
}

/** The options of a choice, state or status column. */
export function optionSet(table: Table, column: Column): Metadata {
  const shared = globalName(table, column);
  return {
    '@odata.type': '#Microsoft.Dynamics.CRM.OptionSetMetadata',
    Name: shared ?? `${table.logicalName}_${column.name}`,
    OptionSetType: column.type === 'MultiSelect' ? 'Picklist' : column.type,
    IsGlobal: shared !== undefined,
    IsCustomOptionSet: column.custom,
    DisplayName: label(column.name),
    MetadataId: shared ? metadataId('options', shared) : metadataId(table.logicalName, column.name, 'options'),
    Options: (column.options ?? []).map((item) => ({ ...option(item), ...ofState(table, column, item) })),
  };
}

/** What the options of a state and of a status reason have beside, and their type, which differs from that of other options. */
function ofState(table: Table, { type }: Column, { value, label: InvariantName }: Option): Metadata {
  if (type === 'Status') return { '@odata.type': '#Microsoft.Dynamics.CRM.StatusOptionMetadata', TransitionData: null };
  if (type !== 'State') return {};
  const reasons = table.columns.get('statuscode')?.options ?? [];
  const DefaultStatus = reasons.find(({ state }) => state === value)?.value ?? null;
  return { '@odata.type': '#Microsoft.Dynamics.CRM.StateOptionMetadata', DefaultStatus, InvariantName };
}

/** The two options of a yes/no column. */
export function booleanSet(table: Table, column: Column): Metadata {
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

function option(item: Option): Metadata {
  const state = item.state === undefined ? {} : { State: item.state };
  const common = { Color: null, IsManaged: true, MetadataId: null };
  return { Value: item.value, Label: label(item.label), Description: label(''), ...common, ...state };
}

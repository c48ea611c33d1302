import type { CheckedEntity, CheckedLine, CheckedMap, Labels } from '../../checker/index';
import { type Entity, FILTER_COLUMN, PERSON_TEAM, PLACEHOLDER_COMPANY } from '../../model/entities';
import type { FieldRule } from '../../model/field-rule';
import type { Settings } from '../../model/settings';
import type { DataverseMetadata, TableMetadata } from './dataverse-metadata';
import { isInteger, kindOf } from './kinds';
import type { Field, MarketoMetadata } from './marketo-metadata';

/** A change is looked at so much later at most, beyond the rhythm of the entity itself: two looks, and the work. */
const GRACE_SECONDS = 45;
/** Slower ones than this are not waited for: what is younger is not due yet. */
const WAITED_FOR_SECONDS = 15;

/** The operator's map and policies, with both systems' types, as the checker takes them; and the labels of the options. */
export async function checkedMap(
  settings: Settings,
  dataverse: Pick<DataverseMetadata, 'table'>,
  marketo: Pick<MarketoMetadata, 'customObjects' | 'fields'>,
): Promise<{ map: CheckedMap; labels: Labels }> {
  const custom = await marketo.customObjects();
  const tables = new Map<string, TableMetadata>();
  const entities: CheckedEntity[] = [];
  for (const entity of settings.entities) {
    const object = objectOf(entity, custom);
    // The instance has no such object, and may not make one: validate says so, and the entity isn't synced.
    if (object === undefined) continue;
    const table = await dataverse.table(entity.name);
    tables.set(entity.name, table);
    const joined = entity.join ? await dataverse.table(entity.join.table) : undefined;
    const fields = entity.target.kind === 'roles' ? new Map<string, Field>() : await marketo.fields(object);
    entities.push({
      ...identityOf(entity, object),
      lines: entity.rules.flatMap((rule) => lineOf(rule, table, joined, fields, settings)),
      whenDeleted: entity.whenDeleted,
      ...(settings.whenDeletedInMarketo === 'recreate' ? { resurrect: true } : {}),
      winner: entity.name === 'lead' ? 'marketo' : 'dynamics',
      ...(entity.belongsTo ? { belongsTo: entity.belongsTo } : {}),
      ...(entity.join ? { join: entity.join } : {}),
      ...(entity.lookEverySeconds > WAITED_FOR_SECONDS
        ? { settleSeconds: entity.lookEverySeconds + GRACE_SECONDS }
        : {}),
    });
  }
  const personTeam = custom.find((name) => isNamed(name, PERSON_TEAM));
  return {
    map: {
      entities,
      adoption: settings.adoption,
      filterColumn: FILTER_COLUMN,
      parentContactRoles: settings.parentContactRoles,
      placeholderCompany: PLACEHOLDER_COMPANY.externalCompanyId,
      ...(personTeam === undefined ? {} : { personTeam: `customobjects/${personTeam}` }),
    },
    labels: Object.fromEntries([...tables].map(([name, table]) => [name, table.labels])),
  };
}

const isNamed = (name: string, wanted: string): boolean => name === wanted || name === `${wanted}_c`;

/** The ledger's name of the Marketo object. */
function objectOf({ target }: Entity, custom: readonly string[]): string | undefined {
  if (target.kind === 'person') return 'leads';
  if (target.kind === 'roles') return 'roles';
  const wanted = /^customobjects\/(.+)$/.exec(target.path)?.[1];
  if (wanted === undefined) return target.path;
  const name = custom.find((one) => isNamed(one, wanted));
  return name === undefined ? undefined : `customobjects/${name}`;
}

function identityOf(
  { name, target }: Entity,
  object: string,
): Pick<CheckedEntity, 'name' | 'kind' | 'object' | 'key' | 'type'> {
  switch (target.kind) {
    case 'person':
      return { name, kind: 'person', object, key: 'microsoftId', type: target.type };
    case 'object':
      return { name, kind: 'object', object, key: target.key };
    case 'roles':
      return { name, kind: 'roles', object, key: 'externalOpportunityId' };
  }
}

/** None where one of the ends doesn't exist, can't be written, or is of another type: such rules are dropped by `validate`. */
function lineOf(
  rule: FieldRule,
  table: TableMetadata,
  joined: TableMetadata | undefined,
  fields: ReadonlyMap<string, Field>,
  settings: Settings,
): CheckedLine[] {
  const column = table.columns.get(rule.dynamics) ?? joined?.columns.get(rule.dynamics);
  const field = fields.get(rule.marketo.toLowerCase());
  const kind = column && field && kindOf(column, field);
  const isDay = column?.userLocal === true && field?.dataType === 'date';
  if (isDay && rule.timeZone === undefined) return [];
  if (!column || !field || !kind || (field.readOnly && rule.direction !== 'to-dynamics')) return [];
  return [
    {
      column: rule.dynamics,
      field: field.name,
      direction: rule.direction,
      kind,
      ...(rule.consent ? { consent: true } : {}),
      ...(rule.conflict ? { conflict: rule.conflict } : {}),
      ...(rule.references === undefined ? {} : { references: rule.references }),
      ...(rule.ofCompany ? { ofCompany: true } : {}),
      ...(table.columns.has(rule.dynamics) ? {} : { joined: true }),
      ...(field.length === undefined ? {} : { fieldLength: field.length }),
      ...(field.dataType === 'text' ? { inBytes: true } : {}),
      ...(column.length === undefined ? {} : { columnLength: column.length }),
      ...(isDay && rule.timeZone !== undefined ? { timeZone: rule.timeZone } : {}),
      ...(isInteger(column, field) ? { integer: true } : {}),
      // Scores change by activities, which are read with the deletions.
      ...(rule.direction === 'to-dynamics'
        ? { settleSeconds: settings.feeds.deletionsEverySeconds + GRACE_SECONDS }
        : {}),
    },
  ];
}

import type { TableMetadata } from '../clients/dynamics/types';
import { ApiError } from '../clients/errors';
import type { FieldMetadata, ObjectPath } from '../clients/marketo/types';
import type { KnownFields } from '../clients/mongo/fields';
import { type BoundField, bindRules, columnKey, type Dropped, unreadableWhy } from '../model/bind';
import { MODIFIED_BY } from '../model/echo';
import { type Entity, PERSON_IDENTITY } from '../model/entities';
import { type BackfillHow, type FieldState, fieldStates } from '../model/field-state';
import type { Settings } from '../model/settings';

/** An entity whose rules have met both systems' metadata. */
export interface BoundEntity {
  entity: Entity;
  set: string;
  primaryId: string;
  /** Only some of the map's fields are there (activities/rows.ts). */
  partial?: true;
  /** Columns to read, as `$select` wants them. */
  select: string[];
  /** Columns of the joined table, likewise. */
  joinSelect: string[];
  /** Those that take part: a quarantined one does not. */
  fields: BoundField[];
  dropped: Dropped[];
  tracked: boolean;
  /** REST names to read of a record: the fields, and a person's identity. */
  marketoFields: string[];
  /** The record-call path of the object. */
  path: ObjectPath | 'leads';
  /** Each field of the map beside what was remembered of it, and which memory that was. */
  states: FieldState[];
  step?: number;
  /** By key: fields whose backfill is not over. */
  backfilling: ReadonlyMap<number, BackfillHow>;
}

export interface Metadata {
  table: TableMetadata;
  /** Of the table whose columns are joined. */
  joined?: TableMetadata;
  path: ObjectPath | 'leads';
  fields: FieldMetadata[];
}

/** @throws ApiError `configuration` where the entity's rows would belong to nobody */
export function bind(
  entity: Entity,
  { table, joined, path, fields }: Metadata,
  known: KnownFields | undefined,
  echo: Settings['echo'],
): BoundEntity {
  const met = bindRules(
    entity.rules,
    { ...joined?.columns, ...table.columns },
    new Map(fields.map((field) => [field.name.toLowerCase(), field])),
    [...(table.unreadable ?? []), ...(joined?.unreadable ?? [])],
  );
  mayDecide(entity, table);
  mayBelong(entity, table, fields);
  const states = fieldStates(entity.rules, met, known?.fields, Date.now());
  const bound = states.flatMap(({ live }) => live ?? []);
  const own = bound.filter(({ column }) => table.columns[column.logicalName]);
  const byTime = bound.some(({ rule }) => rule.conflict === 'newest');
  return {
    entity,
    set: table.entitySetName,
    primaryId: table.primaryIdAttribute,
    select: selectOf(entity, table, own, { byTime, byUser: echo === 'by-user' }),
    joinSelect: bound.filter((field) => !own.includes(field)).map(({ column }) => columnKey(column)),
    fields: bound,
    dropped: met.dropped,
    tracked: table.changeTrackingEnabled && !entity.untracked,
    marketoFields: [
      ...new Set([
        ...bound.map(({ field }) => field.name),
        ...(entity.target.kind === 'person' ? ['id', 'externalCompanyId', ...Object.values(PERSON_IDENTITY)] : []),
        ...(entity.target.kind === 'object' ? [entity.target.key] : []),
        ...(entity.belongsTo ? [entity.belongsTo.link] : []),
        ...(byTime ? ['updatedAt'] : []),
      ]),
    ],
    path,
    states,
    ...(known && { step: known.step }),
    backfilling: backfillingOf(states),
  };
}

function selectOf(
  entity: Entity,
  table: TableMetadata,
  own: readonly BoundField[],
  { byTime, byUser }: { byTime: boolean; byUser: boolean },
): string[] {
  const keys = own.map(({ column }) => columnKey(column));
  for (const name of deciding(entity)) {
    const column = table.columns[name];
    if (column) keys.push(columnKey(column));
  }
  if (entity.join) keys.push(entity.join.by);
  if (table.columns.versionnumber) keys.push('versionnumber');
  if (byTime && table.columns.modifiedon) keys.push('modifiedon');
  const author = table.columns[MODIFIED_BY];
  if (byUser && author) keys.push(columnKey(author));
  return [...new Set([table.primaryIdAttribute, ...keys])];
}

/** From the moment that a field is met: rows that change before its backfill reaches them are settled as it would. */
function backfillingOf(states: readonly FieldState[]): Map<number, BackfillHow> {
  return new Map(
    states.flatMap(({ live, known, work }): [number, BackfillHow][] => {
      const how = work && 'backfill' in work ? work.backfill : known.backfill?.how;
      return live && how ? [[live.key, how]] : [];
    }),
  );
}

/** Columns that say whether a row takes part, and whose it is. */
const deciding = ({ alsoRead, belongsTo }: Entity): string[] => [...alsoRead, ...(belongsTo ? [belongsTo.column] : [])];

/** Told as empty, such a column would let in what is filtered out, or take its owner from a row. @throws ApiError */
function mayDecide(entity: Entity, { unreadable = [] }: TableMetadata): void {
  const [column] = deciding(entity).filter((name) => unreadable.includes(name));
  if (column === undefined) return;
  const about = `${entity.name}: ${unreadableWhy(column)}`;
  throw new ApiError({ api: 'dynamics', operation: 'schema', kind: 'authority', about });
}

/** Without its lookup, or without the link in Marketo, each of its rows would belong to nobody. @throws ApiError */
function mayBelong({ name, belongsTo, target }: Entity, table: TableMetadata, fields: readonly FieldMetadata[]): void {
  if (!belongsTo) return;
  const { column, link } = belongsTo;
  const fault = (api: 'dynamics' | 'marketo', about: string) =>
    new ApiError({ api, operation: 'schema', kind: 'configuration', about });
  if (!table.columns[column]) throw fault('dynamics', `${name} has no column ${column} (customEntities.belongsTo)`);
  const object = target.kind === 'object' ? target.path : name;
  if (!fields.some((field) => field.name.toLowerCase() === link.toLowerCase())) {
    // Links are frozen once a type is approved (marketo-api §6.4).
    throw fault(
      'marketo',
      `${object} has no link field ${link}: it was made for another owner; give the entity another name in Marketo`,
    );
  }
}

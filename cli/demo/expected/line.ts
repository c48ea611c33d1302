import type { Labels, Row } from '../readers/dataverse';
import type { MarketoValue } from '../readers/marketo';

/** How two values are compared: as both systems' users would call them equal. */
export type Kind = 'text' | 'email' | 'id' | 'flag' | 'number' | 'date' | 'time';

/** What else there is: lines that follow a lookup need the other end of it. */
export interface World {
  labels(entity: string): Labels;
  /** Rows that should be in Marketo, by entity and id. */
  eligible(entity: string): ReadonlyMap<string, Row>;
  /** Marketo ids of people, by row id. */
  people: ReadonlyMap<string, number>;
}

/** One Marketo field, and what has to be in it. */
export interface Line {
  field: string;
  kind: Kind;
  columns: string[];
  value(row: Row, world: World): MarketoValue;
}

type Reading = (kind: Kind) => (field: string, column: string) => Line;

const plain: Reading = (kind) => (field, column) => ({ field, kind, columns: [column], value: (row) => row[column] });

export const text = plain('text');
export const email = plain('email');
export const id = plain('id');
export const flag = plain('flag');
export const number = plain('number');
export const date = plain('date');
export const time = plain('time');

/** An option column shows by its label. */
export const label = (entity: string, field: string, column: string): Line => ({
  field,
  kind: 'text',
  columns: [column],
  value: (row, world) =>
    row[column] === null || row[column] === undefined
      ? null
      : (world.labels(entity).get(column)?.get(Number(row[column])) ?? `(no label for ${row[column]})`),
});

/** A lookup shows by the target's id, if that is in Marketo too. */
export const lookup = (field: string, column: string, entity: string): Line => ({
  field,
  kind: 'id',
  columns: [`_${column}_value`],
  value: (row, world) => target(row, world, column, entity)?.id ?? null,
});

export function target(row: Row, world: World, column: string, entity: string): { id: string; row: Row } | undefined {
  const key = row[`_${column}_value`];
  const type = row[`_${column}_type`];
  if (!key || (type !== undefined && type !== entity)) return undefined;
  const found = world.eligible(entity).get(String(key).toLowerCase());
  return found && { id: String(key).toLowerCase(), row: found };
}

/** A value that several columns make. */
export const made = (field: string, kind: Kind, columns: string[], value: Line['value']): Line => ({
  field,
  kind,
  columns,
  value,
});

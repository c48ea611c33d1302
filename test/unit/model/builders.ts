import { type BoundField, bindRules, type Column, type Field } from '../../../model/bind';
import type { Direction, FieldRule } from '../../../model/field-rule';
import { Fingerprinter } from '../../../model/fingerprint';

/** A key of the tests' own; nothing real is hashed with it. */
export const fingerprinter = new Fingerprinter(Buffer.alloc(32, 7), 'test');

export interface Shape extends Partial<Omit<FieldRule, 'dynamics' | 'marketo'>> {
  dynamics?: string;
  marketo?: string;
  column: Omit<Column, 'logicalName'>;
  field: { dataType: string; length?: number; readOnly?: boolean };
}

/** One field of a map, bound as the service binds it. */
export function bound(shape: Shape): BoundField {
  const { dynamics = 'column', marketo = 'field', column, field, ...rest } = shape;
  const direction: Direction = rest.direction ?? 'both';
  const found = bindRules(
    [{ ...rest, dynamics, marketo, direction }],
    { [dynamics]: { logicalName: dynamics, ...column } },
    new Map([[marketo.toLowerCase(), { name: marketo, readOnly: false, ...field }]]),
  );
  const only = found.bound[0];
  if (!only) throw new Error(`not bound: ${found.dropped[0]?.why}`);
  return only;
}

export const STRING: Omit<Column, 'logicalName'> = { type: 'String', maxLength: 100 };
export const PICKLIST: Omit<Column, 'logicalName'> = { type: 'Picklist', options: { 1: 'Hot', 2: 'Warm', 3: 'Cold' } };
export const MULTI: Omit<Column, 'logicalName'> = {
  type: 'Virtual',
  typeName: 'MultiSelectPicklistType',
  options: { 1: 'Red', 2: 'Green', 3: 'Blue' },
};

/** A map of Marketo fields by their lower-case names, as the service hands it to `bindRules`. */
export const fieldsOf = (rows: readonly [name: string, dataType: string, length?: number][]): Map<string, Field> =>
  new Map(
    rows.map(([name, dataType, length]) => [
      name.toLowerCase(),
      { name, dataType, readOnly: false, ...(length === undefined ? {} : { length }) },
    ]),
  );

export const columnsOf = (rows: Record<string, Omit<Column, 'logicalName'>>): Record<string, Column> =>
  Object.fromEntries(Object.entries(rows).map(([logicalName, column]) => [logicalName, { logicalName, ...column }]));

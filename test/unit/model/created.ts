import { bindRules } from '../../../model/bind';
import type { Converted } from '../../../model/convert';
import { forMarketo } from '../../../model/decision';
import { STANDARD_ENTITIES } from '../../../model/entities';
import { type FieldRule, toMarketo } from '../../../model/field-rule';
import { merge } from '../../../model/merge';
import { fingerprinter } from './builders';
import { COLUMNS, FIELDS } from './metadata';

export const USER = 'b97dd2fd-155d-5921-bce6-75591b09235e';
export const ACCOUNT = '3e95f738-7aea-550b-bba9-718d101d0059';

/** A custom table as sync.config.yaml declares it. */
const ORDERLINE: FieldRule[] = [
  toMarketo('new_name', 'name'),
  toMarketo('new_product', 'product'),
  toMarketo('new_quantity', 'quantity'),
  toMarketo('new_price', 'price'),
  toMarketo('new_orderedon', 'orderedOn'),
  toMarketo('new_channel', 'channels'),
];

export function bindEntity(entity: string) {
  const rules = STANDARD_ENTITIES.find(({ name }) => name === entity)?.rules ?? ORDERLINE;
  return bindRules(rules, COLUMNS[entity] ?? {}, FIELDS[entity] ?? new Map());
}

/** What is written to Marketo when this row is created there; references as the activity resolves them. */
export function created(entity: string, row: Record<string, unknown>, references: Record<string, string | null> = {}) {
  const { bound, dropped } = bindEntity(entity);
  expect(dropped).toEqual([]);
  const resolved = new Map<string, Converted>(Object.entries(references).map(([name, value]) => [name, { value }]));
  return forMarketo(
    merge({ fields: bound, row, record: null, marks: new Map(), fingerprinter, winner: 'dynamics', resolved }),
  );
}

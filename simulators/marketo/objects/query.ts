import type { Call } from '../call';
import { checkBatch, Query } from '../call';
import { nullsAsSet, stamp } from '../envelope';
import { MarketoFault } from '../errors';
import type { Field, Value } from '../fields';
import { decodeToken, encodeToken } from '../paging';
import type { ObjectStore } from './store';
import type { ObjectType, StoredObject } from './types';

interface Search {
  matches: StoredObject[];
  fields: string[];
  token: string | undefined;
  size: number;
}

/** Query by one searchable field, or by a compound key in a tunnelled JSON body (marketo-api §6.1.2, §6.1.3). */
export function queryObjects(call: Call, store: ObjectStore) {
  const search = call.body === undefined ? byFilter(call, store) : byCompound(call, store);
  const offset = search.token === undefined ? 0 : (decodeToken('object', search.token)[0] ?? 0);
  const next = offset + search.size;
  const names = outputFields(store.type, search.fields);
  const result = search.matches
    .slice(offset, next)
    .map((record, seq) => ({ seq, ...nullsAsSet(call.instance.settings, viewObject(store.type, record, names)) }));
  return {
    result,
    ...(next < search.matches.length && { nextPageToken: encodeToken('object', next), moreResult: true }),
  };
}

/** A record as read; nulls are explicit. */
export function viewObject(type: ObjectType, record: StoredObject, names: readonly string[]): Record<string, Value> {
  const view: Record<string, Value> = {};
  for (const name of names) {
    if (name === type.idField) view[name] = record.id;
    else if (name === 'createdAt' || name === 'updatedAt') view[name] = stamp(record[name]);
    else view[name] = record.values[name] ?? (type.fields.get(name)?.dataType === 'boolean' ? false : null);
  }
  return view;
}

function byFilter(call: Call, store: ObjectStore): Search {
  const { type } = store;
  const name = filterField(type, call.query.require('filterType'));
  call.query.require('filterValues');
  const values = call.query.list('filterValues');
  if (values.length > 300) throw new MarketoFault('1003', 'Too many values in filterValues, maximum is 300');
  const matches = [...new Set(values.flatMap((value) => store.find(name, value)))];
  return {
    matches,
    fields: call.query.list('fields'),
    token: call.query.get('nextPageToken'),
    size: call.query.batchSize(),
  };
}

/** One searchable field; `idField` and `dedupeFields` are aliases. */
function filterField(type: ObjectType, filterType: string): string {
  if (/^idFields?$/i.test(filterType)) return type.idField;
  const wanted = filterType === 'dedupeFields' ? type.dedupeFields : [filterType];
  const found = type.searchable.find(
    (names) => names.length === 1 && wanted.length === 1 && names[0]?.toLowerCase() === wanted[0]?.toLowerCase(),
  );
  if (!found?.[0]) throw new MarketoFault('1003', `Invalid filterType '${filterType}'`);
  return found[0];
}

function byCompound(call: Call, store: ObjectStore): Search {
  const { type } = store;
  const body = call.body as {
    filterType?: string;
    fields?: unknown;
    input?: unknown;
    batchSize?: number;
    nextPageToken?: string;
  };
  const names =
    body.filterType === undefined || body.filterType === 'dedupeFields'
      ? type.dedupeFields
      : [filterField(type, body.filterType)];
  const input = body.input;
  if (!Array.isArray(input) || input.length === 0) throw new MarketoFault('1003', 'Input not specified');
  checkBatch(call, input.length);
  const matches = new Set<StoredObject>();
  for (const key of input as Record<string, Value>[]) {
    const values = names.map((name) => key[name]);
    if (values.some((value) => value === undefined || value === null)) {
      throw new MarketoFault('1003', `Every input needs ${names.join(', ')}`);
    }
    const found =
      names === type.dedupeFields
        ? [store.byKey(values as Value[])]
        : store.find(names[0] as string, values[0] as Value);
    for (const record of found) if (record) matches.add(record);
  }
  const fields = Array.isArray(body.fields) ? body.fields.map(String) : [];
  const size = new Query(
    new URLSearchParams(body.batchSize === undefined ? '' : { batchSize: String(body.batchSize) }),
  );
  return { matches: [...matches], fields, token: body.nextPageToken, size: size.batchSize() };
}

/** Names are compared without case: the vendor's pages spell `marketoGuid` and `marketoGUID` (marketo-api §6.1.3). */
function outputFields(type: ObjectType, requested: string[]): string[] {
  if (requested.length === 0) return [type.idField, ...type.dedupeFields, 'createdAt', 'updatedAt'];
  return requested.map((name) => {
    const known: Field | undefined =
      type.fields.get(name) ?? [...type.fields.values()].find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (!known?.rest) throw new MarketoFault('1006', `Field '${name}' not found`);
    return known.name;
  });
}

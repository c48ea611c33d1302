import type { Call } from '../call';
import { MarketoFault } from '../errors';
import type { Field } from '../fields';
import type { Instance } from '../instance';
import { decodeToken, encodeToken } from '../paging';
import type { Routes } from '../router';
import type { ObjectType } from './types';

/** A field in the form of the schema API (marketo-api §4.2). */
export function schemaField(field: Field) {
  return {
    displayName: field.displayName,
    name: field.name,
    description: field.description,
    dataType: field.dataType,
    ...(field.length !== undefined && { length: field.length }),
    isHidden: field.hidden,
    isHtmlEncodingInEmail: field.htmlEncoding,
    isSensitive: field.sensitive,
    isCustom: field.custom,
    isApiCreated: field.apiCreated,
  };
}

/** One page of a list held in memory; `nextPageToken` and `moreResult` only while more exists (marketo-api §3.2). */
export function pageOf<T>(call: Call, all: T[]) {
  const token = call.query.get('nextPageToken');
  const offset = token === undefined ? 0 : (decodeToken('list', token)[0] ?? 0);
  const next = offset + call.query.batchSize();
  return {
    result: all.slice(offset, next),
    ...(next < all.length && { nextPageToken: encodeToken('list', next), moreResult: true }),
  };
}

/** Read-only field metadata of companies and opportunities; their custom fields cannot be created by API (§4.2). */
export function objectSchemaRoutes(routes: Routes, path: string, typeOf: (instance: Instance) => ObjectType): void {
  const areas = ['Schema Standard Field', 'Schema Custom Field'] as const;
  routes.get(`${path}/schema/fields.json`, [...areas], (call) =>
    pageOf(call, [...typeOf(call.instance).fields.values()].map(schemaField)),
  );
  routes.get(`${path}/schema/fields/{name}.json`, [...areas], (call) => {
    const field = typeOf(call.instance).fields.get(call.path.name ?? '');
    if (!field) throw new MarketoFault('1006', `Field '${call.path.name}' not found`);
    return { result: [schemaField(field)] };
  });
}

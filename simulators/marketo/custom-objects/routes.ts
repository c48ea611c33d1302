import type { Call } from '../call';
import { MarketoFault } from '../errors';
import { describeObject } from '../objects/describe';
import { queryObjects } from '../objects/query';
import { deleteObjects } from '../objects/remove';
import { syncObjects } from '../objects/sync';
import type { Routes } from '../router';
import { linkRules } from './links';

const BASE = '/rest/v1/customobjects';

/** Record calls of custom objects (marketo-api §6.4); a type that is unknown or not approved is 1013. */
export function customObjectRoutes(routes: Routes): void {
  routes.get(`${BASE}.json`, 'Custom Object', list);
  routes.get(`${BASE}/{name}/describe.json`, 'Custom Object', (call) => ({
    result: [
      describeObject(approved(call).store.type, {
        relationshipKey: call.instance.settings.customObjectRelationshipKey,
      }),
    ],
  }));
  routes.get(`${BASE}/{name}.json`, 'Custom Object', (call) => queryObjects(call, approved(call).store));
  routes.post(`${BASE}/{name}.json`, 'Custom Object', (call) => {
    const { store, rules } = approved(call);
    return syncObjects(call, store, rules);
  });
  routes.post(`${BASE}/{name}/delete.json`, 'Custom Object', (call) => {
    const { store, rules } = approved(call);
    return deleteObjects(call, store, rules);
  });
}

function list(call: Call) {
  const names = call.query.list('names');
  const types = call.instance.customObjects.all().filter((type) => names.length === 0 || names.includes(type.apiName));
  return {
    result: types.flatMap((type) => (type.store ? [withoutFields(describeObject(type.store.type))] : [])),
  };
}

function withoutFields({ fields: _, ...rest }: ReturnType<typeof describeObject>) {
  return rest;
}

/** Record calls know a type only by its full name, with `_c`. */
function approved(call: Call) {
  const type = call.instance.customObjects.get(call.path.name ?? '');
  if (!type?.store || type.apiName !== call.path.name) throw new MarketoFault('1013', 'Object not found');
  return { store: type.store, rules: linkRules(type) };
}

import type { FastifyInstance } from 'fastify';
import { commonControl } from '../common/control-routes';
import type { Common } from '../common/types';
import type { Origin } from './activities/log';
import { ControlError } from './control-error';
import { instanceControl } from './control-instance';
import { schemaControl } from './control-schema';
import { type EditOperation, editInstance, readValues, seedLeads } from './edit';
import type { Values } from './fields';
import type { Instance } from './instance';
import { viewLead } from './leads/view';
import { viewObject } from './objects/query';
import { companyRules } from './objects/rules';
import type { ObjectStore } from './objects/store';
import { changeSettings, type MarketoSettings } from './settings';
import { MARKETO_SWITCHES } from './switches';

/** Registers `/_sim/marketo/…`: faults, calls, settings, and what a marketer or a test does to the instance. */
export function marketoControl(
  app: FastifyInstance,
  common: Common,
  current: () => Instance,
  replace: (munchkinId: string) => void,
): void {
  instanceControl(app, current, replace);
  schemaControl(app, current);
  const change = (partial: Partial<MarketoSettings>): MarketoSettings => {
    const before = { ...current().settings };
    const settings = changeSettings(current().settings, partial);
    current().settingsChanged(before);
    return settings;
  };
  commonControl(app, 'marketo', common, { get: () => current().settings, change }, () => current().tokens.expire());
  app.get('/_sim/marketo/switches', async () => MARKETO_SWITCHES);
  app.post('/_sim/marketo/seed', async (request) => {
    const { leads = [] } = request.body as { leads?: Values[] };
    return { ids: seedLeads(current(), leads) };
  });
  app.post('/_sim/marketo/edit', async (request) => {
    const { operations, source, reason, campaignId } = request.body as Partial<Origin> & {
      operations: EditOperation[];
    };
    const origin = {
      source: source ?? 'Web form fillout',
      reason: reason ?? 'Form fillout',
      ...(campaignId !== undefined && { campaignId }),
    };
    return { ids: editInstance(current(), operations ?? [], origin) };
  });
  app.post('/_sim/marketo/edit-object', async (request) => {
    const { object, key, values } = request.body as { object: string; key: Values; values: Values };
    return editObject(current(), object, key, values);
  });
  app.get('/_sim/marketo/records/:object', async (request) =>
    records(current(), request.params as { object: string }, (request.query as { ids?: string }).ids),
  );
  app.get('/_sim/marketo/records/customobjects/:object', async (request) => {
    const { object } = request.params as { object: string };
    return records(current(), { object: `customobjects/${object}` });
  });
}

/** All raw records of an object; leads with every field that has a REST name, and only those with `?ids=1,2` if given. */
function records(instance: Instance, { object }: { object: string }, ids?: string) {
  if (object === 'leads') {
    const names = instance.fields.all().flatMap((field) => (field.rest ? [field.name] : []));
    const wanted = ids === undefined ? undefined : new Set(ids.split(',').map(Number));
    const leads = [...instance.leads.all()].filter((lead) => wanted?.has(lead.id) ?? true);
    return leads.map((lead) => viewLead(instance, lead, names));
  }
  const store = storeOf(instance, object);
  const names = [...store.type.fields.keys()];
  return store.all().map((record) => viewObject(store.type, record, names));
}

function editObject(instance: Instance, object: string, key: Values, values: Values) {
  const store = storeOf(instance, object);
  const { idField } = store.type;
  const record = key[idField] === undefined ? store.byKey(store.keyOf(key)) : store.byId(key[idField] ?? null);
  if (!record)
    throw new ControlError(
      `no record of ${object} has this key; give ${idField} or ${store.type.dedupeFields.join(', ')}`,
    );
  const before = record.values;
  store.replace(
    record,
    { ...before, ...readValues(store.type.fields, values, instance.settings) },
    instance.clock.now(),
  );
  if (object === 'companies') companyRules.changed?.(instance, before, record.values, instance.requestId());
  return { id: record.id };
}

function storeOf(instance: Instance, object: string): ObjectStore {
  const stores: Record<string, ObjectStore | null | undefined> = {
    companies: instance.companies,
    salespersons: instance.salesPersons,
    opportunities: instance.opportunities,
    roles: instance.roles,
  };
  const custom = /^customobjects\/(.+)$/.exec(object)?.[1];
  const store = custom === undefined ? stores[object] : instance.customObjects.get(custom)?.store;
  if (!store) {
    throw new ControlError(
      `unknown object ${object}; use leads, ${Object.keys(stores).join(', ')} or customobjects/<name>`,
    );
  }
  return store;
}

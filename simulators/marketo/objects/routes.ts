import { MarketoFault, reason } from '../errors';
import type { Instance } from '../instance';
import type { Routes } from '../router';
import { describeObject } from './describe';
import { queryObjects } from './query';
import { deleteObjects } from './remove';
import { companyRules, opportunityRules, roleRules, salesPersonRules } from './rules';
import { objectSchemaRoutes } from './schema-fields';
import type { ObjectStore } from './store';
import { syncObjects } from './sync';
import type { ObjectRules } from './types';

type StoreName = 'companies' | 'salesPersons' | 'opportunities' | 'roles';

const OBJECTS: { path: string; store: StoreName; rules: ObjectRules }[] = [
  { path: '/rest/v1/companies', store: 'companies', rules: companyRules },
  { path: '/rest/v1/salespersons', store: 'salesPersons', rules: salesPersonRules },
  { path: '/rest/v1/opportunities', store: 'opportunities', rules: opportunityRules },
  { path: '/rest/v1/opportunities/roles', store: 'roles', rules: roleRules },
];

/** Describe, query, sync and delete of companies, sales persons, opportunities and roles (marketo-api §6). */
export function objectRoutes(routes: Routes): void {
  for (const { path, store: name, rules } of OBJECTS) {
    const storeOf = (instance: Instance): ObjectStore => instance[name];
    const area = name === 'companies' ? 'Company' : name === 'salesPersons' ? 'Sales Person' : 'Opportunity';
    routes.get(`${path}/describe.json`, area, ({ instance }) => {
      refuseDisabled(instance);
      return { result: [describeObject(storeOf(instance).type, { crmManaged: instance.settings.nativeSync })] };
    });
    routes.get(`${path}.json`, area, (call) => {
      refuseDisabled(call.instance);
      return queryObjects(call, storeOf(call.instance));
    });
    routes.post(`${path}.json`, area, (call) => {
      refuseDisabled(call.instance);
      return syncObjects(call, storeOf(call.instance), rules, refusal(call.instance));
    });
    routes.post(`${path}/delete.json`, area, (call) => {
      refuseDisabled(call.instance);
      return deleteObjects(call, storeOf(call.instance), rules, refusal(call.instance));
    });
  }
  objectSchemaRoutes(routes, '/rest/v1/companies', ({ companies }) => companies.type);
  objectSchemaRoutes(routes, '/rest/v1/opportunities', ({ opportunities }) => opportunities.type);
}

/** One reading of the vendor's pages: with the built-in CRM sync on, these calls are disabled altogether (§0.2). */
function refuseDisabled({ settings }: Instance): void {
  if (settings.nativeSync && settings.nativeSyncMode === 'disabled') throw new MarketoFault('1018');
}

/** The other: with the built-in CRM sync on, these objects are read-only (marketo-api §0.2). */
function refusal({ settings }: Instance) {
  return settings.nativeSync ? reason('1018') : undefined;
}

import { TYPE } from '../activities/log';
import { invalidValue, type Reason, reason } from '../errors';
import type { Values } from '../fields';
import type { Instance } from '../instance';
import { oldAndNew } from '../leads/change';
import type { ObjectRules } from './types';

/** A company with more leads than this changes without an activity on each (marketo-api §6.3). */
const MAX_FAN_OUT = 5000;

/** Companies: the owner must exist; not deletable while leads are linked; a change shows on every lead of it. */
export const companyRules: ObjectRules = {
  check: (instance, sent) =>
    salesPersonLink(instance, sent, invalidValue('externalSalesPersonId', sent.externalSalesPersonId)),
  inUse: (instance, { values }) =>
    instance.leads.find('externalCompanyId', values.externalCompanyId ?? null).length > 0 ? reason('1022') : undefined,
  changed: logOnLeads,
};

/** Sales persons: not deletable while they own a lead or a company (marketo-api §6.2). */
export const salesPersonRules: ObjectRules = {
  inUse(instance, { values }) {
    const key = values.externalSalesPersonId ?? null;
    const owns =
      instance.leads.find('externalSalesPersonId', key).length > 0 ||
      instance.companies.find('externalSalesPersonId', key).length > 0;
    return owns ? reason('1022') : undefined;
  },
};

/** Opportunities: a name, an existing owner (718) and company. Their roles go with them. */
export const opportunityRules: ObjectRules = {
  check(instance, sent, before) {
    const reasons = salesPersonLink(instance, sent, reason('718'));
    const company = sent.externalCompanyId;
    if (company && !instance.companies.byKey([company])) reasons.push(invalidValue('externalCompanyId', company));
    const nameless = sent.name === null || (before === null && sent.name === undefined);
    if (nameless) reasons.push(reason('1002', "Missing value for required parameter 'name'"));
    return reasons;
  },
  removed(instance, { values }) {
    const roles = instance.roles.find('externalOpportunityId', values.externalOpportunityId ?? null);
    for (const role of roles) instance.roles.remove(role);
  },
};

/** Roles: lead (1004) and opportunity (1013) must exist (marketo-api §11). */
export const roleRules: ObjectRules = {
  check(instance, sent, before) {
    if (before !== null) return [];
    const reasons: Reason[] = [];
    if (!instance.leads.get(Number(sent.leadId))) reasons.push(reason('1004'));
    if (!instance.opportunities.byKey([sent.externalOpportunityId ?? null])) reasons.push(reason('1013'));
    return reasons;
  },
};

function salesPersonLink(instance: Instance, sent: Values, fault: Reason): Reason[] {
  const key = sent.externalSalesPersonId;
  return key && !instance.salesPersons.byKey([key]) ? [fault] : [];
}

/** Change Data Value on each lead of the company, for the fields leads inherit. */
function logOnLeads(instance: Instance, before: Values, after: Values, requestId: string): void {
  const leads = instance.leads.find('externalCompanyId', after.externalCompanyId ?? null);
  if (leads.length === 0 || leads.length > MAX_FAN_OUT) return;
  const origin = { source: 'Web service API', reason: 'Web service API', requestId, method: 'syncCompanies' };
  for (const name of Object.keys({ ...before, ...after })) {
    const field = instance.fields.get(name);
    const [from, to] = [before[name] ?? null, after[name] ?? null];
    if (!field?.company || from === to) continue;
    for (const leadId of leads) {
      instance.log.append({ type: TYPE.changeDataValue, leadId, origin, fieldId: field.id, ...oldAndNew(from, to) });
    }
  }
}

import { invalidValue, type Reason, reason } from '../errors';
import type { Values } from '../fields';
import type { Instance } from '../instance';
import { unlinkLead } from '../leads/change';
import { logOnLeads } from './company-fan-out';
import type { ObjectRules, StoredObject } from './types';

/** Companies: the owner must exist; whether one with leads can be deleted is a switch; a change shows on its leads. */
export const companyRules: ObjectRules = {
  check: (instance, sent) =>
    salesPersonLink(instance, sent, invalidValue('externalSalesPersonId', sent.externalSalesPersonId)),
  inUse: (instance, record) =>
    instance.settings.deleteCompanyWithLeads === 'refuse' && leadsOf(instance, record).length > 0
      ? reason('1022')
      : undefined,
  changed: (instance, before, after, requestId) =>
    logOnLeads(instance, before, after, { ...SYNC_COMPANIES, requestId }),
  removed(instance, record) {
    if (instance.settings.deleteCompanyWithLeads !== 'unlink') return;
    for (const lead of leadsOf(instance, record)) unlinkLead(instance, lead, SYNC_COMPANIES);
  },
};

const SYNC_COMPANIES = { source: 'Web service API', reason: 'Web service API', method: 'syncCompanies' };

function leadsOf({ leads }: Instance, { values }: StoredObject) {
  const ids = leads.find('externalCompanyId', values.externalCompanyId ?? null);
  return ids.flatMap((id) => leads.get(id) ?? []);
}

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

/** Opportunities: a name, an existing owner (718) and company. Whether their roles go with them is a switch. */
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
    if (!instance.settings.deleteRemovesRoles) return;
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

import type { Origin } from '../activities/log';
import type { Values } from '../fields';
import type { Instance } from '../instance';
import { logOnLeads } from '../objects/company-fan-out';

/** A lead with a company holds no company fields of its own: it shows those of the company. */
export function withoutCompanyFields(instance: Instance, values: Values): Values {
  if (values.externalCompanyId === undefined || values.externalCompanyId === null) return values;
  return Object.fromEntries(Object.entries(values).filter(([name]) => !instance.fields.get(name)?.company));
}

/**
 * Company fields sent with a lead that has a company: documented as 1021, but reported to change the company for all
 * its leads (marketo-api §4.4), so a switch says. Does nothing unless it is set to that.
 */
export function applyCompanyFields(instance: Instance, linked: Values, sent: Values, origin: Origin): void {
  const key = linked.externalCompanyId ?? null;
  if (key === null || instance.settings.companyFieldsOnLinkedLead !== 'applyToCompany') return;
  const company = instance.companies.byKey([key]);
  const changed = Object.entries(sent).filter(
    ([name, value]) => instance.fields.get(name)?.company && (company?.values[name] ?? null) !== value,
  );
  if (!company || changed.length === 0) return;
  const before = company.values;
  instance.companies.replace(company, { ...before, ...Object.fromEntries(changed) }, instance.clock.now());
  logOnLeads(instance, before, company.values, origin);
}

import { nullsAsSet, stamp } from '../envelope';
import type { Field, Value, Values } from '../fields';
import type { Instance } from '../instance';
import type { Lead } from './store';

/** Fields a read returns that names none (marketo-api §4.3). */
export const DEFAULT_FIELDS = ['id', 'email', 'updatedAt', 'createdAt', 'lastName', 'firstName'] as const;

/** A lead as read: requested nulls are explicit, unset booleans are false, company fields come from its company (§4.3). */
export function viewLead(instance: Instance, lead: Lead, names: readonly string[]): Record<string, Value> {
  const values = instance.leads.values(lead);
  const view: Record<string, Value> = {};
  for (const name of names) {
    const field = instance.fields.get(name);
    if (field) view[name] = readField(instance, lead, values, field);
  }
  return view;
}

/** A lead as the API answers it: a switch says whether nulls are left out (§4.3). */
export function answerLead(instance: Instance, lead: Lead, names: readonly string[]): Record<string, Value> {
  return nullsAsSet(instance.settings, viewLead(instance, lead, names));
}

/** What a lead shows that came by the API, until something else is written there. */
const BY_API: Readonly<Record<string, Value>> = {
  isLead: true,
  originalSourceType: 'Web service API',
  registrationSourceType: 'Web service API',
};

/** One field's value, inherited and computed ones included. */
export function readField(instance: Instance, lead: Lead, values: Values, field: Field): Value {
  switch (field.name) {
    case 'id':
    case 'leadPerson':
      return lead.id;
    case 'createdAt':
      return stamp(lead.createdAt);
    case 'updatedAt':
      return stamp(lead.updatedAt);
    case 'leadPartitionId':
      return lead.partition;
    case 'mktoName':
      return [values.firstName, values.middleName, values.lastName].filter(Boolean).join(' ') || null;
    default: {
      const stored = field.company ? companyValue(instance, values, field.name) : values[field.name];
      return stored ?? (lead.byApi ? BY_API[field.name] : undefined) ?? (field.dataType === 'boolean' ? false : null);
    }
  }
}

/** A linked lead shows its company's value, another the one held by itself (its implicit company). */
function companyValue(instance: Instance, values: Values, name: string): Value | undefined {
  const key = values.externalCompanyId;
  if (key === undefined || key === null) return values[name];
  return instance.companies.byKey([key])?.values[name];
}

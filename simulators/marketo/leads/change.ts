import { type Origin, TYPE } from '../activities/log';
import type { Value, Values } from '../fields';
import type { Instance } from '../instance';
import type { Lead } from './store';

/** Creates a lead and logs New Lead (12); no activity for its first values. */
export function createLead(instance: Instance, values: Values, partition: number, origin: Origin): Lead {
  const lead = instance.leads.insert(withoutCompanyFields(instance, values), instance.clock.now(), partition);
  instance.log.append({ type: TYPE.newLead, leadId: lead.id, origin });
  return lead;
}

/**
 * Applies changed values to a lead; one activity a changed field: 13, or 22 where `flow` changes a score
 * (marketo-api §5.5). An identical value logs nothing and does not move `updatedAt`, unless the setting says so.
 */
export function changeLead(instance: Instance, lead: Lead, changes: Values, origin: Origin, flow = false): void {
  const before = instance.leads.values(lead);
  const after: Values = { ...before };
  let changed = false;
  for (const name in changes) {
    const from = before[name] ?? null;
    const to = changes[name] ?? null;
    const field = instance.fields.get(name);
    if (!field || name === 'id') continue;
    // An unset boolean reads false, so setting it false changes nothing that anyone can see.
    const same = from === to || (field.dataType === 'boolean' && !from && !to);
    if (same && !instance.settings.sameValueActivity) continue;
    if (!same) changed = true;
    if (to === null) delete after[name];
    else after[name] = to;
    const type = flow && field.dataType === 'score' ? TYPE.changeScore : TYPE.changeDataValue;
    instance.log.append({ type, leadId: lead.id, origin, fieldId: field.id, ...oldAndNew(from, to) });
  }
  if (!changed) return;
  instance.leads.replace(lead, before, withoutCompanyFields(instance, after));
  lead.updatedAt = instance.clock.now();
}

/** Removes a lead with its roles and list memberships, and logs Delete Lead (37) unless told not to. */
export function deleteLead(instance: Instance, lead: Lead, origin: Origin, log = true): void {
  const { firstName, lastName } = instance.leads.values(lead);
  const personName = [firstName, lastName].filter(Boolean).join(' ');
  for (const role of instance.roles.find('leadId', lead.id)) instance.roles.remove(role);
  instance.lists.removeLead(lead.id);
  instance.leads.remove(lead);
  if (log) instance.log.append({ type: TYPE.deleteLead, leadId: lead.id, origin, personName });
}

/** Values are logged as strings, an empty one not at all (marketo-api §5.3). */
export function oldAndNew(from: Value, to: Value): { from?: string; to?: string } {
  return { ...(from !== null && { from: String(from) }), ...(to !== null && { to: String(to) }) };
}

/** A lead with a company holds no company fields of its own: it shows those of the company. */
function withoutCompanyFields(instance: Instance, values: Values): Values {
  if (values.externalCompanyId === undefined || values.externalCompanyId === null) return values;
  return Object.fromEntries(Object.entries(values).filter(([name]) => !instance.fields.get(name)?.company));
}

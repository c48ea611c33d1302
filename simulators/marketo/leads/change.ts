import { type Origin, oldAndNew, TYPE } from '../activities/log';
import type { Field, Values } from '../fields';
import type { Instance } from '../instance';
import { applyCompanyFields, withoutCompanyFields } from './company-fields';
import type { Lead } from './store';

/** Creates a lead and logs New Lead (12); no activity for its first values. */
export function createLead(instance: Instance, values: Values, partition: number, origin: Origin): Lead {
  const lead = instance.leads.insert(withoutCompanyFields(instance, values), instance.clock.now(), partition);
  lead.byApi = origin.method !== undefined;
  instance.log.append({ type: TYPE.newLead, leadId: lead.id, origin });
  applyCompanyFields(instance, values, values, origin);
  return lead;
}

/**
 * Applies changed values to a lead; one activity a changed field: 13, or 22 where `flow` changes a score
 * (marketo-api §5.5). An identical value logs nothing and does not move `updatedAt`, unless the switches say so.
 */
export function changeLead(instance: Instance, lead: Lead, changes: Values, origin: Origin, flow = false): void {
  const { sameValueActivity, sameValueUpdatedAt } = instance.settings;
  const before = instance.leads.values(lead);
  const after: Values = { ...before };
  let changed = false;
  let standard = false;
  for (const name in changes) {
    const from = before[name] ?? null;
    const to = changes[name] ?? null;
    const field = instance.fields.get(name);
    if (!field || name === 'id' || (field.company && isLinked(before, changes))) continue;
    if (name === 'externalCompanyId' && to === null) continue; // no lead leaves its company for none (§4.4)
    // An unset boolean reads false, so setting it false changes nothing that anyone can see.
    const same = from === to || (field.dataType === 'boolean' && !from && !to);
    if (!same || sameValueUpdatedAt) standard ||= !field.custom;
    if (same && !sameValueActivity) continue;
    if (!same) changed = true;
    if (to === null) delete after[name];
    else after[name] = to;
    for (const type of activityTypes(instance, field, flow)) {
      instance.log.append({ type, leadId: lead.id, origin, fieldId: field.id, ...oldAndNew(from, to) });
    }
  }
  if (changed) instance.leads.replace(lead, before, withoutCompanyFields(instance, after));
  else instance.leads.unchanged(lead);
  touch(instance, lead, changed, standard);
  applyCompanyFields(instance, after, changes, origin);
}

/** The visible `updatedAt` moves with standard fields only; bulk extract filters by the true time (marketo-api §5.7). */
function touch(instance: Instance, lead: Lead, changed: boolean, standard: boolean): void {
  const now = instance.clock.now();
  if (changed) lead.changedAt = now;
  if (standard) lead.updatedAt = now;
}

function isLinked(before: Values, changes: Values): boolean {
  return (changes.externalCompanyId ?? before.externalCompanyId ?? null) !== null;
}

/** A score changed by a flow step; scores written through the API show as type 13 like any field. */
function activityTypes({ settings }: Instance, field: Field, flow: boolean): number[] {
  if (!flow || field.dataType !== 'score') return [TYPE.changeDataValue];
  if (settings.scoreActivity === 'both') return [TYPE.changeScore, TYPE.changeDataValue];
  return [settings.scoreActivity === 'changeScore' ? TYPE.changeScore : TYPE.changeDataValue];
}

/** Its company is gone, and the link with it (a switch of company delete). */
export function unlinkLead(instance: Instance, lead: Lead, origin: Origin): void {
  const before = instance.leads.values(lead);
  const { externalCompanyId = null, ...after } = before;
  const fieldId = instance.fields.get('externalCompanyId')?.id ?? 0;
  instance.log.append({
    type: TYPE.changeDataValue,
    leadId: lead.id,
    origin,
    fieldId,
    ...oldAndNew(externalCompanyId, null),
  });
  instance.leads.replace(lead, before, after);
  touch(instance, lead, true, true);
}

/**
 * Removes a lead with its roles and list memberships, and logs Delete Lead (37) unless told not to; `into` = the winner
 * of the merge it was lost in.
 */
export function deleteLead(instance: Instance, lead: Lead, origin: Origin, log = true, into?: number): void {
  const { firstName, lastName } = instance.leads.values(lead);
  const personName = [firstName, lastName].filter(Boolean).join(' ');
  if (instance.settings.deleteRemovesRoles) {
    for (const role of instance.roles.find('leadId', lead.id)) instance.roles.remove(role);
  }
  instance.lists.removeLead(lead.id);
  instance.programs.removeLead(lead.id);
  instance.leads.remove(lead, into);
  if (log) instance.log.append({ type: TYPE.deleteLead, leadId: lead.id, origin, personName });
}

import { type Origin, oldAndNew, TYPE } from '../activities/log';
import type { Values } from '../fields';
import type { Instance } from '../instance';

/** A company with more leads than this changes without an activity on each (marketo-api §6.3). */
const MAX_FAN_OUT = 5000;

/** Change Data Value on each lead of a changed company, for the fields leads inherit (marketo-api §6.3). */
export function logOnLeads(instance: Instance, before: Values, after: Values, origin: Origin): void {
  if (!instance.settings.companyFanOut) return;
  const leads = instance.leads.find('externalCompanyId', after.externalCompanyId ?? null);
  if (leads.length === 0 || leads.length > MAX_FAN_OUT) return;
  for (const name of Object.keys({ ...before, ...after })) {
    const field = instance.fields.get(name);
    const [from, to] = [before[name] ?? null, after[name] ?? null];
    if (!field?.company || from === to) continue;
    for (const leadId of leads) {
      instance.log.append({ type: TYPE.changeDataValue, leadId, origin, fieldId: field.id, ...oldAndNew(from, to) });
    }
  }
}

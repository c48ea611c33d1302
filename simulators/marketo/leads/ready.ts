import type { Instance } from '../instance';
import type { Lead } from './store';

/** Reported time in which reads and lists do not know a lead that has just been created (marketo-api §4.3, §9 no. 9). */
const LATE_MS = 2000;

/** The lead, if reads and lists know it by now. */
export function readyLead(instance: Instance, id: number): Lead | undefined {
  const lead = instance.leads.get(id);
  const late = instance.settings.newLeadReady === 'afterTwoSeconds' ? LATE_MS : 0;
  return lead && lead.createdAt + late <= instance.clock.now() ? lead : undefined;
}

import { type Origin, TYPE } from '../activities/log';
import type { Values } from '../fields';
import type { Instance } from '../instance';
import { deleteLead } from './change';
import type { Lead } from './store';

/**
 * Merges losers into the winner: the winner's values stay unless empty (marketo-api §4.5); roles and linked custom
 * objects go to the winner. One activity 32 tells of it, no 13 for the values filled in; whether losers also show as
 * deleted (37) is a setting (§5.3 [?]).
 */
export function mergeLeads(instance: Instance, winner: Lead, losers: Lead[], origin: Origin): void {
  const before = instance.leads.values(winner);
  const after: Values = { ...before };
  for (const loser of losers) {
    const values = instance.leads.values(loser);
    for (const name in values) after[name] ??= values[name] ?? null;
    moveRoles(instance, loser.id, winner.id);
    instance.customObjects.relink(loser.id, winner.id);
    deleteLead(instance, loser, origin, instance.settings.mergeLosersInDeleted);
  }
  instance.leads.replace(winner, before, after);
  winner.updatedAt = instance.clock.now();
  instance.log.append({
    type: TYPE.mergeLeads,
    leadId: winner.id,
    origin,
    mergedIds: losers.map((loser) => loser.id),
  });
}

function moveRoles(instance: Instance, from: number, to: number): void {
  for (const role of instance.roles.find('leadId', from)) {
    const { externalOpportunityId, role: name } = role.values;
    instance.roles.remove(role);
    if (instance.roles.byKey([externalOpportunityId ?? null, to, name ?? null])) continue;
    instance.roles.insert({ ...role.values, leadId: to }, role.createdAt);
  }
}

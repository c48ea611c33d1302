import { type Origin, oldAndNew, TYPE } from '../activities/log';
import type { Values } from '../fields';
import type { Instance } from '../instance';
import { deleteLead } from './change';
import { withoutCompanyFields } from './company-fields';
import type { Lead } from './store';

/**
 * Merges losers into the winner: the winner's values stay unless empty (marketo-api §4.5); roles and linked custom
 * objects go to the winner. One activity 32 tells of it; whether losers also show as deleted (37), whether values filled
 * in show as changes (13) and whether roles survive is not documented, so switches say. `anonymous` = ids of losers that were never
 * known.
 */
export function mergeLeads(
  instance: Instance,
  winner: Lead,
  losers: Lead[],
  origin: Origin,
  anonymous: number[] = [],
): void {
  const before = instance.leads.values(winner);
  const after: Values = { ...before };
  for (const loser of losers) {
    const values = instance.leads.values(loser);
    for (const name in values) after[name] ??= values[name] ?? null;
    if (instance.settings.mergeMovesRoles) moveRoles(instance, loser.id, winner.id);
    if (instance.settings.mergeMovesCustomObjects) instance.customObjects.relink(loser.id, winner.id);
    deleteLead(instance, loser, origin, instance.settings.mergeLosersInDeleted, winner.id);
  }
  instance.leads.replace(winner, before, withoutCompanyFields(instance, after));
  winner.updatedAt = instance.clock.now();
  winner.changedAt = winner.updatedAt;
  if (instance.settings.mergeLogsChanges) logFilled(instance, winner, before, after, origin);
  instance.log.append({
    type: TYPE.mergeLeads,
    leadId: winner.id,
    origin,
    mergedIds: [...losers.map((loser) => loser.id), ...anonymous],
  });
}

function logFilled(instance: Instance, { id: leadId }: Lead, before: Values, after: Values, origin: Origin): void {
  for (const name in after) {
    const field = instance.fields.get(name);
    const to = after[name] ?? null;
    if (!field || to === null || (before[name] ?? null) !== null) continue;
    instance.log.append({ type: TYPE.changeDataValue, leadId, origin, fieldId: field.id, ...oldAndNew(null, to) });
  }
}

function moveRoles(instance: Instance, from: number, to: number): void {
  for (const role of instance.roles.find('leadId', from)) {
    const { externalOpportunityId, role: name } = role.values;
    instance.roles.remove(role);
    if (instance.roles.byKey([externalOpportunityId ?? null, to, name ?? null])) continue;
    instance.roles.insert({ ...role.values, leadId: to }, role.createdAt);
  }
}

import { apiOrigin, type Call, checkBatch, inputOf } from '../call';
import { MarketoFault, reason } from '../errors';
import type { Routes } from '../router';
import { deleteLead } from './change';
import { mergeLeads } from './merge';
import type { Lead } from './store';

/** Losers a merge takes at most (marketo-api §3). */
const MAX_LOSERS = 25;

/** Delete and merge (marketo-api §4.5). */
export function leadRemoveRoutes(routes: Routes): void {
  routes.post('/rest/v1/leads/delete.json', 'Lead', remove);
  routes.post('/rest/v1/leads/{id}/merge.json', 'Lead', merge);
}

/** Ids come as `?id=1,2` or in the body. */
export function leadIds(call: Call): unknown[] {
  const listed = call.query.list('id');
  checkBatch(call, listed.length);
  return listed.length > 0 ? listed : inputOf(call, 'Leads not specified').map(({ id }) => id);
}

function remove(call: Call) {
  const { instance } = call;
  const origin = apiOrigin(call, 'deleteLead');
  return {
    result: leadIds(call).map((id) => {
      const lead = instance.leads.get(Number(id));
      if (!lead) return { id: Number(id), status: 'skipped', reasons: [reason(instance.settings.deleteUnknownLead)] };
      deleteLead(instance, lead, origin);
      return { id: lead.id, status: 'deleted' };
    }),
  };
}

/** Answers without `result`; losers come only in the address (a form or JSON body of them is 1003). */
function merge(call: Call) {
  const { instance } = call;
  const listed = [...call.query.list('leadIds'), ...call.query.list('leadId')];
  if (listed.length === 0) throw new MarketoFault('1003', 'leadId or leadIds is required');
  if (listed.length > MAX_LOSERS) throw new MarketoFault('1080', `A merge takes at most ${MAX_LOSERS} leadIds`);
  const ids = [...new Set(listed.map(Number))];
  const winner = instance.leads.get(Number(call.path.id));
  const losers = ids.map((id) => instance.leads.get(id)).filter((lead): lead is Lead => lead !== undefined);
  if (!winner || losers.length < ids.length) throw new MarketoFault('1004');
  if (losers.includes(winner)) throw new MarketoFault('1003', 'A lead cannot be merged into itself');
  mergeLeads(instance, winner, losers, apiOrigin(call, 'mergeLeads'));
  return {};
}

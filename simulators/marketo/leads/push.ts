import { TYPE } from '../activities/log';
import { apiOrigin, type Call, inputOf } from '../call';
import { MarketoFault } from '../errors';
import type { Routes } from '../router';
import { readRequest, syncLeads } from './sync';

/** Push and associate (marketo-api §4.5). */
export function leadPushRoutes(routes: Routes): void {
  routes.post('/rest/v1/leads/push.json', 'Lead', push, { ownLatency: true });
  routes.post('/rest/v1/leads/{id}/associate.json', 'Lead', associate);
}

/** Always an upsert, with a Push Lead activity (145) for every lead; a program that is named must exist. */
async function push(call: Call) {
  const { instance } = call;
  const { programName, source, reason } = (call.body ?? {}) as Record<string, unknown>;
  if (typeof programName !== 'string' || programName === '')
    throw new MarketoFault('701', 'programName cannot be blank');
  if (!instance.programs.named(programName)) throw new MarketoFault('1013', `Program '${programName}' not found`);
  const input = inputOf(call, 'Leads not specified');
  const request = { ...readRequest(call), action: 'createOrUpdate' as const };
  const origin = apiOrigin(call, 'pushLead');
  const result = await syncLeads(instance, request, input, origin);
  const attributes = Object.entries({ Source: source, Reason: reason }).flatMap(([name, value]) =>
    typeof value === 'string' ? [{ name, value }] : [],
  );
  for (const { id } of result) {
    if (typeof id !== 'number') continue;
    instance.log.append({ type: TYPE.pushLead, leadId: id, origin, custom: { primary: programName, attributes } });
  }
  return { result };
}

/** Ties a web visitor's cookie to a lead; answers without `result`. Web visits are not simulated. */
function associate({ instance, path, query }: Call) {
  query.require('cookie');
  if (!instance.leads.get(Number(path.id))) throw new MarketoFault('1004');
  return {};
}

import type { Origin } from '../activities/log';
import { apiOrigin, type Call, inputOf } from '../call';
import { MarketoFault, reason } from '../errors';
import type { Instance } from '../instance';
import type { Routes } from '../router';
import { changeLead, createLead } from './change';
import { type Action, linkFaults, type Plan, planRecords, type SyncRequest } from './plan';

const ACTIONS: readonly string[] = ['createOnly', 'updateOnly', 'createOrUpdate', 'createDuplicate'];

/** `POST /rest/v1/leads.json` (marketo-api §4.4): results in input order, no `seq`, no id on a skipped record. */
export function leadSyncRoutes(routes: Routes): void {
  routes.post('/rest/v1/leads.json', 'Lead', sync, { ownLatency: true });
}

async function sync(call: Call) {
  const input = inputOf(call, 'Leads not specified');
  const request = readRequest(call);
  const work = syncLeads(call.instance, request, input, apiOrigin(call, 'syncLead'));
  // Answers at once and works on; what its results say is not documented, so there are none (marketo-api §4.4).
  return { result: asksAsync(call) ? [] : await work };
}

function asksAsync({ body }: Call): boolean {
  return (body as { asyncProcessing?: unknown }).asyncProcessing === true;
}

/** Looks up all records of a call and writes them; results in input order. */
export async function syncLeads(
  instance: Instance,
  request: SyncRequest,
  input: Record<string, unknown>[],
  origin: Origin,
): Promise<Record<string, unknown>[]> {
  let plans: Plan[];
  if (instance.settings.twinRace) {
    plans = planRecords(instance, request, input);
    await instance.writeLatency();
  } else {
    await instance.writeLatency();
    plans = planRecords(instance, request, input);
  }
  return commitPlans(instance, plans, origin);
}

/** Carries out what was planned; results in input order, no id on a skipped record. */
export function commitPlans(instance: Instance, plans: readonly Plan[], origin: Origin): Record<string, unknown>[] {
  const results: Record<string, unknown>[] = [];
  for (const plan of plans) results.push(commit(instance, plan, results, origin));
  return results;
}

/** Action, look-up field and partition of a call; what does not fit refuses the whole call. */
export function readRequest(call: Call): SyncRequest {
  const body = call.body as { action?: string; lookupField?: string; partitionName?: string };
  const action = body.action ?? 'createOrUpdate';
  if (!ACTIONS.includes(action)) throw new MarketoFault('1003', `Invalid value for action '${action}'`);
  const lookupField = body.lookupField ?? 'email';
  const { fields } = call.instance;
  if (!fields.isKey(lookupField)) {
    if (!fields.get(lookupField)) throw new MarketoFault('1006', `Lookup field '${lookupField}' not found`);
    throw new MarketoFault('1011', `Field '${lookupField}' not supported`);
  }
  if (lookupField === 'id' && action !== 'updateOnly') {
    throw new MarketoFault('1003', `Lookup field 'id' is not allowed with action '${action}'`);
  }
  if (body.partitionName !== undefined && action === 'updateOnly') {
    throw new MarketoFault('1003', `partitionName is not allowed with action '${action}'`);
  }
  return { action: action as Action, lookupField, partitionName: body.partitionName };
}

function commit(instance: Instance, plan: Plan, earlier: Record<string, unknown>[], origin: Origin) {
  if (plan.kind === 'skip') return { status: 'skipped', reasons: plan.reasons };
  if (plan.kind === 'create') {
    return { id: createLead(instance, plan.values, plan.partition, origin).id, status: 'created' };
  }
  const id = plan.kind === 'update' ? plan.id : Number(earlier[plan.before]?.id);
  const lead = instance.leads.get(id);
  if (!lead) return { status: 'skipped', reasons: [reason('1004')] };
  const refused = plan.kind === 'update-of' ? linkFaults(instance, instance.leads.values(lead), plan.values) : [];
  if (refused.length > 0) return { status: 'skipped', reasons: refused };
  changeLead(instance, lead, plan.values, origin);
  return { id: lead.id, status: 'updated' };
}

import { type Call, inputOf } from '../call';
import { reason } from '../errors';
import { PARTITIONS } from '../instance';
import type { Routes } from '../router';

/** List of the partitions, and moving leads between them (marketo-api §4.5). */
export function partitionRoutes(routes: Routes): void {
  routes.get('/rest/v1/leads/partitions.json', 'Lead', () => ({ result: PARTITIONS.map((one) => ({ ...one })) }));
  routes.post('/rest/v1/leads/partitions.json', 'Lead', move);
}

function move(call: Call) {
  return {
    result: inputOf(call, 'Leads not specified').map(({ id, partitionName }) => {
      const lead = call.instance.leads.get(Number(id));
      if (!lead) return { id, status: 'skipped', reasons: [reason('1004')] };
      const partition = PARTITIONS.find((one) => one.name === partitionName);
      if (!partition) return { id, status: 'skipped', reasons: [partitionDenied(partitionName)] };
      lead.partition = partition.id;
      return { id: lead.id, status: 'updated' };
    }),
  };
}

export function partitionDenied(name: unknown) {
  return reason('1008', `Access to partition '${String(name)}' denied`);
}

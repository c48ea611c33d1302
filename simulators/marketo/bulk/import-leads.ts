import type { Call } from '../call';
import { MarketoFault } from '../errors';
import { type Instance, PARTITIONS } from '../instance';
import { partitionDenied } from '../leads/partitions';
import { planRecords, type SyncRequest } from '../leads/plan';
import { commitPlans } from '../leads/sync';
import type { Routes } from '../router';
import { noteFile } from './import-files';
import { type ImportJob, importOf, MAX_IMPORT, messageOf, parameter, startImport, statusOf } from './import-job';
import type { Result, Sent } from './import-rows';

const BATCH = '/bulk/v1/leads/batch/{batchId}';

/** Lead import (marketo-api §7.1): upsert only; by `id` it updates only. */
export function leadImportRoutes(routes: Routes): void {
  routes.post('/bulk/v1/leads.json', 'Lead', start, { multipartLimit: MAX_IMPORT });
  routes.get(`${BATCH}.json`, 'Lead', (call) => ({ result: [status(importOf(call, 'leads'))] }));
  routes.get(`${BATCH}/failures.json`, 'Lead', (call) => noteFile(call.instance, importOf(call, 'leads'), 'Failure'));
  routes.get(`${BATCH}/warnings.json`, 'Lead', (call) => noteFile(call.instance, importOf(call, 'leads'), 'Warning'));
}

function start(call: Call) {
  const { instance } = call;
  const request = readRequest(call);
  const listId = readList(call);
  const { lookupField } = request;
  const job = startImport(
    call,
    {
      object: 'leads',
      records: 'leads',
      fields: instance.fields,
      keys: [lookupField],
      keyless: `Value for lookup field '${lookupField}' not found`,
      write: (records) => write(instance, request, records, listId),
    },
    listId,
  );
  return { result: [queued(job)] };
}

function readRequest(call: Call): SyncRequest {
  const { fields } = call.instance;
  const lookupField = parameter(call, 'lookupField') ?? 'email';
  const partitionName = parameter(call, 'partitionName');
  if (!fields.isKey(lookupField)) throw new MarketoFault('1006', `Lookup field '${lookupField}' not found`);
  if (partitionName !== undefined && !PARTITIONS.some(({ name }) => name === partitionName)) {
    const { code, message } = partitionDenied(partitionName);
    throw new MarketoFault(code, message);
  }
  return { action: lookupField === 'id' ? 'updateOnly' : 'createOrUpdate', lookupField, partitionName };
}

/** The static list the leads go into; one import at a time (1019). */
function readList(call: Call): number | undefined {
  const sent = parameter(call, 'listId');
  if (sent === undefined) return undefined;
  const { bulk, lists } = call.instance;
  const { id } = lists.get(Number(sent));
  const busy = bulk.imports
    .all()
    .some(({ stage, listId }) => listId === id && (stage === 'queued' || stage === 'running'));
  if (busy) throw new MarketoFault('1019', 'Import in progress');
  return id;
}

/** The same rules as Sync Leads; activities say that it was an import. */
export function writeLeads(instance: Instance, request: SyncRequest, records: Record<string, unknown>[]): Result[] {
  const { importSource } = instance.settings;
  const plans = planRecords(instance, request, records);
  return commitPlans(instance, plans, { source: importSource, reason: importSource });
}

function write(instance: Instance, request: SyncRequest, records: Sent[], listId: number | undefined): Result[] {
  const results = writeLeads(instance, request, records);
  if (listId !== undefined) {
    const { members } = instance.lists.get(listId);
    for (const { status, id } of results) if (status !== 'skipped') members.add(Number(id));
  }
  return results;
}

export function queued(job: ImportJob) {
  return { batchId: job.batchId, importId: job.id, status: statusOf(job) };
}

/** The status of an import of leads, and of program members too. */
export function status(job: ImportJob) {
  return {
    batchId: job.batchId,
    importId: job.id,
    status: statusOf(job),
    numOfLeadsProcessed: job.processed,
    numOfRowsFailed: job.failures.length,
    numOfRowsWithWarning: job.warnings.length,
    ...messageOf(job),
  };
}

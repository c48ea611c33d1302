import type { Call } from '../call';
import { linkRules } from '../custom-objects/links';
import { MarketoFault } from '../errors';
import { syncObjects } from '../objects/sync';
import type { Routes } from '../router';
import { noteFile } from './import-files';
import { type ImportJob, importOf, MAX_IMPORT, messageOf, startImport, statusOf } from './import-job';

const IMPORT = '/bulk/v1/customobjects/{apiName}/import';

/** Custom object import (marketo-api §7.2): upsert by the dedupe fields, by the rules of their sync. */
export function objectImportRoutes(routes: Routes): void {
  routes.post(`${IMPORT}.json`, 'Custom Object', start, { multipartLimit: MAX_IMPORT });
  const file = (call: Call, kind: 'Failure' | 'Warning') =>
    noteFile(call.instance, importOf(call, objectOf(call)), kind);
  routes.get(`${IMPORT}/{batchId}/status.json`, 'Custom Object', (call) => ({
    result: [status(call, importOf(call, objectOf(call)))],
  }));
  routes.get(`${IMPORT}/{batchId}/failures.json`, 'Custom Object', (call) => file(call, 'Failure'));
  routes.get(`${IMPORT}/{batchId}/warnings.json`, 'Custom Object', (call) => file(call, 'Warning'));
}

function start(call: Call) {
  const type = call.instance.customObjects.get(call.path.apiName ?? '');
  const store = type?.apiName === call.path.apiName ? type?.store : undefined;
  if (!type || !store) throw new MarketoFault('1013', 'Object not found');
  const job = startImport(call, {
    object: objectOf(call),
    records: objectOf(call),
    fields: store.type.fields,
    keys: store.type.dedupeFields,
    keyless: 'missing.dedupe.fields',
    write: (input) => syncObjects({ ...call, body: { input } }, store, linkRules(type)).result,
  });
  return { result: [{ batchId: job.batchId, status: statusOf(job), objectApiName: type.apiName }] };
}

function objectOf({ path }: Call): string {
  return `customobjects/${path.apiName}`;
}

function status({ instance }: Call, job: ImportJob) {
  const { startedAt, finishedAt = instance.clock.now() } = job;
  const seconds = startedAt === undefined ? 0 : Math.round((finishedAt - startedAt) / 1000);
  return {
    batchId: job.batchId,
    operation: 'import',
    status: statusOf(job),
    objectApiName: job.object.replace('customobjects/', ''),
    numOfObjectsProcessed: job.processed,
    numOfRowsFailed: job.failures.length,
    numOfRowsWithWarning: job.warnings.length,
    importTime: `${seconds} second(s)`,
    ...messageOf(job),
  };
}

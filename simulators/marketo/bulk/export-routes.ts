import { randomUUID } from 'node:crypto';
import { actor } from '../../common/actor';
import type { Call } from '../call';
import { MarketoFault } from '../errors';
import { pageOf } from '../objects/schema-fields';
import type { Area, Routes } from '../router';
import { readFormat } from './csv';
import { exportFile } from './export-file';
import { type ExportJob, type Extract, statusOf, viewJob, writeFile } from './export-job';
import type { ExportRequest } from './export-request';

const DAY = 86_400_000;
/** Days the list of jobs goes back (marketo-api §7.3). */
const LISTED_DAYS = 7;

/** One kind of extract. */
export interface ExportKind {
  /** `/bulk/v1/leads`, or with `{apiName}`. */
  path: string;
  area: Area;
  /** Name of the object the call is about. */
  object(call: Call): string;
  /** Reads what is asked for; throws 1003, 1035 and their like. */
  extract(call: Call, request: ExportRequest): Extract;
}

/** The six calls of one kind of extract (marketo-api §7.3); all need no more than the right to read. */
export function exportRoutes(routes: Routes, kind: ExportKind): void {
  const base = `${kind.path}/export`;
  const job = (call: Call) => jobOf(call, kind.object(call));
  const shown = (call: Call, one: ExportJob) => ({ result: [viewJob(one, call.instance)] });
  const read = { write: false };
  routes.post(`${base}/create.json`, kind.area, (call) => shown(call, create(call, kind)), read);
  routes.post(`${base}/{exportId}/enqueue.json`, kind.area, (call) => shown(call, enqueue(call, job(call))), read);
  routes.post(`${base}/{exportId}/cancel.json`, kind.area, (call) => shown(call, cancel(job(call))), read);
  routes.get(`${base}/{exportId}/status.json`, kind.area, (call) => ({ result: [status(call, job(call))] }));
  routes.get(`${base}/{exportId}/file.json`, kind.area, (call) => exportFile(call, kind.object(call)));
  routes.get(`${base}.json`, kind.area, (call) => list(call, kind.object(call)));
}

function create(call: Call, kind: ExportKind): ExportJob {
  const { bulk, clock } = call.instance;
  const request = (call.body ?? {}) as ExportRequest;
  const format = readFormat(String(request.format ?? 'CSV'));
  const extract = kind.extract(call, request);
  const job: ExportJob = {
    id: randomUUID(),
    object: kind.object(call),
    actor: actor(),
    stage: 'created',
    createdAt: clock.now(),
    work: nothing(),
    format,
  };
  job.work = writeFile(call.instance, job, extract);
  bulk.exports.add(job);
  return job;
}

/** 1029 in its three meanings; which one, only the message says (marketo-api §2.2). */
function enqueue({ instance }: Call, job: ExportJob): ExportJob {
  const { exports, quota } = instance.bulk;
  if (job.stage === 'queued' || job.stage === 'running') throw new MarketoFault('1029', 'Job already queued');
  if (job.stage !== 'created') throw new MarketoFault('1003', `Export job is ${statusOf(job, instance)}`);
  if (quota.exceeded()) throw new MarketoFault('1029', 'Export daily quota exceeded');
  if (exports.full()) throw new MarketoFault('1029', 'Too many jobs in queue');
  exports.enqueue(job);
  delete job.shown;
  return job;
}

function cancel(job: ExportJob): ExportJob {
  if (job.stage === 'done' || job.stage === 'failed') throw new MarketoFault('1003', 'Export job has ended');
  job.stage = 'cancelled';
  delete job.shown;
  return job;
}

/** Shows what it showed before until a minute has passed (marketo-api §7.3). */
function status({ instance }: Call, job: ExportJob): Record<string, unknown> {
  const now = instance.clock.now();
  if (!job.shown || job.shown.at + instance.settings.exportStatusRefreshMs <= now) {
    job.shown = { at: now, view: viewJob(job, instance) };
  }
  return job.shown.view;
}

function list(call: Call, object: string) {
  const { instance } = call;
  const since = instance.clock.now() - LISTED_DAYS * DAY;
  const wanted = call.query.list('status').map(oneSpelling);
  const jobs = instance.bulk.exports
    .all()
    .filter((job) => job.object === object && job.createdAt >= since)
    .filter((job) => wanted.length === 0 || wanted.includes(oneSpelling(statusOf(job, instance))));
  return pageOf(
    call,
    jobs.map((job) => viewJob(job, instance)),
  );
}

/** The vendor spells Cancelled in two ways. */
function oneSpelling(name: string): string {
  return name.toLowerCase().replace('ll', 'l');
}

/** The job of an export id, of this object only; throws 1013. */
function jobOf(call: Call, object: string): ExportJob {
  const job = call.instance.bulk.exports.get(call.path.exportId ?? '');
  if (job?.object !== object) throw new MarketoFault('1013', 'Export job not found');
  return job;
}

function* nothing(): Generator<void> {}

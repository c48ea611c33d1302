import { actor } from '../../common/actor';
import type { Call } from '../call';
import { MarketoFault } from '../errors';
import { readFormat, separatorOf } from './csv';
import { type ImportTarget, importRows } from './import-rows';
import type { Job } from './jobs';
import { Multipart } from './multipart';

/** An import: rows are upserted, those refused go into a file of failures (marketo-api §7.1). */
export interface ImportJob extends Job {
  batchId: number;
  listId: number | undefined;
  separator: string;
  /** The file's columns. */
  header: string[];
  processed: number;
  failures: RowNote[];
  warnings: RowNote[];
}

/** A row as it was sent, and what was wrong with it. */
export interface RowNote {
  row: string[];
  note: string;
}

/** The largest file (marketo-api §3), and what its envelope may add. */
const MAX_FILE = 10 * 1024 * 1024;
export const MAX_IMPORT = MAX_FILE + 64 * 1024;

/** A parameter of an import, in the address or as a form field. */
export function parameter(call: Call, name: string): string | undefined {
  return call.query.get(name) ?? (call.body instanceof Multipart ? call.body.fields.get(name) : undefined);
}

/** Queues the file of the call. Throws 613, 701, 1003, 1016, or HTTP 413. */
export function startImport(call: Call, target: ImportTarget, listId?: number): ImportJob {
  const { bulk, clock, settings } = call.instance;
  if (!(call.body instanceof Multipart) || !call.body.file) throw new MarketoFault('613', 'Invalid Multipart Request');
  const { bytes } = call.body.file;
  if (bytes.length > MAX_FILE) throw Object.assign(new Error('the file is too large'), { statusCode: 413 });
  const format = parameter(call, 'format');
  if (format === undefined) throw new MarketoFault('701', 'format cannot be blank');
  const separator = separatorOf(readFormat(format), settings);
  if (bulk.imports.full()) throw new MarketoFault('1016', 'Too many imports');
  const batchId = bulk.nextBatch();
  const job: ImportJob = {
    id: String(batchId),
    object: target.object,
    actor: actor(),
    stage: 'created',
    createdAt: clock.now(),
    work: nothing(),
    batchId,
    listId,
    separator,
    header: [],
    processed: 0,
    failures: [],
    warnings: [],
  };
  job.work = importRows(call.instance, job, target, bytes.toString());
  bulk.imports.add(job);
  bulk.imports.enqueue(job);
  return job;
}

/** Names of the stages in answers (marketo-api §7.1). */
const STATUS = {
  created: 'Queued',
  queued: 'Queued',
  running: 'Importing',
  done: 'Complete',
  failed: 'Failed',
  cancelled: 'Failed',
} as const;

export function statusOf({ stage }: ImportJob): string {
  return STATUS[stage];
}

/** The closing message, as the vendor's samples word it. */
export function messageOf({ stage, processed, failures, warnings }: ImportJob): { message?: string } {
  if (stage === 'failed') return { message: 'Import failed' };
  if (stage !== 'done') return {};
  const outcome = failures.length > 0 ? 'completed with errors' : 'succeeded';
  const failed = failures.length > 0 ? `, ${failures.length} failed` : '';
  const warned = warnings.length > 0 ? `, ${warnings.length} warning.` : '';
  return { message: `Import ${outcome}, ${processed} records imported (${processed} members)${failed}${warned}` };
}

/** The job of a batch id, of this object only; throws 1013. */
export function importOf(call: Call, object: string): ImportJob {
  const job = call.instance.bulk.imports.get(call.path.batchId ?? '');
  if (job?.object !== object) throw new MarketoFault('1013', 'Batch not found');
  return job;
}

function* nothing(): Generator<void> {}

import { createHash } from 'node:crypto';
import { stamp } from '../envelope';
import type { Instance } from '../instance';
import { type Format, separatorOf, writeRow } from './csv';
import type { Job } from './jobs';

/** An export: created, queued, and then a file (marketo-api §7.3). */
export interface ExportJob extends Job {
  format: Format;
  file?: Buffer;
  checksum?: string;
  records?: number;
  /** What the status said last, and when: it is refreshed at most once a minute. */
  shown?: { at: number; view: Record<string, unknown> };
}

/** What goes into the file: the names of its columns, and its rows, some at a time. */
export interface Extract {
  /** Columns as they were asked for. */
  fields: string[];
  /** The columns' headings. */
  headings: string[];
  /** Values in the order of the columns; null is written as the literal `null`. Undefined gives way to other calls. */
  rows(): Iterable<readonly unknown[] | undefined>;
}

/** Rows between two pieces of work. */
const PIECE = 500;

/** The work of an export. */
export function* writeFile(instance: Instance, job: ExportJob, extract: Extract): Generator<void> {
  const separator = separatorOf(job.format, instance.settings);
  const pieces: Buffer[] = [];
  let lines = [writeRow(extract.headings, separator)];
  let records = 0;
  for (const row of extract.rows()) {
    if (row) {
      lines.push(writeRow(row.map(cellOf), separator));
      records += 1;
    }
    if (lines.length < PIECE && row) continue;
    if (lines.length > 0) pieces.push(Buffer.from(`${lines.join('\n')}\n`));
    lines = [];
    yield;
  }
  if (lines.length > 0) pieces.push(Buffer.from(`${lines.join('\n')}\n`));
  job.file = Buffer.concat(pieces);
  job.checksum = `sha256:${createHash('sha256').update(job.file).digest('hex')}`;
  job.records = records;
  instance.bulk.quota.use(job.file.length);
}

function cellOf(value: unknown): string {
  return value === null || value === undefined ? 'null' : String(value);
}

const STATUS = {
  created: 'Created',
  queued: 'Queued',
  running: 'Processing',
  done: 'Completed',
  failed: 'Failed',
} as const;

export function statusOf({ stage }: ExportJob, { settings }: Instance): string {
  return stage === 'cancelled' ? settings.cancelledSpelling : STATUS[stage];
}

/** A job as answers show it; key order as recorded. */
export function viewJob(job: ExportJob, instance: Instance): Record<string, unknown> {
  const { id, format, createdAt, queuedAt, startedAt, finishedAt, stage, file, checksum, records } = job;
  return {
    exportId: id,
    format,
    status: statusOf(job, instance),
    createdAt: stamp(createdAt),
    ...(queuedAt !== undefined && { queuedAt: stamp(queuedAt) }),
    ...(startedAt !== undefined && { startedAt: stamp(startedAt) }),
    ...(finishedAt !== undefined && { finishedAt: stamp(finishedAt) }),
    ...(stage === 'done' &&
      file && {
        numberOfRecords: records,
        fileSize: file.length,
        fileChecksum: checksum,
      }),
    ...(stage === 'failed' && { errorMsg: 'Export failed' }),
  };
}

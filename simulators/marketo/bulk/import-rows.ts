import { type Reason, reason } from '../errors';
import type { Field } from '../fields';
import type { Instance } from '../instance';
import { noteRefusals } from '../refusals';
import { checkValue } from '../validate';
import { readRows } from './csv';
import type { ImportJob } from './import-job';

/** A row by the names of its columns. */
export type Sent = Record<string, string | null>;

/** What is imported into. */
export interface ImportTarget {
  /** As a job names it: `leads`, `program/members` or `customobjects/<apiName>`. */
  object: string;
  /** Whose records its rows are: `leads` or `customobjects/<apiName>`. */
  records: string;
  fields: { get(name: string): Field | undefined };
  /** The fields that find a record; a row without one of them fails with `keyless`. */
  keys: string[];
  keyless: string;
  /** Upserts records, each with another key; results in their order. */
  write(records: Sent[]): Result[];
}

export interface Result {
  status?: unknown;
  reasons?: Reason[];
  [name: string]: unknown;
}

interface Row {
  row: string[];
  sent: Sent;
  fault: Reason | undefined;
}

/** Rows upserted at once, and so the size of one piece of work. */
const CHUNK = 300;

/** The work of an import. A key that comes again starts a new piece, so that the later row updates what the earlier one made. */
export function* importRows(instance: Instance, job: ImportJob, target: ImportTarget, text: string): Generator<void> {
  const rows = readRows(text, job.separator);
  const head = rows.next();
  if (head.done) throw new Error('the file has no header');
  job.header = head.value;
  let chunk: Row[] = [];
  let keys = new Set<string>();
  for (const row of rows) {
    const read = readRow(instance, job, target, row);
    const key = target.keys.map((name) => String(read.sent[name]).toLowerCase()).join('\u0000');
    if (chunk.length >= CHUNK || keys.has(key)) {
      commit(instance, job, target, chunk);
      chunk = [];
      keys = new Set();
      yield;
    }
    chunk.push(read);
    keys.add(key);
  }
  commit(instance, job, target, chunk);
}

function readRow(instance: Instance, job: ImportJob, { fields, keys, keyless }: ImportTarget, row: string[]): Row {
  const { importUnknownColumn } = instance.settings;
  const sent: Sent = {};
  let fault: Reason | undefined;
  job.header.forEach((name, index) => {
    const value = readCell(instance, row[index] ?? '');
    const field = fields.get(name);
    if (value === undefined) return;
    if (field || importUnknownColumn === 'fail') sent[name] = value;
    if (field) fault ??= typeFault(instance, field, value);
  });
  const unknown = importUnknownColumn === 'warn' ? job.header.find((name) => !fields.get(name)) : undefined;
  if (unknown !== undefined) job.warnings.push({ row, note: `Field '${unknown}' not found` });
  if (keys.some((name) => (sent[name] ?? null) === null)) fault = reason('1002', keyless);
  return { row, sent, fault };
}

/** An empty cell, or the literal null of an extract, either clears the field or does not: undocumented. */
function readCell({ settings }: Instance, cell: string): string | null | undefined {
  if (cell === '') return settings.importEmptyCell === 'keep' ? undefined : null;
  return cell === 'null' && settings.importNullLiteral === 'clear' ? null : cell;
}

/** The recorded texts of a value that does not fit its field (marketo-api §7.1). */
function typeFault({ settings }: Instance, field: Field, value: string | null): Reason | undefined {
  const checked = checkValue(field, value, settings);
  if (!('reason' in checked)) return undefined;
  if (field.dataType === 'email') return { ...checked.reason, message: 'Invalid email address' };
  return { ...checked.reason, message: `Invalid data type in field ${field.displayName}` };
}

function commit(instance: Instance, job: ImportJob, target: ImportTarget, chunk: Row[]): void {
  const sound = chunk.filter(({ fault }) => fault === undefined).map(({ sent }) => sent);
  const written = sound.length > 0 ? target.write(sound) : [];
  let next = 0;
  const result = chunk.map(({ row, fault }) => {
    const one: Result = fault ? { status: 'skipped', reasons: [fault] } : (written[next++] ?? {});
    if (one.status === 'skipped') job.failures.push({ row, note: noteOf(one.reasons) });
    else job.processed += 1;
    return one;
  });
  const [lookupField] = target.keys;
  noteRefusals(
    instance,
    `/rest/v1/${target.records}.json`,
    { lookupField, input: chunk.map(({ sent }) => sent) },
    { result },
  );
}

/** What a row that a rule refused says in the file of failures. */
function noteOf(reasons: readonly Reason[] = []): string {
  return reasons.map(({ message }) => message).join('; ');
}

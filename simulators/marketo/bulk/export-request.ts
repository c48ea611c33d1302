import { MarketoFault } from '../errors';
import type { Instance } from '../instance';

/** The body of an export's create call. */
export interface ExportRequest {
  fields?: unknown;
  format?: unknown;
  columnHeaderNames?: Record<string, unknown>;
  filter?: Record<string, unknown>;
}

/** Both ends belong to it; milliseconds since the epoch. */
export interface Range {
  startAt: number;
  endAt: number;
}

/** The longest range of a filter (marketo-api §3). */
const MAX_RANGE = 31 * 86_400_000;
const DATETIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** The names asked for, all of them known; throws 1003 with the recorded text. */
export function readFields(sent: unknown, knows: (name: string) => boolean): string[] {
  if (!Array.isArray(sent) || sent.length === 0) throw new MarketoFault('1003', 'fields cannot be blank');
  const unknown = sent.map(String).filter((name) => !knows(name));
  if (unknown.length > 0) throw new MarketoFault('1003', `Invalid fields [${unknown.join(', ')}]`);
  return sent.map(String);
}

/** The filter's names and values; throws 1003 without one, and 1035 for one of another name. */
export function readFilter(request: ExportRequest, known: readonly string[]): [name: string, value: unknown][] {
  const entries = Object.entries(request.filter ?? {});
  if (entries.length === 0) throw new MarketoFault('1003', 'filter cannot be blank');
  if (entries.some(([name]) => !known.includes(name))) throw unsupported();
  return entries;
}

export function unsupported(): MarketoFault {
  return new MarketoFault('1035', 'Unsupported filter type for target subscription');
}

/** A range of dates of at most 31 days. */
export function readRange({ settings }: Instance, name: string, sent: unknown): Range {
  const { startAt, endAt } = (sent ?? {}) as { startAt?: unknown; endAt?: unknown };
  const milliseconds = [startAt, endAt].some((text) => /\.\d/.test(String(text)));
  if (milliseconds && settings.exportMilliseconds === 'refused') throw invalidDate(name);
  const range = { startAt: readDate(name, startAt), endAt: readDate(name, endAt) };
  if (range.startAt > range.endAt) throw new MarketoFault('1003', `${name}: startAt is after endAt`);
  if (range.endAt - range.startAt > MAX_RANGE) {
    throw new MarketoFault(settings.exportRangeCode, `${name}: the range is longer than 31 days`);
  }
  return range;
}

/** Times are kept to the second as they are shown, so that both ends belong to the range. */
export function within({ startAt, endAt }: Range, at: number): boolean {
  const second = at - (at % 1000);
  return second >= startAt - (startAt % 1000) && second <= endAt;
}

/** Headings: a column's own name unless another is given for it. */
export function headingsOf(fields: string[], { columnHeaderNames = {} }: ExportRequest): string[] {
  return fields.map((name) => String(columnHeaderNames[name] ?? name));
}

function readDate(name: string, sent: unknown): number {
  const text = String(sent ?? '');
  const time = DATETIME.test(text) ? new Date(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')).getTime() : Number.NaN;
  if (Number.isNaN(time)) throw invalidDate(name);
  return time;
}

function invalidDate(name: string): MarketoFault {
  return new MarketoFault('1003', `Invalid date in filter ${name}`);
}

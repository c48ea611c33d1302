import type { Failure } from '../../clients/mongo/failures';
import type { ParkedEntry } from '../../clients/mongo/parked';
import { directionOf, PARK_REASONS } from '../../model/park';

/** One line of the digest: what failed, in words of ours; never a value. */
export interface DigestRow {
  first: Date;
  last: Date;
  count: number;
  /** `contact`, `feed marketo/leadchanges`, `sync` for what is about no entity. */
  entity: string;
  /** The row's GUID; empty where the entity as a whole failed. */
  id: string;
  field: string;
  operation: string;
  direction: string;
  code: string;
  message: string;
  mendedAt?: Date;
}

export function rowOf({ id, field = '', operation, reason, code = '', message = '', ...rest }: Failure): DigestRow {
  const { first, last, count, mendedAt, direction } = rest;
  const [entity = '', guid = ''] = id.split(':');
  return {
    first,
    last,
    count,
    entity,
    id: guid,
    field,
    operation,
    direction: reason ? directionOf({ reason, ...(direction && { direction }) }) : '',
    code,
    message: reason ? `${reason}: ${PARK_REASONS[reason]}` : message,
    ...(mendedAt && { mendedAt }),
  };
}

/** What is kept back now, as the digest shows it. */
export const rowOfParked = ({ since, at, attempts, ...parked }: ParkedEntry): DigestRow =>
  rowOf({ ...parked, operation: 'kept back', first: since, last: at, count: attempts });

/** Of one entity so many lines are shown; the CSV has them all. */
const SHOWN = 50;

/** By entity: what is not mended, line by line, and how many were. */
export function digestText(title: string, rows: readonly DigestRow[]): string {
  const mended = rows.filter(({ mendedAt }) => mendedAt).length;
  const lines = [`${title}: ${rows.length}${mended > 0 ? `, of which ${mended} were mended` : ''}`];
  const byEntity = new Map<string, DigestRow[]>();
  for (const row of rows) byEntity.set(row.entity, [...(byEntity.get(row.entity) ?? []), row]);
  for (const [entity, all] of byEntity) {
    const open = all.filter(({ mendedAt }) => !mendedAt);
    lines.push('', `${entity}: ${open.length} open, ${all.length - open.length} mended`);
    lines.push(...open.slice(0, SHOWN).map(lineOf));
    if (open.length > SHOWN) lines.push(`  and ${open.length - SHOWN} more in the CSV`);
    for (const [message, count] of mendedBy(all)) lines.push(`  mended: ${count} × ${message}`);
  }
  return `${lines.join('\n')}\n`;
}

function lineOf({ last, count, id, field, operation, direction, code, message }: DigestRow): string {
  const what = [operation, direction.replaceAll('-', ' '), id, field].filter((part) => part !== '').join(' ');
  return `  ${last.toISOString()}  ${what}: ${message}${code === '' ? '' : ` [${code}]`}, ${count} ${count === 1 ? 'time' : 'times'}`;
}

function mendedBy(rows: readonly DigestRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { mendedAt, message } of rows) if (mendedAt) counts.set(message, (counts.get(message) ?? 0) + 1);
  return counts;
}

const COLUMNS = [
  'first',
  'last',
  'count',
  'entity',
  'id',
  'field',
  'operation',
  'direction',
  'code',
  'message',
  'mendedAt',
] as const;

/** RFC 4180, times in UTC. */
export const digestCsv = (rows: readonly DigestRow[]): string =>
  [COLUMNS.join(','), ...rows.map((row) => COLUMNS.map((column) => cell(row[column])).join(','))]
    .map((line) => `${line}\r\n`)
    .join('');

function cell(value: Date | string | number | undefined): string {
  const text = value instanceof Date ? value.toISOString() : String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

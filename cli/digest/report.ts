import type { Failure } from '../../clients/mongo/failures';
import type { ParkedEntry } from '../../clients/mongo/parked';
import { isoOf } from '../../model/instant';
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
  /** The row that stands in the way, as `entity:guid`. */
  other?: string;
}

export function rowOf({ id, field = '', operation, reason, code = '', message = '', ...rest }: Failure): DigestRow {
  const { first, last, count, mendedAt, direction, other } = rest;
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
    ...(other !== undefined && { other }),
  };
}

/** What is kept back now, as the digest shows it. */
export const rowOfParked = ({ since, at, attempts, ...parked }: ParkedEntry): DigestRow =>
  rowOf({ ...parked, operation: 'kept back', first: since, last: at, count: attempts });

/** Of one kind of failure so many lines are shown; the CSV has them all. */
const SHOWN = 20;

/** By entity and message: what is not mended, line by line, and how many were. */
export function digestText(title: string, rows: readonly DigestRow[]): string {
  const mended = rows.filter(({ mendedAt }) => mendedAt).length;
  const lines = [`${title}: ${rows.length}${mended > 0 ? `, of which ${mended} were mended` : ''}`];
  for (const [entity, all] of grouped(rows, (row) => row.entity)) {
    const open = all.filter(({ mendedAt }) => !mendedAt);
    lines.push('', `${entity}: ${open.length} open, ${all.length - open.length} mended`);
    for (const [message, some] of grouped(open, messageOf)) {
      lines.push(`  ${some.length} × ${message}`, ...some.slice(0, SHOWN).map(lineOf));
      if (some.length > SHOWN) lines.push(`    and ${some.length - SHOWN} more in the CSV`);
    }
    for (const [message, some] of grouped(
      all.filter(({ mendedAt }) => mendedAt),
      messageOf,
    ))
      lines.push(`  mended: ${some.length} × ${message}`);
  }
  return `${lines.join('\n')}\n`;
}

const messageOf = ({ code, message }: DigestRow): string => `${message}${code === '' ? '' : ` [${code}]`}`;

function lineOf({ last, count, id, field, operation, direction, other }: DigestRow): string {
  const what = [operation, direction.replaceAll('-', ' '), id, field].filter((part) => part !== '').join(' ');
  return `    ${isoOf(last)}  ${what}, ${count} ${count === 1 ? 'time' : 'times'}${other === undefined ? '' : `, the other row: ${other}`}`;
}

function grouped(rows: readonly DigestRow[], by: (row: DigestRow) => string): Map<string, DigestRow[]> {
  const groups = new Map<string, DigestRow[]>();
  for (const row of rows) {
    const group = groups.get(by(row));
    if (group) group.push(row);
    else groups.set(by(row), [row]);
  }
  return groups;
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
  'other',
] as const;

/** RFC 4180, times in UTC. */
export const digestCsv = (rows: readonly DigestRow[]): string =>
  [COLUMNS.join(','), ...rows.map((row) => COLUMNS.map((column) => cell(row[column])).join(','))]
    .map((line) => `${line}\r\n`)
    .join('');

function cell(value: Date | string | number | undefined): string {
  const text = value instanceof Date ? isoOf(value) : String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

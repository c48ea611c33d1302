import { wire } from '../history/interest';
import type { RecordHistory } from '../history/record';
import type { CheckedEntity, CheckedLine } from '../map';
import { type Comparable, ofDynamics, ofMarketo } from '../value/comparable';
import { guid, type World } from '../world';

/** The name under which the column's value is in Dynamics' ledger. */
export const columnOf = (line: CheckedLine): string => (line.kind === 'lookup' ? wire(line.column) : line.column);

/** One value of one field on either side, comparable. */
export interface Told {
  seq: number;
  at: number;
  value: Comparable;
  /** As the system has it. */
  raw: unknown;
  ours: boolean;
  /** `seq` of the call that brought it. */
  call?: number;
  received: number;
}

/** What the row's column has held; a membership's user is a row of its own. */
export function toldByDynamics(world: World, entity: CheckedEntity, row: RecordHistory, line: CheckedLine): Told[] {
  const labels = world.evidence.labels[entity.name];
  return row.moments(columnOf(line)).map(({ seq, at, value, ours, version }) => ({
    seq,
    at,
    value: ofDynamics(line, value, labels),
    raw: value,
    ours,
    received: version.received,
    ...(version.call === undefined ? {} : { call: version.call }),
  }));
}

/** What the record's field has held. */
export function toldByMarketo(record: RecordHistory, line: CheckedLine): Told[] {
  return record.moments(line.field).map(({ seq, at, value, ours, version }) => ({
    seq,
    at,
    value: ofMarketo(line, value),
    raw: value,
    ours,
    received: version.received,
    ...(version.call === undefined ? {} : { call: version.call }),
  }));
}

/** The row that holds the line's column: the row itself, or the one it joins. */
export function holderOf(
  world: World,
  entity: CheckedEntity,
  row: RecordHistory,
  line: CheckedLine,
): RecordHistory | undefined {
  if (!line.joined || !entity.join) return row;
  return world.row(entity.join.table, guid(row.value(entity.join.by)));
}

/** A person with a company shows that company's fields (marketo-api §4.4): they are not the person's own. */
export function isOfCompany(
  entity: CheckedEntity,
  row: RecordHistory,
  record: RecordHistory,
  line: CheckedLine,
): boolean {
  if (!line.ofCompany) return false;
  const accounts = entity.lines.filter(({ references }) => references === 'account');
  return accounts.some((one) => row.value(wire(one.column)) || record.value(one.field));
}

import { isParked } from '../expected/exceptions';
import type { Line } from '../expected/line';
import type { Row } from '../readers/dataverse';
import type { Found, MarketoReader } from '../readers/marketo';
import type { Tally } from './result';
import { same } from './same';
import type { Dynamics } from './world';

export interface Side {
  object: string;
  /** The field that holds the row's id. */
  key: string;
  lines: readonly Line[];
}

/** Every row against its record, field by field. Gives the records by the row's id. */
export async function compareRecords(
  marketo: MarketoReader,
  dynamics: Dynamics,
  { object, key, lines }: Side,
  rows: ReadonlyMap<string, Row>,
  tally: Tally,
): Promise<void> {
  const fields = [key, ...lines.map(({ field }) => field), ...(object === 'leads' ? ['id'] : [])];
  const found = new Map<string, Found>();
  for (const record of await marketo.find(object, key, [...rows.keys()], fields)) {
    const id = String(record[key]).toLowerCase();
    if (found.has(id)) tally.wrong('extra', `${id} is there twice`);
    found.set(id, record);
  }
  for (const [id, row] of rows) {
    const record = found.get(id);
    if (!record) {
      tally.wrong('missing', id);
      continue;
    }
    tally.records += 1;
    if (object === 'leads') dynamics.people.set(id, Number(record.id));
    for (const line of lines) {
      const expected = line.value(row, dynamics);
      if (isParked(line, expected)) {
        tally.parked += 1;
        continue;
      }
      tally.fields += 1;
      if (!same(line.kind, expected, record[line.field])) tally.wrong('different', `${id} ${line.field}`);
    }
  }
}

/** Records with a key that no row has. */
export function findExtra(records: readonly Found[], key: string, known: (id: string) => boolean, tally: Tally): void {
  for (const record of records) {
    const id = String(record[key] ?? '').toLowerCase();
    if (id !== '' && !known(id)) tally.wrong('extra', id);
  }
}

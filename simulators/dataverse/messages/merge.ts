import { type ApiResponse, type Context, emptyAnswer } from '../context';
import type { Database } from '../database';
import { badPayload, DataverseError, noSuchRow } from '../errors';
import type { DataverseSettings } from '../settings';
import { isLookup, type Row, typeKey } from '../types';
import { needPrivilege } from '../web/privileges';
import { readBody } from '../write/handlers';
import { updateRow } from '../write/mutate';
import { readPayload } from '../write/payload';
import { reference } from './row-reference';

const MERGEABLE = ['account', 'contact', 'lead'];

/**
 * `POST Merge`: the loser becomes inactive with `merged` and `masterid`, what points to it is re-parented, the winner
 * takes UpdateContent (dataverse-api §5.7, §10).
 */
export function merge(context: Context): ApiResponse {
  const body = readBody(context);
  const target = reference(body.Target);
  const loser = reference(body.Subordinate);
  if (target.table !== loser.table || !MERGEABLE.includes(target.table)) {
    throw badPayload(`Merge takes two rows of one of ${MERGEABLE.join(', ')}.`);
  }
  if (target.id === loser.id) throw new DataverseError(400, '0x80045305', 'A record cannot be merged with itself.');
  const { database, userId } = context;
  const store = database.store(target.table);
  const winnerRow = store.get(target.id);
  const loserRow = store.get(loser.id);
  if (!winnerRow) throw noSuchRow(target.table, target.id);
  if (!loserRow) throw noSuchRow(loser.table, loser.id);
  needPrivilege(context, store.table, 'Write');
  if (winnerRow._masterid_value === loser.id) {
    throw new DataverseError(400, '0x80045300', 'The records cannot be merged: one is the master of the other.');
  }
  if (loserRow.statecode !== 0 || winnerRow.statecode !== 0) {
    throw new DataverseError(400, '0x80045304', 'An inactive record cannot be merged.');
  }
  const content = (body.UpdateContent ?? {}) as Record<string, unknown>;
  const { [store.table.primaryId]: _id, ...update } = content;
  const winner = readPayload(database, store.table, update, false);
  mergeRows(database, context.settings, target.table, target.id, loser.id, winner, userId);
  return emptyAnswer();
}

/** The merge itself, by whoever may do it; the rows are there. */
export function mergeRows(
  database: Database,
  settings: Pick<DataverseSettings, 'mergedLeadState'>,
  table: string,
  winner: string,
  loser: string,
  content: Row,
  userId: string,
): void {
  const store = database.store(table);
  reparent(database, table, loser, winner, userId);
  const inactive = table === 'lead' ? settings.mergedLeadState : 1;
  updateRow(database, store, loser, { merged: true, _masterid_value: winner, statecode: inactive }, userId);
  updateRow(database, store, winner, content, userId);
}

function reparent(database: Database, target: string, from: string, to: string, userId: string): void {
  for (const store of database.stores()) {
    const columns = [...store.table.columns.values()].filter(
      (column) => isLookup(column) && !column.readOnly && column.targets?.includes(target),
    );
    const changes: [string, Row][] = [];
    for (const [id, row] of store.rows) {
      if (id === from) continue;
      const values: Row = {};
      for (const column of columns) {
        if (row[column.wire] !== from) continue;
        values[column.wire] = to;
        if ((column.targets?.length ?? 0) > 1) values[typeKey(column)] = target;
      }
      if (Object.keys(values).length > 0) changes.push([id, values]);
    }
    for (const [id, values] of changes) updateRow(database, store, id, values, userId);
  }
}

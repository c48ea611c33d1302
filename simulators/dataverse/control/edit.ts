import { APPLICATION_USER_ID } from '../builtin';
import { convert } from '../data/convert';
import type { RawRow } from '../data/infer';
import type { Database } from '../database';
import { noSuchRow } from '../errors';
import { mergeRows } from '../messages/merge';
import type { DataverseSettings } from '../settings';
import { addMember, removeMember } from '../write/members';
import { createRow, deleteRow, updateRow } from '../write/mutate';

/** One edit as a user would make it; values are columns as read. */
export type Operation =
  | { op: 'create'; table: string; values: RawRow; id?: string }
  | { op: 'update'; table: string; id: string; values: RawRow }
  | { op: 'delete'; table: string; id: string }
  | { op: 'merge'; table: string; winner: string; loser: string; values?: RawRow }
  | { op: 'addMember' | 'removeMember'; teamid: string; systemuserid: string };

const OPERATIONS = ['create', 'update', 'delete', 'merge', 'addMember', 'removeMember'];

/** Runs edits in order, as one transaction; gives an id for each. Throws an Error that names what is wrong. */
export function edit(
  database: Database,
  settings: DataverseSettings,
  operations: readonly Operation[],
  user?: string,
): string[] {
  const userId = user ?? someUser(database);
  return database.transaction(() => operations.map((operation) => run(database, settings, operation, userId)));
}

function run(database: Database, settings: DataverseSettings, operation: Operation, userId: string): string {
  switch (operation.op) {
    case 'create': {
      const store = database.store(operation.table);
      const values = convert(database, store.table, operation.values);
      if (operation.id !== undefined) values[store.table.primaryId] = operation.id.toLowerCase();
      return createRow(database, store, values, userId)[store.table.primaryId] as string;
    }
    case 'update': {
      const store = database.store(operation.table);
      const id = operation.id.toLowerCase();
      updateRow(database, store, id, convert(database, store.table, operation.values), userId);
      return id;
    }
    case 'delete':
      deleteRow(database, database.store(operation.table), operation.id.toLowerCase(), userId);
      return operation.id;
    case 'merge': {
      const store = database.store(operation.table);
      const [winner, loser] = [operation.winner.toLowerCase(), operation.loser.toLowerCase()];
      for (const id of [winner, loser]) if (!store.get(id)) throw noSuchRow(operation.table, id);
      const values = convert(database, store.table, operation.values ?? {});
      mergeRows(database, settings, operation.table, winner, loser, values, userId);
      return winner;
    }
    case 'addMember':
      return addMember(database, operation.teamid, operation.systemuserid, userId);
    case 'removeMember':
      return removeMember(database, operation.teamid, operation.systemuserid, userId);
    default:
      throw new Error(
        `op '${String((operation as { op: unknown }).op)}' is unknown; use one of ${OPERATIONS.join(', ')}`,
      );
  }
}

/** A person of the sample where there is one: edits must not look like the service's own. */
function someUser(database: Database): string {
  for (const row of database.store('systemuser').rows.values()) {
    if (row.accessmode === 0) return row.systemuserid as string;
  }
  return APPLICATION_USER_ID;
}

import { ApiError } from '../clients/errors';
import type { BeforeSend, MarketoRecord, SyncResult } from '../clients/marketo/types';
import type { JournalAction } from '../clients/mongo/journal';
import type { Deps } from './deps';
import { type Failed, sendEach } from './send';
import { failureOf, type MarketoTask, toMarketo } from './task';
import type { WriteRow, Writer } from './writer';

/** Gone from Marketo: a person, another object (marketo-api §2.3, §6.1.5). */
const GONE = new Set(['1004', '1013']);

/** What came of rows, by link id; of those that are in neither, all is done. */
export interface Sent {
  /** Marketo's code against the row. */
  refused: ReadonlyMap<string, string>;
  /** What came of the row is not known. */
  failed: ReadonlySet<string>;
}

/** One kind of write. */
export interface RowWrite {
  /** The client's name of the call, such as `leads.delete`. */
  operation: string;
  action: JournalAction;
  call(input: MarketoRecord[], beforeSend: BeforeSend): Promise<SyncResult[]>;
  /** The record is to go, or to be marked as gone: one that is not there any more is as good. */
  removes?: true;
}

/** Rows that are sent as they are, each for itself. Those at which Marketo fails are among the writer's troubles. @throws ApiError as sendEach */
export async function sendRows(
  { health }: Deps,
  writer: Writer,
  rows: readonly WriteRow[],
  { operation, action, call, removes }: RowWrite,
): Promise<Sent> {
  const tasks = rows.map((row): MarketoTask & { row: WriteRow } => ({ row, values: {}, refused: new Map() }));
  await sendEach(
    health,
    tasks,
    toMarketo(operation, (batch) => {
      const some = batch.map(({ row }) => row);
      return writer.send(action, some, (beforeSend) =>
        call(
          some.map(({ record }) => record),
          beforeSend,
        ),
      );
    }),
  );
  const refused = new Map<string, string>();
  for (const task of tasks) {
    const code = failureOf(task);
    if (code === undefined || (removes && GONE.has(code))) continue;
    if (GONE.has(code)) task.failed = goneMeanwhile(operation, code);
    else refused.set(task.row.linkId, code);
  }
  writer.withoutFailed(tasks, ({ row }) => row.linkId);
  return { refused, failed: new Set(tasks.flatMap(({ failed, row }) => (failed ? [row.linkId] : []))) };
}

/** What was there when it was read may be gone by now, or does not show yet: the row is looked at again, a little later. */
export const goneMeanwhile = (operation: string, code: string): Failed => ({
  error: new ApiError({ api: 'marketo', operation, kind: 'gone', code }),
  size: 1,
});
export const isGone = (code: string): boolean => GONE.has(code);

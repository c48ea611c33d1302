import { atMost300 } from './limits';
import { syncResults } from './sync-results';
import type { Transport } from './transport';
import type { BeforeSend, SyncResult } from './types';

/** Deletes persons by Marketo id; one that is gone already is `skipped` with 1004. */
export async function deleteLeads(
  transport: Transport,
  ids: readonly number[],
  beforeSend?: BeforeSend,
): Promise<SyncResult[]> {
  const operation = 'leads.delete';
  if (ids.length === 0) return [];
  atMost300(operation, ids);
  const input = ids.map((id) => ({ id }));
  const envelope = await transport.call({
    operation,
    path: 'leads/delete.json',
    answers: 'written',
    body: { input },
    write: true,
    records: ids.length,
    permission: 'Read-Write Lead',
    ...(beforeSend ? { beforeSend } : {}),
  });
  return syncResults(operation, envelope, input);
}

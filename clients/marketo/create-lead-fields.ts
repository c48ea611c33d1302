import { atMost300 } from './limits';
import { syncResults } from './sync-results';
import type { Transport } from './transport';
import type { MarketoClient, SyncResult } from './types';

/** Custom fields of the person: at most 100 by API, never to be deleted again (marketo-api §4.2). */
export async function createLeadFields(
  transport: Transport,
  fields: Parameters<MarketoClient['createLeadFields']>[0],
): Promise<SyncResult[]> {
  const operation = 'leads.create-fields';
  if (fields.length === 0) return [];
  atMost300(operation, fields);
  const envelope = await transport.call({
    operation,
    path: 'leads/schema/fields.json',
    answers: 'written',
    body: { input: fields },
    write: true,
    permission: 'Read-Write Schema Custom Field',
    names: fields.map(({ name }) => name),
  });
  return syncResults(operation, envelope, fields);
}

import { atMost300 } from './limits';
import { syncResults } from './sync-results';
import type { Transport } from './transport';
import type { BeforeSend, LeadSyncRequest, SyncResult } from './types';

/** Creates or updates persons. Never `createOrUpdate`: two close to each other make twins (marketo-api §4.4). */
export async function syncLeads(
  transport: Transport,
  request: LeadSyncRequest,
  beforeSend?: BeforeSend,
): Promise<SyncResult[]> {
  const operation = 'leads.sync';
  if (request.input.length === 0) return [];
  atMost300(operation, request.input);
  const envelope = await transport.call({
    operation,
    path: 'leads.json',
    answers: 'written',
    body: {
      action: request.action,
      lookupField: request.lookupField,
      ...(request.partitionName === undefined ? {} : { partitionName: request.partitionName }),
      input: request.input,
    },
    write: true,
    records: request.input.length,
    permission: 'Read-Write Lead',
    names: [request.lookupField],
    ...(beforeSend ? { beforeSend } : {}),
  });
  return syncResults(operation, envelope, request.input);
}

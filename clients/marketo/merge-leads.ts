import { ApiError } from '../errors';
import type { Transport } from './transport';
import type { BeforeSend } from './types';

/** marketo-api §3, 1080. */
export const MERGE_LOSERS = 25;

/**
 * Merges persons into the winner, whose values stay unless empty. The losers go into the address, beside a body without any (marketo-api §4.5);
 * never `mergeInCRM`, which is for another vendor's CRM.
 *
 * @throws ApiError `gone` (1004) where one of them is not there, the winner included
 */
export async function mergeLeads(
  transport: Transport,
  winner: number,
  losers: readonly number[],
  beforeSend?: BeforeSend,
): Promise<void> {
  const operation = 'leads.merge';
  if (losers.length === 0) return;
  if (losers.length > MERGE_LOSERS)
    throw new ApiError({ api: 'marketo', operation, kind: 'bug', about: `more than ${MERGE_LOSERS} losers` });
  await transport.call({
    operation,
    path: `leads/${winner}/merge.json`,
    answers: 'fact',
    query: { leadIds: losers.join(',') },
    body: {},
    write: true,
    records: losers.length,
    slow: true,
    permission: 'Read-Write Lead',
    ...(beforeSend ? { beforeSend } : {}),
  });
}

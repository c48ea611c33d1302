import { text } from '../answer';
import { ApiError } from '../errors';
import type { Transport } from './transport';

/** Where a feed starts that reads all activities since then (marketo-api §5.1). */
export async function pagingToken(transport: Transport, since: Date): Promise<string> {
  const operation = 'activities.paging-token';
  const envelope = await transport.call({
    operation,
    path: 'activities/pagingtoken.json',
    answers: 'fact',
    // Whole seconds, rounded down: too early costs a few known activities, too late loses some.
    query: { sinceDatetime: `${since.toISOString().slice(0, 19)}Z` },
    permission: 'Read-Only Activity',
  });
  const token = text(envelope.nextPageToken);
  if (token === undefined) throw new ApiError({ api: 'marketo', operation, kind: 'transient', code: 'NO_TOKEN' });
  return token;
}

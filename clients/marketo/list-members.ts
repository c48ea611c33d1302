import { numberOf, text } from '../answer';
import { fewer } from '../halves';
import { resultsOf } from './envelope';
import { BATCH } from './limits';
import type { Transport } from './transport';

export interface ListPage {
  ids: number[];
  /** The next page, where there is one. */
  nextPageToken?: string;
}

/** Members of a static list, a page of 300 a call (marketo-api §6.5). @throws ApiError `configuration` for a list that is not there */
export async function listMembers(transport: Transport, list: number, nextPageToken?: string): Promise<ListPage> {
  const { answer: envelope } = await fewer(BATCH, (batchSize) =>
    transport.call({
      operation: 'lists.members',
      path: `lists/${list}/leads.json`,
      answers: 'page',
      query: { fields: 'id', batchSize, nextPageToken },
      permission: 'Read-Only Lead',
      names: ['static list'],
    }),
  );
  const next = text(envelope.nextPageToken);
  const ids = resultsOf(envelope).flatMap(({ id }) => numberOf(id) ?? []);
  return { ids, ...(next !== undefined && next !== '' && { nextPageToken: next }) };
}

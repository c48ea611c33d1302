import { sameOrigin } from '../address';
import { ApiError, isApiError } from '../errors';
import { fewer } from '../halves';
import { pageSize } from './read-page';
import { LOOKUP_TYPES, pageOf } from './rows';
import type { Transport } from './transport';
import type { DynamicsPage } from './types';

/**
 * The page behind a nextLink or deltaLink, used byte for byte: its cookie breaks when it is decoded and encoded again
 * (dataverse-api §3.2). Whether the pages of a tracked read need its Prefer header again is not documented (§14.2): it is sent.
 *
 * A page over the bound of an answer is asked for again with half the rows, down to one.
 *
 * @throws ApiError `too-large` when one row alone is over the bound: it is the next one behind the link; `bug` for a link of another origin, which would be given our token; `expired-token` when the vendor
 *   doesn't take the link any more, for whatever reason: what it answers to a garbled one is not documented (§4.4)
 */
export async function follow(transport: Transport, link: string, rows: number, track = false): Promise<DynamicsPage> {
  const operation = 'link.follow';
  if (!sameOrigin(transport.settings.base, link))
    throw new ApiError({
      api: 'dynamics',
      operation,
      kind: 'bug',
      code: 'FOREIGN_LINK',
      about: 'a link of another origin',
    });
  try {
    const read = await fewer(transport.pageRows.of(link, rows), async (most) => {
      const prefer = [...(track ? ['odata.track-changes'] : []), pageSize(operation, most), LOOKUP_TYPES];
      return pageOf(operation, await transport.json({ operation, url: link, answers: 'page', prefer }));
    });
    transport.pageRows.note(read.answer.nextLink, read.rows, rows);
    return read.answer;
  } catch (error) {
    throw isApiError(error, 'configuration', 'refused', 'bug') && (error.status === 400 || error.status === 410)
      ? new ApiError({ ...factsOf(error), kind: 'expired-token' })
      : error;
  }
}

const factsOf = ({ api, operation, status, code }: ApiError) => ({
  api,
  operation,
  ...(status === undefined ? {} : { status }),
  ...(code === undefined ? {} : { code }),
});

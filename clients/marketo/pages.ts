import { text } from '../answer';
import { ApiError } from '../errors';
import { alone, inHalves, isOverBound, type OnTooLarge } from '../halves';
import { isTooManyResults, resultsOf } from './envelope';
import { BATCH } from './limits';
import type { MarketoCall, Transport } from './transport';
import type { MarketoRecord } from './types';

/** Nothing asked for by 300 keys has more pages than this; a token that never ends would loop for ever. */
const MAX_PAGES = 1_000;

/**
 * All pages of a read. Not activities: those loop on `moreResult`, all else on the token (marketo-api §3.2).
 *
 * @param withToken the call for the page behind a token
 */
async function allPages(
  transport: Transport,
  withToken: (token: string | undefined) => MarketoCall,
): Promise<MarketoRecord[]> {
  const records: MarketoRecord[] = [];
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const envelope = await transport.call(withToken(token));
    for (const { seq: _, ...record } of resultsOf(envelope)) records.push(record);
    token = text(envelope.nextPageToken);
    if (token === undefined || token === '') return records;
  }
  const { operation } = withToken(undefined);
  throw new ApiError({ api: 'marketo', operation, kind: 'transient', code: 'ENDLESS_PAGES' });
}

/**
 * All records of these values, in one question where that will do: by halves where more match than the vendor gives, or where the answer
 * is over its bound; of one value a record a page.
 *
 * @param onTooLarge gets each value of which one record alone is over the bound; without it the call throws `too-large`
 */
export function allRecords<V>(
  transport: Transport,
  values: readonly V[],
  question: (values: readonly V[], token: string | undefined, batchSize: number) => MarketoCall,
  onTooLarge?: OnTooLarge,
): Promise<MarketoRecord[]> {
  const ask = (some: readonly V[], batchSize = BATCH) =>
    allPages(transport, (token) => question(some, token, batchSize));
  const one = (value: V) =>
    alone(keyOf(value), onTooLarge, () =>
      ask([value]).catch((error: unknown) => {
        if (!isOverBound(error)) throw error;
        return ask([value], 1);
      }),
    );
  const some = (asked: readonly V[]) => (asked.length === 1 ? one(asked[0]!) : ask(asked));
  return inHalves(values, some, (error) => isTooManyResults(error) || isOverBound(error));
}

const keyOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

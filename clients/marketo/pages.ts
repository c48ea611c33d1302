import { text } from '../answer';
import { ApiError } from '../errors';
import { isTooManyResults, resultsOf } from './envelope';
import type { MarketoCall, Transport } from './transport';
import type { MarketoRecord } from './types';

/** Nothing asked for by 300 keys has more pages than this; a token that never ends would loop for ever. */
const MAX_PAGES = 1_000;

/**
 * All pages of a read. Not activities: those loop on `moreResult`, all else on the token (marketo-api §3.2).
 *
 * @param withToken the call for the page behind a token
 */
export async function allPages(
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

/** Asks, and asks for each half where more match than the vendor gives in one answer. */
export async function splitting<T>(
  values: readonly T[],
  ask: (values: readonly T[]) => Promise<MarketoRecord[]>,
): Promise<MarketoRecord[]> {
  if (values.length === 0) return [];
  try {
    return await ask(values);
  } catch (error) {
    if (!isTooManyResults(error) || values.length === 1) throw error;
    const middle = Math.ceil(values.length / 2);
    const first = await splitting(values.slice(0, middle), ask);
    return first.concat(await splitting(values.slice(middle), ask));
  }
}

import { type JsonObject, numberOf, objects, text, textOf } from '../answer';
import { ApiError } from '../errors';
import { fewer } from '../halves';
import { resultsOf } from './envelope';
import { BATCH } from './limits';
import type { Query, Transport } from './transport';
import type { Activity, ActivityPage } from './types';

/** Types 12 and 13 of the given fields (marketo-api §5.2); the fields must not be a company's: those fan out (§6.3). */
export const leadChanges = (transport: Transport, token: string, fields: readonly string[]): Promise<ActivityPage> =>
  page(
    transport,
    'activities.lead-changes',
    'activities/leadchanges.json',
    token,
    { fields: fields.join(',') },
    fields,
  );

/** Type 37; the vendor may prune those older than 14 days. */
export const deletedLeads = (transport: Transport, token: string): Promise<ActivityPage> =>
  page(transport, 'activities.deleted-leads', 'activities/deletedleads.json', token, {});

/** Any types, at most ten. */
export const activities = (transport: Transport, token: string, types: readonly number[]): Promise<ActivityPage> =>
  page(transport, 'activities.read', 'activities.json', token, { activityTypeIds: types.join(',') });

/** @throws ApiError `too-large` when the one activity behind the token is over the bound of an answer */
async function page(
  transport: Transport,
  operation: string,
  path: string,
  nextPageToken: string,
  query: Query,
  names: readonly string[] = [],
): Promise<ActivityPage> {
  const { answer: envelope } = await fewer(BATCH, (batchSize) =>
    transport.call({
      operation,
      path,
      answers: 'page',
      query: { nextPageToken, ...query, batchSize },
      permission: 'Read-Only Activity',
      names,
    }),
  );
  const next = text(envelope.nextPageToken);
  // Always there, on the last page too; without it the place in the feed would be lost.
  if (next === undefined) throw new ApiError({ api: 'marketo', operation, kind: 'transient', code: 'NO_TOKEN' });
  // `result` may be absent while there is more (marketo-api §5.4).
  return {
    // Of one that names no person there is nothing to tell anybody.
    activities: resultsOf(envelope)
      .map(activityOf)
      .filter(({ leadId }) => Number.isSafeInteger(leadId) && leadId > 0),
    nextPageToken: next,
    moreResult: envelope.moreResult === true,
  };
}

function activityOf(item: JsonObject): Activity {
  return {
    // `id` is neither always there nor unique; where the GUID is missing it is the best there is (marketo-api §5.5).
    marketoGUID: textOf(item.marketoGUID) ?? textOf(item.id) ?? '',
    leadId: numberOf(item.leadId) ?? 0,
    activityDate: textOf(item.activityDate) ?? '',
    activityTypeId: numberOf(item.activityTypeId) ?? 0,
    fields: objects(item.fields).flatMap(({ name, newValue, oldValue }) => {
      const known = textOf(name);
      return known === undefined ? [] : { name: known, newValue: asText(newValue), oldValue: asText(oldValue) };
    }),
    attributes: Object.fromEntries(
      objects(item.attributes).flatMap(({ name, value }) => {
        const known = textOf(name);
        return known === undefined ? [] : [[known, value]];
      }),
    ),
  };
}

/** As text, whatever a recording has: numbers and booleans come as strings (marketo-api §5.3). What is no value at all equals none of ours. */
const asText = (value: unknown): string | null =>
  value === null || value === undefined ? null : (textOf(value) ?? JSON.stringify(value));

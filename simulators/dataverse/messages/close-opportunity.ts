import { type ApiResponse, type Context, emptyAnswer } from '../context';
import { badPayload, DataverseError } from '../errors';
import type { Row } from '../types';
import { readBody } from '../write/handlers';
import { updateRow } from '../write/mutate';
import { targetOf } from '../write/reference';

const WON = 1;
const LOST = 2;

/** `POST WinOpportunity` with `Status` and `OpportunityClose`: won, with the day and the revenue (dataverse-api §5.7). */
export const winOpportunity = (context: Context): ApiResponse => close(context, WON);

/** `POST LoseOpportunity`, the same for lost. */
export const loseOpportunity = (context: Context): ApiResponse => close(context, LOST);

/** The OpportunityClose activity itself is not kept. */
function close(context: Context, state: number): ApiResponse {
  const { database, userId } = context;
  const body = readBody(context);
  const activity = body.OpportunityClose as Record<string, unknown> | undefined;
  const bound = activity?.['opportunityid@odata.bind'];
  if (typeof bound !== 'string') throw badPayload('OpportunityClose needs opportunityid@odata.bind.');
  if (!Number.isInteger(body.Status)) throw badPayload('The parameter Status is missing.');
  const { id } = targetOf(database, bound, ['opportunity']);
  const store = database.store('opportunity');
  const before = store.get(id)!;
  if (before.statecode !== 0) {
    throw new DataverseError(400, '0x80048408', 'Cannot close the opportunity because it is not in the open state.');
  }
  const values: Row = { statecode: state, statuscode: body.Status as number };
  values.actualclosedate = database.timestamp().slice(0, 10);
  const revenue = activity?.actualrevenue;
  if (state === WON) values.actualvalue = typeof revenue === 'number' ? revenue : (before.estimatedvalue ?? null);
  updateRow(database, store, id, values, userId);
  return emptyAnswer();
}

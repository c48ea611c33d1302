import type { Ledger } from '../../common/ledger';
import type { ApiRequest, ApiResponse, Context } from '../context';
import { DataverseError } from '../errors';
import { readPrefer } from '../odata/prefer';
import { actingUser } from './impersonate';
import { refused } from './refused';
import { route } from './route';

/** What all operations of one HTTP call share. */
export type Session = Pick<Context, 'database' | 'settings' | 'api' | 'userId'> & { ledger: Ledger };

/** Runs one operation, by itself or as a part of a $batch; a refusal becomes its answer. */
export function operate(session: Session, request: ApiRequest): ApiResponse {
  const prefer = readPrefer(request.headers.prefer);
  const context: Context = { ...session, request, prefer, query: new URLSearchParams(request.rawQuery) };
  try {
    const answer = session.database.transaction(() => route({ ...context, userId: actingUser(context) }));
    if (prefer.applied.length > 0) answer.headers['preference-applied'] = prefer.applied.join(',');
    return answer;
  } catch (error) {
    if (!(error instanceof DataverseError)) throw error;
    if (request.method !== 'GET') session.ledger.refusal(refused(session.database, request, error));
    return refusal(error);
  }
}

/** A refusal as Dataverse writes it (dataverse-api §7). */
export function refusal(error: DataverseError): ApiResponse {
  return {
    status: error.status,
    headers: { 'content-type': 'application/json; odata.metadata=minimal', 'odata-version': '4.0', ...error.headers },
    body: JSON.stringify({ error: { code: error.code, message: error.message } }),
  };
}

/** The vendor code of an answer that refuses. */
export function codeOf(answer: ApiResponse): string | undefined {
  if (answer.status < 400 || !answer.body) return undefined;
  const body = JSON.parse(answer.body) as { error?: { code?: string } };
  return body.error?.code;
}

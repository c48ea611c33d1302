import { type JsonObject, jsonObject } from '../answer';
import type { AnswerKind } from '../bounds';
import { ApiError } from '../errors';
import { isGatewayCode } from '../gateway';
import { isOverBound } from '../halves';
import type { HttpAnswer } from '../http';
import { NetworkFailure, networkError } from '../network-failure';
import { reading } from '../reading';
import { answerError } from './classify';
import type { DynamicsSettings } from './options';
import { PageRows } from './page-rows';
import { createTokenSource } from './token';

export interface DynamicsCall {
  /** Our own name of the operation. */
  operation: string;
  /** What it answers: how long that may be. */
  answers: AnswerKind;
  method?: 'GET' | 'POST';
  url: string;
  /** The preferences, joined into one header. */
  prefer?: readonly string[];
  headers?: Record<string, string>;
  body?: string;
  /** Our own names that an error may mention. */
  names?: readonly string[];
  /** Rows that it writes; absent: it reads. */
  writes?: number;
  /** It reads rows by ids that we name. */
  byId?: true;
}

export interface Transport {
  readonly settings: DynamicsSettings;
  readonly pageRows: PageRows;
  /** An answer of status 2xx; else throws ApiError. */
  send(call: DynamicsCall): Promise<HttpAnswer>;
  /** The same, and it must be a JSON object: HTML, nothing or half a document is `transient`. */
  json(call: DynamicsCall): Promise<JsonObject>;
}

/**
 * A write is waited for no longer than an activity may wait (DESIGN §3), or one row that Dynamics holds would hold all others. It may still be
 * carried out: a second one is under the same `If-Match`, so one of the two answers `conflict`.
 */
const WRITE_MS = 20_000;

/** The vendor's minimum; `If-None-Match: null` keeps caches out (dataverse-api §2). */
const HEADERS = {
  Accept: 'application/json',
  'OData-MaxVersion': '4.0',
  'OData-Version': '4.0',
  'If-None-Match': 'null',
};

/**
 * Sends one request: token, permit, answer, and one more try after a 401 with a new token. Nothing else is tried again,
 * Temporal does that. A lost answer is `transient` for writes too: each is a PATCH by id with `If-Match` or
 * `If-None-Match`, so a second one does no harm (dataverse-api §13).
 */
export function createTransport(settings: DynamicsSettings): Transport {
  const tokens = createTokenSource(settings);

  const { health } = settings;

  async function once(call: DynamicsCall, token: string): Promise<HttpAnswer> {
    health?.admit('dynamics', call.operation);
    const permit = await settings.governor.acquire();
    try {
      return await settings.http.send({
        method: call.method ?? 'GET',
        url: call.url,
        answers: call.answers,
        headers: {
          ...HEADERS,
          ...(call.prefer === undefined ? {} : { Prefer: call.prefer.join(',') }),
          ...call.headers,
          Authorization: `Bearer ${token}`,
        },
        ...(call.body === undefined ? {} : { body: call.body }),
        ...(call.writes === undefined ? {} : { timeoutMs: WRITE_MS }),
      });
    } catch (error) {
      if (!(error instanceof NetworkFailure)) throw error;
      const lost = networkError('dynamics', call.operation, error);
      // A page that was too long was answered: it is about to be asked for by halves.
      if (isOverBound(lost)) health?.answered('dynamics', call.operation, false);
      else failed(call);
      throw lost;
    } finally {
      permit.release();
    }
  }

  /** Of a write of one row the row may be the cause: that says nothing about the others. */
  function failed({ operation, writes }: DynamicsCall): void {
    if (writes !== 1) health?.failed('dynamics', operation);
  }

  function note(call: DynamicsCall, { status }: HttpAnswer, error: ApiError | undefined): void {
    if (status >= 500 || status === 408 || isGatewayCode(error?.code)) failed(call);
    else health?.answered('dynamics', call.operation, call.writes === undefined && status < 300);
  }

  async function send(call: DynamicsCall): Promise<HttpAnswer> {
    const token = await tokens.token();
    let answer = await once(call, token);
    if (answer.status === 401) answer = await once(call, await tokens.token(token));
    const error = answer.status < 200 || answer.status > 299 ? errorOf(call, answer) : undefined;
    note(call, answer, error);
    if (error !== undefined) throw error;
    return answer;
  }

  return sendingBy({ settings, pageRows: new PageRows() }, send);
}

/** A transport whose calls are all sent in this way. */
export const sendingBy = (
  { settings, pageRows }: Pick<Transport, 'settings' | 'pageRows'>,
  send: Transport['send'],
): Transport => ({
  settings,
  pageRows,
  send,
  async json(call) {
    const answer = await send(call);
    const parsed = jsonObject(answer.body);
    if (typeof parsed !== 'string') return parsed;
    throw unreadable(call.operation, answer.status, parsed);
  },
});

const errorOf = (call: DynamicsCall, answer: HttpAnswer): ApiError =>
  reading(
    () => answerError(call.operation, answer, call.names ?? [], call.writes !== undefined || call.byId === true),
    () => unreadable(call.operation, answer.status, 'UNREADABLE'),
  );

/** A body that is not what the operation answers. */
export const unreadable = (operation: string, status: number, code: string): ApiError =>
  new ApiError({ api: 'dynamics', operation, kind: 'transient', status, code });

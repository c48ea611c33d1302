import { type JsonObject, jsonObject } from '../answer';
import { ApiError } from '../errors';
import type { HttpAnswer } from '../http';
import { NetworkFailure, networkError } from '../network-failure';
import { answerError } from './classify';
import type { DynamicsSettings } from './options';
import { createTokenSource } from './token';

export interface DynamicsCall {
  /** Our own name of the operation. */
  operation: string;
  method?: 'GET' | 'POST';
  url: string;
  /** The preferences, joined into one header. */
  prefer?: readonly string[];
  headers?: Record<string, string>;
  body?: string;
  /** Our own names that an error may mention. */
  names?: readonly string[];
}

export interface Transport {
  readonly settings: DynamicsSettings;
  /** An answer of status 2xx; else throws ApiError. */
  send(call: DynamicsCall): Promise<HttpAnswer>;
  /** The same, and it must be a JSON object: HTML, nothing or half a document is `transient`. */
  json(call: DynamicsCall): Promise<JsonObject>;
}

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

  async function once(call: DynamicsCall, token: string): Promise<HttpAnswer> {
    const permit = await settings.governor.acquire();
    try {
      return await settings.http.send({
        method: call.method ?? 'GET',
        url: call.url,
        headers: {
          ...HEADERS,
          ...(call.prefer === undefined ? {} : { Prefer: call.prefer.join(',') }),
          ...call.headers,
          Authorization: `Bearer ${token}`,
        },
        ...(call.body === undefined ? {} : { body: call.body }),
      });
    } catch (error) {
      throw error instanceof NetworkFailure ? networkError('dynamics', call.operation, error) : error;
    } finally {
      permit.release();
    }
  }

  async function send(call: DynamicsCall): Promise<HttpAnswer> {
    const token = await tokens.token();
    let answer = await once(call, token);
    if (answer.status === 401) answer = await once(call, await tokens.token(token));
    if (answer.status < 200 || answer.status > 299) throw answerError(call.operation, answer, call.names ?? []);
    return answer;
  }

  return {
    settings,
    send,
    async json(call) {
      const answer = await send(call);
      const parsed = jsonObject(answer.body);
      if (typeof parsed !== 'string') return parsed;
      throw unreadable(call.operation, answer.status, parsed);
    },
  };
}

/** A body that is not what the operation answers. */
export const unreadable = (operation: string, status: number, code: string): ApiError =>
  new ApiError({ api: 'dynamics', operation, kind: 'transient', status, code });

import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import { jsonObject, retryAfterMs, text } from '../answer';
import { ApiError } from '../errors';
import type { Http } from '../http';
import { isHostile } from '../json';
import { NetworkFailure, networkError } from '../network-failure';

/** MSAL speaks through our HTTP client: the same certificates, limits and proxy rule as the rest. */
export interface EntraNetwork extends INetworkModule {
  /** Why the last call brought nothing that MSAL could read; it would tell only `network_error`. */
  lastFault(): ApiError | undefined;
  /** Until when MSAL refuses to call again by itself (dataverse-api §1.6). */
  throttledUntil(): number;
  clear(): void;
}

const DEFAULT_THROTTLE_MS = 60_000;

export function createEntraNetwork(http: Http): EntraNetwork {
  let fault: ApiError | undefined;
  let throttledUntil = 0;

  async function call<T>(
    method: 'GET' | 'POST',
    url: string,
    options?: NetworkRequestOptions,
  ): Promise<NetworkResponse<T>> {
    fault = undefined;
    try {
      const body = options?.body;
      const answer = await http.send({
        method,
        url,
        answers: 'token',
        headers: { Accept: 'application/json', ...options?.headers },
        ...(body === undefined ? {} : { body }),
      });
      const waitMs = retryAfterMs(answer);
      if (answer.status === 429 || answer.status >= 500) throttledUntil = Date.now() + (waitMs || DEFAULT_THROTTLE_MS);
      const parsed = jsonObject(answer.body);
      if (typeof parsed === 'string') {
        fault = unreadable(answer.status, parsed, waitMs);
        throw fault;
      }
      if (answer.status === 429)
        fault = new ApiError({
          api: 'entra',
          operation: 'token',
          kind: 'rate-limited',
          status: 429,
          code: text(parsed.error) ?? 'temporarily_unavailable',
          retryAfterMs: waitMs ?? DEFAULT_THROTTLE_MS,
        });
      return { status: answer.status, headers: answer.headers, body: parsed as T };
    } catch (error) {
      if (error instanceof NetworkFailure) fault = networkError('entra', 'token', error);
      throw fault ?? error;
    }
  }

  return {
    sendGetRequestAsync: (url, options) => call('GET', url, options),
    sendPostRequestAsync: (url, options) => call('POST', url, options),
    lastFault: () => fault,
    throttledUntil: () => throttledUntil,
    clear: () => {
      fault = undefined;
    },
  };
}

/** HTML or nothing: a gateway that hiccups when it is a 5xx or 200, the wrong address when it is a 4xx. */
function unreadable(status: number, code: string, waitMs: number | undefined): ApiError {
  const wrongAddress = !isHostile(code) && status >= 300 && status < 500 && status !== 408 && status !== 429;
  return new ApiError({
    api: 'entra',
    operation: 'token',
    kind: wrongAddress ? 'configuration' : 'transient',
    status,
    code,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    ...(wrongAddress ? { about: 'DYNAMICS_AUTHORITY' } : {}),
  });
}

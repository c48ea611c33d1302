import { jsonObject, numberOf, retryAfterMs, text } from '../answer';
import { ApiError } from '../errors';
import { isHostile } from '../json';
import { shared } from '../keep';
import { NetworkFailure, networkError } from '../network-failure';
import { kindOfStatus } from './codes';
import type { MarketoSettings } from './options';

export interface TokenSource {
  /** @param refused the token that was just answered with 601 or 602; another is fetched, unless somebody already did */
  token(refused?: string): Promise<string>;
}

interface Held {
  token: string;
  /** Epoch milliseconds. */
  goodUntil: number;
}

const OPERATION = 'token';

/**
 * Tokens of the identity service. They are used to their end: asked earlier, the service hands out the same token with
 * what is left of its hour, so a 602 now and then is normal (marketo-api §1.2).
 */
export function createTokenSource(settings: MarketoSettings): TokenSource {
  let held: Held | undefined;
  const fetched = shared(() => fetchToken(settings));
  return {
    async token(refused) {
      if (held !== undefined && held.token !== refused && Date.now() < held.goodUntil) return held.token;
      held = await fetched();
      return held.token;
    },
  };
}

async function fetchToken(settings: MarketoSettings): Promise<Held> {
  const query = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: settings.clientId,
    client_secret: settings.clientSecret,
  });
  const url = `${settings.origin}/identity/oauth/token?${query}`;
  const answer = await settings.http
    .send({ method: 'GET', url, answers: 'token', headers: { Accept: 'application/json' } })
    .catch((error) => {
      throw error instanceof NetworkFailure ? networkError('marketo', OPERATION, error) : error;
    });
  const body = jsonObject(answer.body);
  const facts = { api: 'marketo', operation: OPERATION, status: answer.status } as const;
  if (answer.status !== 200 && !isHostile(body)) {
    const code = typeof body === 'string' ? body : text(body.error);
    const wait = retryAfterMs(answer);
    const kind = kindOfStatus(answer.status, false);
    throw new ApiError({
      ...facts,
      kind,
      ...(code !== undefined && /^[A-Za-z_]{1,60}$/.test(code) ? { code } : {}),
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
      ...(kind === 'authority' ? { about: 'MARKETO_CLIENT_ID or MARKETO_CLIENT_SECRET' } : {}),
      ...(kind === 'configuration' ? { about: 'MARKETO_URL' } : {}),
    });
  }
  const token = typeof body === 'string' ? undefined : text(body.access_token);
  if (typeof body === 'string' || token === undefined)
    throw new ApiError({ ...facts, kind: 'transient', code: typeof body === 'string' ? body : 'NO_TOKEN' });
  return { token, goodUntil: Date.now() + (numberOf(body.expires_in) ?? 0) * 1_000 };
}

import { text } from '../answer';
import { shared } from '../keep';
import { createAcquire } from './entra-application';
import { entraError } from './entra-errors';
import { createEntraNetwork } from './entra-network';
import type { DynamicsSettings } from './options';

export interface TokenSource {
  /**
   * A token for the organisation.
   *
   * @param refused the token that was just answered with 401: another one is fetched, unless somebody already did
   * @throws ApiError of `entra`
   */
  token(refused?: string): Promise<string>;
}

interface Held {
  token: string;
  /** Epoch milliseconds from when on a new one is asked for. */
  renewAt: number;
}

/** MSAL does not join concurrent requests for client credentials: five calls are five POSTs. One promise serves all. */
export function createTokenSource(settings: DynamicsSettings): TokenSource {
  const network = createEntraNetwork(settings.http);
  // Made with the first call, so that an unreadable certificate is an answer to a call and not a crash at start.
  let acquire: ReturnType<typeof createAcquire> | undefined;
  let held: Held | undefined;

  const renewed = shared(async (fresh: boolean): Promise<Held> => {
    network.clear();
    try {
      acquire ??= createAcquire(settings, network);
      const result = await acquire(fresh);
      const token = text(result?.accessToken) ?? '';
      if (token === '') throw new Error('no token');
      const now = Date.now();
      const lifetime = (result?.expiresOn?.getTime() || now) - now;
      // MSAL renews at 300 s; a token that never lived longer is used for most of its life.
      return { token, renewAt: now + Math.max(lifetime - 300_000, lifetime * 0.8) };
    } catch (error) {
      throw entraError(error, network);
    }
  });

  return {
    async token(refused) {
      const fresh = refused !== undefined && held?.token === refused;
      if (!fresh && held !== undefined && Date.now() < held.renewAt) return held.token;
      held = await renewed(fresh);
      return held.token;
    },
  };
}

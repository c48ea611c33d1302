import { baseAddress } from '../address';
import { ApiError } from '../errors';
import type { Governor } from '../governor';
import type { Health } from '../health';
import { createHttp, type Http } from '../http';

export interface MarketoOptions {
  /** `https://123-ABC-456.mktorest.com`; the REST or identity address that the admin page shows will do too. */
  url: string;
  /** Of the LaunchPoint service. */
  clientId: string;
  clientSecret: string;
  /** Where the host's name doesn't tell it, as on a simulator. */
  munchkinId?: string;
  governor: Governor;
  /** Knows which operations are down; absent: nobody asks. */
  health?: Health;
  /** Of one call, in milliseconds; default 100 s, above the server's longest time-out of 90 s (marketo-api §3). */
  timeoutMs?: number;
}

export interface MarketoSettings extends MarketoOptions {
  /** Scheme and host, no trailing slash: double slashes are refused (marketo-api §1.1). */
  origin: string;
  http: Http;
}

/** @throws ApiError `configuration` for an address that cannot be used. */
export function settingsOf(options: MarketoOptions): MarketoSettings {
  const { origin } = baseAddress('marketo', 'MARKETO_URL', options.url);
  return { ...options, origin, http: createHttp({ api: 'marketo', timeoutMs: options.timeoutMs ?? 100_000 }) };
}

/** @throws ApiError `configuration` where neither the host nor the setting tells it. */
export function munchkinId({ munchkinId: configured, origin }: MarketoSettings): string {
  const fromHost = /^([0-9]{3}-[a-z]{3}-[0-9]{3})\./i.exec(new URL(origin).hostname)?.[1];
  const id = configured ?? fromHost;
  if (id !== undefined) return id.toUpperCase();
  throw new ApiError({
    api: 'marketo',
    operation: 'munchkin-id',
    kind: 'configuration',
    about: 'MARKETO_MUNCHKIN_ID: the host of MARKETO_URL does not tell it',
  });
}

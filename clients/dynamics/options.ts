import { baseAddress } from '../address';
import type { Governor } from '../governor';
import type { Health } from '../health';
import { createHttp, type Http } from '../http';

export type DynamicsCredential =
  | { clientSecret: string }
  | { certificatePath: string; privateKeyPath: string }
  /** Resource owner password: deprecated by the vendor, no MFA, no federated users (dataverse-api §1.7). */
  | { username: string; password: string; legacy: true };

export interface DynamicsOptions {
  /** `https://contoso.crm.dynamics.com`; also the scope of the token, so one host for both (dataverse-api §1.1). */
  url: string;
  tenantId: string;
  clientId: string;
  /** Base of the login host, such as `https://login.microsoftonline.com`; http only on this machine. */
  authority: string;
  credential: DynamicsCredential;
  /** PEM file with certificates to trust besides the public ones. */
  caPath?: string;
  governor: Governor;
  /** Knows which operations are down; absent: nobody asks. */
  health?: Health;
  /** Of one call, in milliseconds; default 100 s. */
  timeoutMs?: number;
}

export interface DynamicsSettings extends DynamicsOptions {
  base: URL;
  authorityBase: URL;
  /** The scheme and host of the organisation, no trailing slash. */
  origin: string;
  /** `{origin}/api/data/v9.2` */
  api: string;
  http: Http;
}

/** @throws ApiError `configuration` for an address that cannot be used. */
export function settingsOf(options: DynamicsOptions): DynamicsSettings {
  const base = baseAddress('dynamics', 'DYNAMICS_URL', options.url);
  const authorityBase = baseAddress('entra', 'DYNAMICS_AUTHORITY', options.authority);
  const http = createHttp({
    api: 'dynamics',
    timeoutMs: options.timeoutMs ?? 100_000,
    ...(options.caPath === undefined ? {} : { caPath: options.caPath }),
  });
  return { ...options, base, authorityBase, origin: base.origin, api: `${base.origin}/api/data/v9.2`, http };
}

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type AccountInfo,
  type AuthenticationResult,
  ConfidentialClientApplication,
  PublicClientApplication,
} from '@azure/msal-node';
import { isLoopback } from '../address';
import { ApiError } from '../errors';
import type { EntraNetwork } from './entra-network';
import type { DynamicsSettings } from './options';

/** Asks for a token; `fresh` passes by MSAL's cache. Throws what MSAL throws. */
export type Acquire = (fresh: boolean) => Promise<AuthenticationResult | null>;

export function createAcquire(settings: DynamicsSettings, network: EntraNetwork): Acquire {
  const { credential } = settings;
  const scopes = [`${settings.origin}/.default`];
  const auth = { clientId: settings.clientId, ...authorityOf(settings) };
  const system = { networkClient: network };
  if ('legacy' in credential) {
    const application = new PublicClientApplication({ auth, system });
    return byPassword(application, { scopes, username: credential.username, password: credential.password });
  }
  const application = new ConfidentialClientApplication({
    auth: {
      ...auth,
      ...('clientSecret' in credential
        ? { clientSecret: credential.clientSecret }
        : { clientCertificate: certificateOf(credential.certificatePath, credential.privateKeyPath) }),
    },
    system,
  });
  return (fresh) => application.acquireTokenByClientCredential({ scopes, skipCache: fresh });
}

/** Hosts whose metadata MSAL has compiled in; any other is named as known, or MSAL would ask the public cloud about it. */
const WELL_KNOWN = /^login(\.partner)?\.(microsoftonline\.(com|us|cn)|chinacloudapi\.cn|windows\.net|microsoft\.com)$/;

/**
 * MSAL insists on https. For a simulator on this machine it is given an authority of a reserved name, and metadata whose
 * token endpoint is the real one: one POST, no discovery (dataverse-api §1.4, recipe 1).
 */
function authorityOf({ authorityBase, tenantId }: DynamicsSettings) {
  const { origin, host } = authorityBase;
  if (authorityBase.protocol === 'http:' && isLoopback(authorityBase)) {
    const authority = `https://login.loopback.test/${tenantId}`;
    return {
      authority,
      knownAuthorities: ['login.loopback.test'],
      authorityMetadata: JSON.stringify({
        issuer: `${authority}/v2.0`,
        authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
        token_endpoint: `${origin}/${tenantId}/oauth2/v2.0/token`,
        jwks_uri: `${authority}/discovery/v2.0/keys`,
      }),
    };
  }
  return { authority: `${origin}/${tenantId}`, ...(WELL_KNOWN.test(host) ? {} : { knownAuthorities: [host] }) };
}

function certificateOf(certificatePath: string, privateKeyPath: string) {
  const read = (setting: string, path: string): string => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      throw unreadable(`${setting}: the file cannot be read`);
    }
  };
  const x5c = read('DYNAMICS_CERTIFICATE_PATH', certificatePath);
  const privateKey = read('DYNAMICS_PRIVATE_KEY_PATH', privateKeyPath);
  try {
    const thumbprintSha256 = new X509Certificate(x5c).fingerprint256.replaceAll(':', '');
    return { thumbprintSha256, privateKey, x5c };
  } catch {
    throw unreadable('DYNAMICS_CERTIFICATE_PATH: not a PEM certificate');
  }
}

const unreadable = (about: string): ApiError =>
  new ApiError({ api: 'entra', operation: 'token', kind: 'configuration', code: 'CERTIFICATE_UNREADABLE', about });

/** The password grant never reads MSAL's cache, so the account's cached or refreshed token is asked for first (§1.6). */
function byPassword(
  application: PublicClientApplication,
  request: { scopes: string[]; username: string; password: string },
): Acquire {
  let account: AccountInfo | null = null;
  return async (fresh) => {
    if (account !== null) {
      try {
        return await application.acquireTokenSilent({ scopes: request.scopes, account, forceRefresh: fresh });
      } catch {
        account = null;
      }
    }
    const result = await application.acquireTokenByUsernamePassword(request);
    account = result?.account ?? null;
    return result;
  };
}

import { checkAssertion } from './assertion';
import { ENTRA } from './credentials';
import { EntraError } from './errors';
import type { EntraSettings } from './settings';

export interface Granted {
  /** Resource of the token, without trailing slash. */
  resource: string;
  upn?: string;
  scope: string;
}

/**
 * Judges a token request in the order Entra does: tenant, application, credential, user, scope.
 * `resources` are the addresses of the Dataverse organisation. Throws EntraError (dataverse-api §1.7).
 */
export function judge(
  tenant: string,
  form: URLSearchParams,
  settings: EntraSettings,
  resources: readonly string[],
  now: number,
): Granted {
  if (tenant !== ENTRA.tenantId) {
    throw new EntraError(400, 'invalid_request', 90002, `Tenant '${tenant}' not found.`);
  }
  if (form.get('client_id') !== ENTRA.clientId) {
    throw new EntraError(400, 'unauthorized_client', 700016, 'Application was not found in the directory.');
  }
  const grant = form.get('grant_type');
  if (grant === 'client_credentials') {
    checkClient(form, settings, now);
    return { resource: resourceOf(form, resources, true), scope: form.get('scope') ?? '' };
  }
  if (grant === 'password') {
    if (form.has('client_secret') || form.has('client_assertion')) checkClient(form, settings, now);
    checkUser(form, settings);
    return { resource: resourceOf(form, resources, false), upn: ENTRA.username, scope: form.get('scope') ?? '' };
  }
  if (grant === 'refresh_token') {
    if (form.get('refresh_token') !== refreshToken(settings)) {
      throw new EntraError(400, 'invalid_grant', 70000, 'The refresh token is not valid.');
    }
    return { resource: resourceOf(form, resources, false), upn: ENTRA.username, scope: form.get('scope') ?? '' };
  }
  throw new EntraError(400, 'unsupported_grant_type', 70003, `Grant type '${grant ?? ''}' is not supported.`);
}

/** The one refresh token of the one user. */
export function refreshToken(settings: EntraSettings): string {
  return `simulated-refresh-${settings.userState}`;
}

function checkClient(form: URLSearchParams, settings: EntraSettings, now: number): void {
  const assertion = form.get('client_assertion');
  if (assertion !== null) {
    checkAssertion(assertion, settings.certificates, now);
    return;
  }
  const secret = form.get('client_secret');
  if (secret === null) {
    throw new EntraError(401, 'invalid_client', 7000218, 'The request must contain client_assertion or client_secret.');
  }
  if (secret !== settings.clientSecret) {
    throw new EntraError(401, 'invalid_client', 7000215, 'Invalid client secret provided.');
  }
  if (settings.secretExpired) {
    throw new EntraError(401, 'invalid_client', 7000222, 'The provided client secret keys are expired.');
  }
}

function checkUser(form: URLSearchParams, settings: EntraSettings): void {
  if (settings.userState === 'disabled') {
    throw new EntraError(400, 'invalid_grant', 50057, 'The user account is disabled.');
  }
  if (settings.userState === 'mfa') {
    throw new EntraError(400, 'interaction_required', 50076, 'Multi-factor authentication is required.');
  }
  if (form.get('username')?.toLowerCase() !== ENTRA.username || form.get('password') !== ENTRA.password) {
    throw new EntraError(400, 'invalid_grant', 50126, 'Invalid username or password.');
  }
}

function resourceOf(form: URLSearchParams, resources: readonly string[], onlyDefault: boolean): string {
  const scopes = (form.get('scope') ?? '').split(' ').filter((scope) => scope.includes('://'));
  const scope = scopes[0];
  const match = scope && /^(https?:\/\/[^/]+)\/{1,2}(\.default|user_impersonation)$/.exec(scope);
  if (!match || scopes.length > 1 || (onlyDefault && match[2] !== '.default')) {
    throw new EntraError(400, 'invalid_scope', 70011, 'The provided value for scope is not valid.');
  }
  const resource = match[1]!.toLowerCase();
  if (!resources.includes(resource)) {
    throw new EntraError(400, 'invalid_resource', 500011, 'The resource principal was not found in the tenant.');
  }
  return resource;
}

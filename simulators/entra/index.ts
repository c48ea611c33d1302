import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createApp } from '../common/app';
import { checkValues } from '../common/check-values';
import { commonControl } from '../common/control-routes';
import { refuseUnknown } from '../common/refuse-unknown';
import type { Common } from '../common/types';
import { ENTRA } from './credentials';
import { EntraError, errorBody } from './errors';
import { type Granted, judge, refreshToken } from './grant';
import { defaultEntraSettings, ENTRA_CHECKS, type EntraSettings } from './settings';
import { createTokens, type Tokens } from './tokens';

export interface Entra {
  app: FastifyInstance;
  control(app: FastifyInstance): void;
  reset(): void;
  tokens: Tokens;
}

/** Creates the simulated token service; `resources` gives the addresses (origins) of the organisation. */
export function createEntra(common: Common, resources: () => readonly string[]): Entra {
  let settings = defaultEntraSettings();
  const tokens = createTokens(common.clock);
  const app = createApp(common, {
    isWrite: () => false,
    latencyMs: () => settings.latencyMs,
    errorReply: (fault) => {
      const busy = fault.kind === 'status';
      const error = fault.code ?? (busy ? 'temporarily_unavailable' : 'invalid_client');
      const body = errorBody(error, busy ? 90033 : 7000215, fault.message ?? 'A simulated fault.', common.clock.now());
      return { status: fault.status ?? (busy ? 503 : 400), body };
    },
  });
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, new URLSearchParams(String(body)));
  });
  app.get('/common/discovery/instance', async (request) => ({
    tenant_discovery_endpoint: `${base(request)}/common/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [],
  }));
  for (const path of ['/:tenant/v2.0/.well-known/openid-configuration', '/:tenant/.well-known/openid-configuration']) {
    app.get(path, async (request) => discovery(request, settings));
  }
  app.post('/:tenant/oauth2/v2.0/token', async (request, reply) => {
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    request.sim.by = `api:${form.get('client_id') === ENTRA.clientId ? ENTRA.clientId : 'unknown'}`;
    try {
      const granted = judge(tenantOf(request), form, settings, resources(), common.clock.now());
      return answer(granted, tokens, settings, common.clock.now());
    } catch (error) {
      if (!(error instanceof EntraError)) throw error;
      request.sim.code = String(error.number);
      return reply.code(error.status).send(errorBody(error.error, error.number, error.message, common.clock.now()));
    }
  });
  return {
    app,
    tokens,
    control(control) {
      const change = (partial: Partial<EntraSettings>): EntraSettings => {
        refuseUnknown(partial, Object.keys(defaultEntraSettings()), 'entra setting');
        checkValues('entra setting', partial, ENTRA_CHECKS);
        settings = { ...settings, ...partial };
        return settings;
      };
      commonControl<EntraSettings>(control, 'entra', common, { get: () => settings, change }, tokens.expire);
      // The organisation takes the same tokens: a caller of it looks for them there.
      control.post('/_sim/dynamics/tokens/expire', async () => {
        tokens.expire();
        return {};
      });
    },
    reset() {
      settings = defaultEntraSettings();
    },
  };
}

const tenantOf = (request: FastifyRequest): string => (request.params as { tenant: string }).tenant;
const base = (request: FastifyRequest): string => `${request.protocol}://${request.host}`;

function discovery(request: FastifyRequest, settings: EntraSettings): object {
  const tenant = tenantOf(request);
  const root = `${base(request)}/${tenant}`;
  return {
    token_endpoint: `${root}/oauth2/v2.0/token`,
    authorization_endpoint: `${root}/oauth2/v2.0/authorize`,
    // msal-node 5+ wants https and the host of the authority here (dataverse-api §1.4)
    issuer: settings.issuer ?? `https://${request.host}/${tenant}/v2.0`,
    jwks_uri: `${root}/discovery/v2.0/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
    response_types_supported: ['code', 'id_token'],
    scopes_supported: ['openid', 'profile', 'offline_access'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

function answer(granted: Granted, tokens: Tokens, settings: EntraSettings, now: number): object {
  const lifetime = settings.tokenLifetimeSeconds;
  const exp = Math.floor(now / 1000) + lifetime;
  const claims = { aud: granted.resource, tid: ENTRA.tenantId, exp, appid: ENTRA.clientId };
  const token = tokens.issue({ ...claims, ...(granted.upn !== undefined && { upn: granted.upn }) });
  const common = { token_type: 'Bearer', expires_in: lifetime, ext_expires_in: lifetime, access_token: token };
  if (granted.upn === undefined) return common;
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const oid = '00000000-0000-4000-8000-00000000a5e2';
  const identity = {
    oid,
    sub: oid,
    tid: ENTRA.tenantId,
    preferred_username: granted.upn,
    iss: `https://login.microsoftonline.com/${ENTRA.tenantId}/v2.0`,
    aud: ENTRA.clientId,
    iat: exp - lifetime,
    exp,
  };
  return {
    ...common,
    scope: granted.scope,
    refresh_token: refreshToken(settings),
    id_token: `${part({ alg: 'none', typ: 'JWT' })}.${part(identity)}.`,
    client_info: part({ uid: oid, utid: ENTRA.tenantId }),
  };
}

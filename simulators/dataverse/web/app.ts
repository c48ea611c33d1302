import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createApp } from '../../common/app';
import type { Common } from '../../common/types';
import type { Tokens } from '../../entra/tokens';
import type { ApiRequest, ApiResponse } from '../context';
import type { Database } from '../database';
import { DataverseError } from '../errors';
import { readPrefer } from '../odata/prefer';
import type { DataverseSettings } from '../settings';
import { authorise } from './authorise';
import { runBatch } from './batch';
import { faultError } from './fault-error';
import { Limits } from './limits';
import { codeOf, operate, refusal } from './operation';
import { endpointOf } from './path';

export interface Deps {
  tokens: Tokens;
  /** Origins of the organisation, without trailing slash. */
  resources: () => readonly string[];
  entraUrl: () => string;
  database: () => Database;
  settings: () => DataverseSettings;
}

declare module 'fastify' {
  interface FastifyRequest {
    userId: string;
  }
}

const MOST_ADDRESS = 32_768; // characters (dataverse-api §3.1)
const PREFIX = /^\/api\/data\/v9\.\d(?:\/|$)/;
const pathOf = (request: FastifyRequest): string => decode((request.raw.url ?? '').split('?')[0]!.replace(PREFIX, ''));
const isBatch = (request: FastifyRequest): boolean => pathOf(request) === '$batch';

/** The HTTP side of the Web API: token, limits, then one operation or a batch. Also gives how to forget the limits. */
export function createApi(common: Common, deps: Deps): { app: FastifyInstance; resetLimits(): void } {
  let limits = new Map<string, Limits>();
  const app = createApp(common, {
    endpoint: (request) => endpointOf(request.method, pathOf(request)),
    isWrite: (request) => request.method !== 'GET' && !isBatch(request), // the parts of a batch count
    keys: (request) => rowsNamed(`${request.method} ${pathOf(request)}\n${request.body}`, request.raw.url),
    latencyMs: (request) => (request.method === 'GET' ? deps.settings().readLatencyMs : deps.settings().writeLatencyMs),
    errorReply: (fault) => {
      const error = faultError(fault.status, fault.code, fault.message);
      return { status: error.status, body: { error: { code: error.code, message: error.message } } };
    },
  });
  app.decorateRequest('userId', '');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request, reply) => {
    const settings = deps.settings();
    reply.header('x-ms-service-request-id', randomUUID()).header('req_id', randomUUID());
    try {
      const addresses = { entra: deps.entraUrl(), org: `${request.protocol}://${request.host}` };
      const { authorization } = request.headers;
      request.userId = authorise(authorization, deps.tokens, deps.resources(), addresses, deps.database(), settings);
      request.sim.by = `api:${clientOf(authorization, deps.tokens)}`;
      const used = limits.get(request.userId) ?? new Limits(common.clock);
      limits.set(request.userId, used);
      reply.headers(used.headers(settings));
      reply.raw.once('close', used.enter(settings.limits));
    } catch (error) {
      if (!(error instanceof DataverseError)) throw error;
      return send(request, reply, refusal(error));
    }
    return undefined;
  });
  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const session = {
      database: deps.database(),
      settings: deps.settings(),
      ledger: common.ledger,
      api: `${request.protocol}://${request.host}/api/data/v9.2`,
      userId: request.userId,
    };
    const asked = readRequest(request);
    try {
      if ((request.raw.url ?? '').length > MOST_ADDRESS)
        throw new DataverseError(414, '', 'The request URI is too long.');
      if (!isBatch(request)) return send(request, reply, operate(session, asked));
      const { continueOnError } = readPrefer(asked.headers.prefer);
      return send(request, reply, runBatch(session, common, asked, continueOnError, request.sim));
    } catch (error) {
      if (!(error instanceof DataverseError)) throw error;
      return send(request, reply, refusal(error));
    }
  };
  for (const url of ['/api/data/v9.2', '/api/data/v9.2/*', '/api/data/:version', '/api/data/:version/*']) {
    app.route({ method: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'], url, handler: serve });
  }
  return {
    app,
    resetLimits() {
      limits = new Map();
    },
  };
}

/** The application that the token was given to. */
function clientOf(authorization: string | undefined, tokens: Tokens): string {
  return tokens.read((authorization ?? '').replace(/^Bearer /i, ''))?.appid ?? 'unknown';
}

function readRequest(request: FastifyRequest): ApiRequest {
  const url = request.raw.url ?? '';
  const at = url.indexOf('?');
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return {
    method: request.method,
    path: pathOf(request),
    rawQuery: at < 0 ? '' : url.slice(at + 1),
    headers,
    body: typeof request.body === 'string' ? request.body : '',
  };
}

/** The rows that a call is addressed to, or the parts of a batch, and those that a read asks for by their own ids. */
function rowsNamed(text: string, url = ''): string[] {
  const lines = text.matchAll(/^(?:GET|POST|PATCH|PUT|DELETE) \S*?\(([\da-f-]{36})\)/gim);
  const [, asked = ''] = /PropertyName='[^_']\w*',PropertyValues=\[([^\]]*)\]/.exec(decode(url)) ?? [];
  const found = [...[...lines].map(([, id = '']) => id), ...(asked.match(/[\da-f-]{36}/gi) ?? [])];
  return [...new Set(found.map((id) => id.toLowerCase()))];
}

function send(request: FastifyRequest, reply: FastifyReply, answer: ApiResponse): FastifyReply {
  const code = answer.headers['content-type']?.startsWith('application/json') ? codeOf(answer) : undefined;
  if (code) request.sim.code = code;
  if (answer.changes) request.sim.changes = true;
  return reply.code(answer.status).headers(answer.headers).send(answer.body);
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

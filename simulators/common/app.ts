import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { as } from './actor';
import { createCallLog } from './calls';
import { type Clock, sleep } from './clock';
import { createFaults } from './faults';
import { createLedger } from './ledger';
import { noteCall } from './note-call';
import { strikeAfter, strikeBefore } from './strike';
import type { AppOptions, CallInfo, Common } from './types';

/** A system's own log, ledger and faults beside the shared clock. */
export function createCommon(clock: Clock): Common {
  return { clock, calls: createCallLog(), ledger: createLedger(clock), faults: createFaults() };
}

/** Address and body of a call. A batch's parts are struck one by one. */
function textOf({ url, body }: FastifyRequest): string {
  if (/\$batch\b/.test(url)) return '';
  const sent = typeof body === 'string' || body instanceof URLSearchParams ? String(body) : JSON.stringify(body ?? '');
  return `${decodeURIComponent(url)} ${sent}`;
}

/**
 * Makes a Fastify instance with call log, ledger, faults and latency as hooks, so that an endpoint's file holds only that
 * endpoint's rules. Order: onRequest (endpoint; your own onRequest hooks, e.g. limits and tokens, come after: a call
 * they refuse is struck by no fault), preHandler (latency, faults that prevent the work), handler, onSend (faults after
 * the work, log).
 */
export function createApp(common: Common, options: AppOptions): FastifyInstance {
  const app = fastify({
    bodyLimit: options.bodyLimit ?? 128 * 1024 * 1024,
    keepAliveTimeout: 72_000,
    http: { maxHeaderSize: 64 * 1024 },
  });
  const { clock, faults } = common;
  app.decorateRequest('sim', null as unknown as CallInfo);
  app.addHook('onRequest', async (request) => {
    const endpoint = options.endpoint?.(request) ?? `${request.method} ${request.routeOptions.url ?? '(unknown)'}`;
    const write = options.isWrite?.(request) ?? request.method !== 'GET';
    request.sim = { seq: clock.tick(), at: clock.now(), by: 'api:unknown', endpoint, write };
    const { keys } = options;
    if (keys) request.sim.keys = () => keys(request);
  });
  app.addHook('preHandler', async (request, reply) => {
    const latency = options.latencyMs(request);
    if (latency > 0) await sleep(latency);
    const fault = faults.take(request.sim.endpoint, () => textOf(request));
    if (!fault) return undefined;
    request.sim.fault = fault;
    return strikeBefore({ fault, request, reply, options, common });
  });
  // After the body has been read, which would lose it; all that the handler writes is on behalf of this call.
  app.addHook('preHandler', (request, _reply, done) => as({ by: request.sim.by, call: request.sim.seq }, done));
  app.addHook('onSend', async (request, reply, payload) => {
    const fault = request.sim?.fault;
    if (fault) return strikeAfter({ fault, request, reply, options, common }, payload);
    noteCall(common, request, reply.statusCode);
    return payload;
  });
  return app;
}

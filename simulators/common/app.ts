import { Readable } from 'node:stream';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type CallLog, createCallLog } from './calls';
import { type Clock, sleep } from './clock';
import { createFaults, type Fault, type Faults } from './faults';

/** What each simulated system is given: the shared clock, and a call log and faults of its own. */
export interface Common {
  clock: Clock;
  calls: CallLog;
  faults: Faults;
}

/** What is known of a request while it is under way; handlers may set `code` (vendor error) and correct `write`. */
export interface CallInfo {
  endpoint: string;
  write: boolean;
  code?: string;
  fault?: Fault;
}

declare module 'fastify' {
  interface FastifyRequest {
    sim: CallInfo;
  }
}

export interface AppOptions {
  /** Endpoint template of a request; default `<METHOD> <route pattern>`. */
  endpoint?: (request: FastifyRequest) => string;
  /** Whether the call changes data; default every method but GET. */
  isWrite?: (request: FastifyRequest) => boolean;
  /** Milliseconds to wait before the work is done, asked for each call. */
  latencyMs: (request: FastifyRequest) => number;
  /** The vendor's own answer for a fault of kind `status` or `error`. */
  errorReply: (fault: Fault, request: FastifyRequest) => { status: number; body: unknown };
  bodyLimit?: number;
}

/** A system's own log and faults beside the shared clock. */
export function createCommon(clock: Clock): Common {
  return { clock, calls: createCallLog(), faults: createFaults() };
}

/**
 * Makes a Fastify instance with call log, faults and latency as hooks, so that an endpoint's file holds only that
 * endpoint's rules. Order: onRequest (endpoint, fault chosen; your own onRequest hooks, e.g. limits and tokens, come
 * after), preHandler (faults that prevent the work, latency), handler, onSend (faults after the work, log).
 */
export function createApp(common: Common, options: AppOptions): FastifyInstance {
  const app = fastify({ bodyLimit: options.bodyLimit ?? 128 * 1024 * 1024, keepAliveTimeout: 72_000 });
  app.decorateRequest('sim', null as unknown as CallInfo);
  app.addHook('onRequest', async (request) => {
    const endpoint = options.endpoint?.(request) ?? `${request.method} ${request.routeOptions.url ?? '(unknown)'}`;
    const fault = common.faults.take(endpoint);
    request.sim = { endpoint, write: options.isWrite?.(request) ?? request.method !== 'GET', ...(fault && { fault }) };
  });
  app.addHook('preHandler', async (request, reply) => {
    const latency = options.latencyMs(request);
    if (latency > 0) await sleep(latency);
    const fault = request.sim.fault;
    if (fault) return strikeBefore(fault, request, reply, options, common);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    record(common, request, reply.statusCode);
    const fault = request.sim.fault;
    if (fault?.kind === 'reset-after') request.raw.socket.destroy();
    if (fault?.kind === 'empty') {
      reply.header('content-length', '0');
      return '';
    }
    if (fault?.kind === 'cut') return cut(payload, request, reply);
    return payload;
  });
  return app;
}

async function strikeBefore(
  fault: Fault,
  request: FastifyRequest,
  reply: FastifyReply,
  options: AppOptions,
  common: Common,
): Promise<unknown> {
  switch (fault.kind) {
    case 'slow':
      await sleep(fault.delayMs ?? 5000);
      return undefined;
    case 'reset-before':
      record(common, request, 0, 'reset');
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    case 'html':
      return reply
        .code(fault.status ?? 502)
        .type('text/html; charset=utf-8')
        .send('<html><head><title>Bad Gateway</title></head><body>The gateway had no answer.</body></html>');
    case 'status':
    case 'error': {
      const { status, body } = options.errorReply(fault, request);
      if (fault.code !== undefined) request.sim.code = fault.code;
      if (fault.retryAfterSeconds !== undefined) reply.header('retry-after', String(fault.retryAfterSeconds));
      return reply.code(status).send(body);
    }
    default:
      return undefined; // the other kinds strike once the work is done
  }
}

function record(common: Common, request: FastifyRequest, status: number, code = request.sim?.code): void {
  const { endpoint, write } = request.sim ?? { endpoint: `${request.method} (unreadable)`, write: false };
  common.calls.record({
    at: common.clock.now(),
    method: request.method,
    endpoint,
    status,
    write,
    ...(code !== undefined && { code }),
  });
}

/** Headers that promise the whole body, half of the body, then a dead socket. */
function cut(payload: unknown, request: FastifyRequest, reply: FastifyReply): Readable {
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(String(payload ?? ''));
  reply.header('content-length', String(bytes.length));
  let sent = false;
  return new Readable({
    read() {
      if (sent) return;
      sent = true;
      this.push(bytes.subarray(0, Math.floor(bytes.length / 2)));
      setTimeout(() => request.raw.socket.destroy(), 20);
    },
  });
}

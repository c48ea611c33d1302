import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { as } from './actor';
import { type CallLog, createCallLog } from './calls';
import { type Clock, sleep } from './clock';
import { createFaults, type Fault, type FaultKind, type Faults } from './faults';
import { createLedger, type Ledger } from './ledger';
import { noteCall } from './note-call';
import { strikeAfter, strikeBefore } from './strike';

/** What each simulated system is given: the shared clock, and a call log, a ledger and faults of its own. */
export interface Common {
  clock: Clock;
  calls: CallLog;
  ledger: Ledger;
  faults: Faults;
}

/**
 * What is known of a request while it is under way. The gate sets `by` once it knows the caller; handlers may set `code`
 * (vendor error), `records`, `wrote` and `struck`, and correct `write`.
 */
export interface CallInfo {
  /** Its number in the ledger, and when it came. */
  seq: number;
  at: number;
  by: string;
  endpoint: string;
  write: boolean;
  /** Of a batch: whether a part of it writes (the call log counts the parts by themselves). */
  wrote?: boolean;
  /** How many records it sent. */
  records?: number;
  code?: string;
  /** The fault that strikes it. */
  fault?: Fault;
  /** Of a batch: the kind of fault that struck a part. */
  struck?: FaultKind;
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
  /** The vendor's own answer for a fault of kind `status` or `error`; text, or an object to be sent as JSON. */
  errorReply: (fault: Fault, request: FastifyRequest) => { status: number; body: unknown; code?: string };
  /** Whether a fault strikes once the work is done, where kind and `commit` leave it open; default no. */
  commits?: (fault: Fault) => boolean;
  bodyLimit?: number;
}

/** A system's own log, ledger and faults beside the shared clock. */
export function createCommon(clock: Clock): Common {
  return { clock, calls: createCallLog(), ledger: createLedger(clock), faults: createFaults() };
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
  });
  app.addHook('preHandler', async (request, reply) => {
    const latency = options.latencyMs(request);
    if (latency > 0) await sleep(latency);
    const fault = faults.take(request.sim.endpoint);
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

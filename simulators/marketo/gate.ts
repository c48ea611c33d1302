import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Fault } from '../common/faults';
import { failure } from './envelope';
import { MarketoFault } from './errors';
import type { Instance } from './instance';
import { sendFailure } from './router';

/** A GET address may have 8 KB (marketo-api §3). */
const MAX_URI = 8192;

/** What every REST call passes first: length of the address, token, limits (in this order). */
export function addGate(app: FastifyInstance, instance: () => Instance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (Buffer.byteLength(request.url) > MAX_URI) {
      request.sim.code = '414';
      return reply.code(414).type('text/plain').send('Request-URI Too Long');
    }
    if (request.url.startsWith('/identity/')) return undefined;
    const current = instance();
    try {
      if (new URLSearchParams(request.url.split('?')[1] ?? '').has('access_token')) throw new MarketoFault('603');
      current.tokens.check(request.headers.authorization);
      count(current, request, reply);
    } catch (error) {
      if (!(error instanceof MarketoFault)) throw error;
      return sendFailure(request, reply, current.requestId(), error.code, error.message);
    }
    commitFirst(request);
    return undefined;
  });
  app.addHook('onSend', async (request, _reply, payload) => {
    const fault = committed.get(request);
    if (!fault) return payload;
    return JSON.stringify(failure(instance().requestId(), fault.code ?? '604', fault.message));
  });
}

/** Admits the call; its place is free again when its connection has been answered or has died. */
function count(current: Instance, request: FastifyRequest, reply: FastifyReply): void {
  current.limits.enter();
  reply.raw.once('close', () => {
    current.limits.leave();
    if (request.sim.code !== undefined) current.limits.outcome(request.sim.code);
  });
}

const committed = new WeakMap<FastifyRequest, Fault>();

/** A fault of kind `error` with `commit: true` strikes after the work: a 604 whose write has happened (marketo-api §2.2). */
function commitFirst(request: FastifyRequest): void {
  const fault = request.sim.fault as (Fault & { commit?: boolean }) | undefined;
  if (fault?.kind !== 'error' || fault.commit !== true) return;
  committed.set(request, fault);
  request.sim.code = fault.code ?? '604'; // before the call is logged
  delete request.sim.fault;
}

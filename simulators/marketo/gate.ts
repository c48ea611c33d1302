import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MARKETO_CREDENTIALS } from './credentials';
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
      current.tokens.check(authorization(request, current));
      request.sim.by = `api:${MARKETO_CREDENTIALS.clientId}`;
      count(current, request, reply);
    } catch (error) {
      if (!(error instanceof MarketoFault)) throw error;
      return sendFailure(request, reply, current.requestId(), error.code, error.message);
    }
    return undefined;
  });
}

/** The token of the header; in the address only where the switch still accepts it there (marketo-api §0.2). */
function authorization({ url, headers }: FastifyRequest, { settings }: Instance): string | undefined {
  const inAddress = new URLSearchParams(url.split('?')[1] ?? '').get('access_token');
  if (inAddress === null) return headers.authorization;
  if (settings.accessTokenQuery === 'refused') throw new MarketoFault('603');
  return `Bearer ${inAddress}`;
}

/** Admits the call; its place is free again when its connection has been answered or has died. */
function count(current: Instance, request: FastifyRequest, reply: FastifyReply): void {
  current.limits.enter();
  reply.raw.once('close', () => {
    current.limits.leave();
    if (request.sim.code !== undefined) current.limits.outcome(request.sim.code);
  });
}

import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const compress = promisify(gzip);
/** From this size on an answer is compressed for a client that asks for it, but none of the bulk API (marketo-api §1.5). */
const COMPRESSED_FROM = 1024;

/** What the vendor's front server does with every call, whatever its endpoint. */
export function addProxy(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!lacksLength(request)) return undefined;
    request.sim.code = '400';
    return reply.code(400).type('text/plain').send('Bad Request');
  });
  app.addHook('onSend', async (request, reply, payload) => {
    if (!wantsGzip(request) || typeof payload !== 'string' || Buffer.byteLength(payload) < COMPRESSED_FROM) {
      return payload;
    }
    reply.header('content-encoding', 'gzip').header('vary', 'accept-encoding').removeHeader('content-length');
    return compress(payload, { level: 1 });
  });
}

/** A merge is POSTed without a body; recorded: refused unless the request says so by a length of 0 (marketo-api §2.1). */
function lacksLength({ method, url, headers }: FastifyRequest): boolean {
  const merge = method === 'POST' && /^\/rest\/v1\/leads\/[^/]+\/merge\.json/.test(url);
  return merge && headers['content-length'] === undefined && headers['transfer-encoding'] === undefined;
}

function wantsGzip({ url, headers }: FastifyRequest): boolean {
  return !/^\/(rest\/\.\.\/)?bulk\//.test(url) && /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));
}

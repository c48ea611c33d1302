import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sleep } from './clock';
import { type Fault, HOSTILE, retryAfterOf } from './fault';
import { hostile, isConcerned } from './hostile';
import { noteCall } from './note-call';
import type { AppOptions, Common } from './types';

const DELAY_MS = 5000;

/** What one fault needs to strike a call. */
export interface Struck {
  fault: Fault;
  request: FastifyRequest;
  reply: FastifyReply;
  options: AppOptions;
  common: Common;
}

/** A fault in front of the work: gives the reply where it ends the call, nothing where the work goes on. */
export async function strikeBefore(struck: Struck): Promise<unknown> {
  const { fault, request, reply, common } = struck;
  if (commits(struck)) return undefined;
  switch (fault.kind) {
    case 'slow':
      await sleep(fault.delayMs ?? DELAY_MS);
      return undefined;
    case 'hang':
      reply.hijack();
      await closed(request);
      noteCall(common, request, 0);
      return reply;
    case 'reset-before':
      request.sim.code = 'reset';
      noteCall(common, request, 0);
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    case 'html':
    case 'status':
    case 'error':
      return reply.send(substitute(struck));
    default:
      return undefined; // the other kinds strike once the work is done
  }
}

/** A fault once the work is done; notes the call, and gives the answer as it is to be sent. */
export async function strikeAfter(struck: Struck, payload: unknown): Promise<unknown> {
  const { fault, request, reply, common } = struck;
  if (!isConcerned(fault, payload)) {
    delete request.sim.fault;
    noteCall(common, request, reply.statusCode);
    return payload;
  }
  if (fault.kind === 'slow-after') await sleep(fault.delayMs ?? DELAY_MS);
  if (fault.kind === 'hang') await closed(request);
  const replaced = commits(struck) && fault.kind !== 'hang' ? substitute(struck) : payload;
  noteCall(common, request, reply.statusCode);
  if (fault.kind === 'reset-after') request.raw.socket.destroy();
  if (fault.kind === 'cut') return cut(payload, request, reply);
  if (HOSTILE.includes(fault.kind)) return hostile(fault, payload, reply);
  if (fault.kind !== 'empty') return replaced;
  reply.header('content-length', '0');
  return '';
}

function commits({ fault, options }: Struck): boolean {
  return options.commits?.(fault) ?? fault.commit === true;
}

/** The answer that a fault of kind html, status or error puts in place of the true one. */
function substitute({ fault, request, reply, options }: Struck): string {
  const retryAfter = retryAfterOf(fault);
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  if (fault.kind === 'html') {
    reply.code(fault.status ?? 502).type('text/html; charset=utf-8');
    return '<html><head><title>Bad Gateway</title></head><body>The gateway had no answer.</body></html>';
  }
  const { status, body, code } = options.errorReply(fault, request);
  const known = fault.code ?? code;
  if (known !== undefined) request.sim.code = known;
  const plain = typeof body === 'string';
  reply.code(status).type(plain ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8');
  return plain ? body : JSON.stringify(body);
}

/** Resolves once the caller has given up. */
function closed({ raw: { socket } }: FastifyRequest): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else socket.once('close', () => resolve());
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

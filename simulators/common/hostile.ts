import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { FastifyReply } from 'fastify';
import type { Fault } from './fault';

const MEBIBYTE = 1_048_576;
const PLAIN_MEBIBYTES = 16;
const PACKED_MEBIBYTES = 64;
/** Deeper than any answer of either vendor. */
const DEPTH = 100;

const FIRST_ROW = /"(?:value|result)":\s*\[\s*\{/;

const textOf = (payload: unknown): string => (Buffer.isBuffer(payload) ? payload.toString() : String(payload ?? ''));

/** Does the answer hold the text that the fault waits for? */
export const isConcerned = ({ holds }: Fault, payload: unknown): boolean =>
  holds === undefined || textOf(payload).includes(holds);

/** What a fault of a hostile kind makes of a true answer. */
export function hostile(fault: Fault, payload: unknown, reply: FastifyReply): unknown {
  const text = textOf(payload);
  reply.removeHeader('content-length');
  switch (fault.kind) {
    case 'oversized':
      reply.header('content-length', Buffer.byteLength(text) + (fault.megabytes ?? PLAIN_MEBIBYTES) * MEBIBYTE);
      return Readable.from(padded(text, fault.megabytes ?? PLAIN_MEBIBYTES), { objectMode: false });
    case 'bomb':
      reply.header('content-encoding', 'gzip');
      // Two members, one after the other, are one text.
      return Buffer.concat([gzipSync(text), blanks(fault.megabytes ?? PACKED_MEBIBYTES)]);
    case 'deep':
      return text.replace('{', `{"nested":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)},`);
    case 'proto':
      return text.replace(
        FIRST_ROW.test(text) ? FIRST_ROW : '{',
        (found) => `${found}"__proto__":{"versionnumber":1},`,
      );
    default:
      return payload;
  }
}

/** The answer, and blanks behind it: what is read of it in full is still the answer. */
function* padded(text: string, mebibytes: number): Generator<Buffer> {
  yield Buffer.from(text);
  const chunk = Buffer.alloc(MEBIBYTE, 0x20);
  for (let sent = 0; sent < mebibytes; sent += 1) yield chunk;
}

const packed = new Map<number, Buffer>();

function blanks(mebibytes: number): Buffer {
  const known = packed.get(mebibytes) ?? gzipSync(Buffer.alloc(mebibytes * MEBIBYTE, 0x20));
  packed.set(mebibytes, known);
  return known;
}

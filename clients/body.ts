import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { NetworkFailure, networkFailure } from './network-failure';

const CHUNK = 65_536;

class TooLarge extends Error {}

interface Incoming {
  status: number;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  body: Readable;
}

/**
 * Reads a body as text, and at most `bound` bytes of it, packed and unpacked: the connection is closed in the middle of what is
 * longer, and nothing of it is kept. Packed bodies are read as gzip, the only packing that we ask for.
 *
 * @throws NetworkFailure `TOO_LARGE`, `ENCODING` for a packing that we did not ask for, `CUT_BODY` where the line broke, `TIMEOUT`
 */
export async function readBody(
  { status, headers, body }: Incoming,
  bound: number,
  signal: AbortSignal,
): Promise<string> {
  const fault = (code: string) => new NetworkFailure(code, 'transient', false, status);
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  const packed = encoding === 'gzip' || encoding === 'x-gzip';
  const promised = Number(headers['content-length'] ?? 0);
  const refusal =
    promised > bound ? 'TOO_LARGE' : packed || ['', 'identity'].includes(encoding) ? undefined : 'ENCODING';
  if (refusal !== undefined) {
    body.destroy();
    throw fault(refusal);
  }
  const chunks: Buffer[] = [];
  let packedBytes = 0;
  const collect = async (unpacked: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of counted(unpacked, bound)) chunks.push(chunk);
  };
  try {
    if (packed)
      await pipeline(
        body,
        (raw: AsyncIterable<Buffer>) => counted(raw, bound, (bytes) => (packedBytes = bytes)),
        createGunzip({ chunkSize: CHUNK }),
        collect,
        { signal },
      );
    else await pipeline(body, collect, { signal });
  } catch (error) {
    if (error instanceof TooLarge) throw fault('TOO_LARGE');
    const { code } = networkFailure(error);
    // Nothing at all, as of 204, is nothing when it is called gzip as well.
    if (code === 'Z_BUF_ERROR' && packedBytes === 0) return '';
    throw fault(code === 'TIMEOUT' || code === 'Z_DATA_ERROR' ? code : 'CUT_BODY');
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

async function* counted(
  source: AsyncIterable<Buffer>,
  bound: number,
  tell: (bytes: number) => void = () => undefined,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    tell(bytes);
    if (bytes > bound) throw new TooLarge();
    yield chunk;
  }
}

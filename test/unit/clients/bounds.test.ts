import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { BOUNDS } from '../../../clients/bounds';
import { createHttp } from '../../../clients/http';
import type { NetworkFailure } from '../../../clients/network-failure';
import { json, type LocalServer, localServer } from './local-server';

/** What gunzip gave. */
const mockUnpacked = { bytes: 0 };
jest.mock('node:zlib', () => {
  const actual = jest.requireActual<typeof import('node:zlib')>('node:zlib');
  const createGunzip: typeof actual.createGunzip = (options) => {
    const gunzip = actual.createGunzip(options);
    const push = gunzip.push.bind(gunzip);
    gunzip.push = (chunk: Buffer | null) => {
      mockUnpacked.bytes += chunk?.length ?? 0;
      return push(chunk);
    };
    return gunzip;
  };
  return { ...actual, createGunzip };
});

let server: LocalServer;
afterEach(() => server.close());

const MIB = 1_048_576;
const send = (answers: 'fact' | 'page' = 'page') =>
  createHttp({ api: 'marketo', timeoutMs: 20_000 }).send({ method: 'GET', url: server.url, headers: {}, answers });
const failing = async (answers?: 'fact' | 'page'): Promise<NetworkFailure> =>
  send(answers).then(
    () => {
      throw new Error('nothing was thrown');
    },
    (error: NetworkFailure) => error,
  );
const packed = (response: ServerResponse, encoding: string, body: Buffer, status = 200) => {
  response.writeHead(status, { 'Content-Encoding': encoding, 'Content-Length': String(body.length) });
  response.end(body);
};

test('a body without end is cut off at the bound, and its connection is closed', async () => {
  let written = 0;
  let closed = false;
  server = await localServer((_request, response) => {
    response.on('close', () => {
      closed = true;
    });
    const chunk = Buffer.alloc(MIB, 0x20);
    const more = () => {
      while (!closed && response.write(chunk)) written += chunk.length;
      written += chunk.length;
    };
    response.on('drain', more);
    more();
  });
  expect(await failing()).toMatchObject({ code: 'TOO_LARGE', kind: 'transient', status: 200, unsent: false });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(closed).toBe(true);
  // What was read, and what the socket's buffers on both sides hold.
  expect(written).toBeLessThan(BOUNDS.page + 16 * MIB);
});

test('a promised length over the bound is refused before the body comes', async () => {
  let closed = false;
  server = await localServer((_request, response) => {
    response.on('close', () => {
      closed = true;
    });
    response.writeHead(200, { 'Content-Length': String(120 * MIB) });
    response.write('{');
  });
  expect(await failing()).toMatchObject({ code: 'TOO_LARGE' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(closed).toBe(true);
});

test('gzip is counted as it is unpacked: 61 KB that become 63 MB are cut off at the bound', async () => {
  const bomb = gzipSync(Buffer.alloc(63 * MIB, 0x20));
  server = await localServer((_request, response) => packed(response, 'gzip', bomb));
  mockUnpacked.bytes = 0;
  expect(await failing()).toMatchObject({ code: 'TOO_LARGE' });
  expect(mockUnpacked.bytes).toBeGreaterThan(BOUNDS.page);
  expect(mockUnpacked.bytes).toBeLessThan(BOUNDS.page + MIB);
});

test('packed bytes are counted too: members of nothing, one after the other', async () => {
  const nothing = Buffer.concat(Array.from({ length: 20_000 }, () => gzipSync(Buffer.alloc(0))));
  server = await localServer((_request, response) => packed(response, 'gzip', nothing));
  expect(nothing.length).toBeGreaterThan(BOUNDS.fact);
  expect(await failing('fact')).toMatchObject({ code: 'TOO_LARGE' });
});

test.each([
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
  ['zstd', gzipSync],
  ['gzip, gzip', gzipSync],
])('only gzip is asked for, and %s is a fault', async (encoding, pack) => {
  server = await localServer((_request, response) => packed(response, encoding, pack(Buffer.from('{}'))));
  expect(await failing()).toMatchObject({ code: 'ENCODING', kind: 'transient' });
  expect(server.seen[0]?.headers['accept-encoding']).toBe('gzip');
});

test('an answer of an error status has a bound of its own, and stays what its status says no more', async () => {
  server = await localServer((_request, response) => packed(response, 'gzip', gzipSync(Buffer.alloc(2 * MIB)), 500));
  expect(await failing()).toMatchObject({ code: 'TOO_LARGE', status: 500 });
});

test.each([401, 410, 429, 503])(
  '%s needs no body: when to come again is known even if the body is over its bound',
  async (status) => {
    server = await localServer((_request, response) => {
      response.setHeader('Retry-After', '7');
      packed(response, 'gzip', gzipSync(Buffer.alloc(2 * MIB)), status);
    });
    expect(await send()).toMatchObject({ status, body: '', headers: { 'retry-after': '7' } });
  },
);

test.each([
  ['gzip', (response: ServerResponse, body: string) => packed(response, 'gzip', gzipSync(body))],
  ['x-gzip', (response: ServerResponse, body: string) => packed(response, 'X-Gzip', gzipSync(body))],
  ['identity', (response: ServerResponse, body: string) => packed(response, 'identity', Buffer.from(body))],
  ['no packing', (response: ServerResponse, body: string) => json(response, body)],
  ['a byte order mark', (response: ServerResponse, body: string) => json(response, `\uFEFF${body}`)],
  ['no body', (response: ServerResponse) => response.writeHead(204).end()],
  ['no body of 204, called gzip', (response: ServerResponse) => packed(response, 'gzip', Buffer.alloc(0), 204)],
  ['no body of 200, called gzip', (response: ServerResponse) => packed(response, 'gzip', Buffer.alloc(0))],
  ['gzip of nothing', (response: ServerResponse) => packed(response, 'gzip', gzipSync(''))],
  [
    'no body in chunks, called gzip',
    (response: ServerResponse) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(),
  ],
  [
    'gzip in two members',
    (response: ServerResponse, body: string) => {
      const halves = [body.slice(0, 1_000), body.slice(1_000)].map((half) => gzipSync(half));
      packed(response, 'gzip', Buffer.concat(halves));
    },
  ],
  [
    'gzip with zeros behind it',
    (response: ServerResponse, body: string) =>
      packed(response, 'gzip', Buffer.concat([gzipSync(body), Buffer.alloc(1_000)])),
  ],
])('%s is read', async (name, answer) => {
  const body = JSON.stringify({ text: 'ä漢'.repeat(50_000) });
  server = await localServer((_request, response) => answer(response, body));
  expect((await send()).body).toBe(/no body|nothing/.test(name) ? '' : body);
});

test.each([
  ['cut gzip', 'CUT_BODY', (body: Buffer) => body.subarray(0, body.length / 2)],
  ['no gzip at all', 'Z_DATA_ERROR', () => Buffer.from('<html>')],
])('%s is told as a fault of the answer', async (_name, code, spoil) => {
  const body = spoil(gzipSync(JSON.stringify({ text: 'ä漢'.repeat(500) })));
  server = await localServer((_request, response) => packed(response, 'gzip', body));
  expect(await failing()).toMatchObject({ code, kind: 'transient' });
});

test('the time-out covers the body', async () => {
  server = await localServer((_request, response) => {
    response.writeHead(200);
    response.write('{');
  });
  const http = createHttp({ api: 'marketo', timeoutMs: 300 });
  const sent = http.send({ method: 'GET', url: server.url, headers: {}, answers: 'page' });
  await expect(sent).rejects.toMatchObject({ code: 'TIMEOUT', kind: 'transient' });
});

test('headers over Node’s bound are a fault of the line', async () => {
  server = await localServer((_request, response) => json(response, {}, 200, { 'X-Much': 'a'.repeat(20_000) }));
  expect(await failing()).toMatchObject({ code: 'HPE_HEADER_OVERFLOW', kind: 'transient' });
});

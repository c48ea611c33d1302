import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttp } from '../../../clients/http';

let folder: string;
let server: Server;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tls-'));
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'ca.pem')];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...name, ...files], {
    stdio: 'ignore',
  });
  const tls = { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'ca.pem')) };
  server = createServer(tls, (_request, response) => response.end('{}'));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  url = `https://localhost:${(server.address() as AddressInfo).port}/`;
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await new Promise((closed) => {
    server.close(closed);
    server.closeAllConnections();
  });
});

const get = (http: ReturnType<typeof createHttp>, address = url) =>
  http.send({ method: 'GET', answers: 'fact', url: address, headers: {} });

test('a certificate that is not trusted is a fault of configuration, with the code', async () => {
  const http = createHttp({ api: 'dynamics', timeoutMs: 5_000 });
  await expect(get(http)).rejects.toMatchObject({
    kind: 'configuration',
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    unsent: true,
  });
});

test('a CA of the operator is trusted', async () => {
  const http = createHttp({ api: 'dynamics', timeoutMs: 5_000, caPath: join(folder, 'ca.pem') });
  await expect(get(http)).resolves.toMatchObject({ status: 200, body: '{}' });
});

test('a CA file that cannot be read is said at start', () => {
  expect(() => createHttp({ api: 'dynamics', timeoutMs: 1, caPath: join(folder, 'none.pem') })).toThrow(
    /CA certificates/,
  );
});

test('a host that does not exist is transient, with the code', async () => {
  const http = createHttp({ api: 'dynamics', timeoutMs: 20_000 });
  const refused = get(http, 'https://no-such-host.invalid/');
  await expect(refused).rejects.toMatchObject({
    kind: 'transient',
    unsent: true,
    code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/),
  });
}, 30_000);

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeDynamics, fakeDynamics, freshTokens, thrown } from './dynamics-systems';
import { type Answer, html, json } from './local-server';

const contacts: Answer = (_request, response) => json(response, { value: [] });
const read = (fake: FakeDynamics) => fake.client.readPage({ set: 'contacts', select: ['contactid'], pageSize: 10 });
const refusal = (error: string, number: number, status = 401): Answer => {
  const body = { error, error_description: `AADSTS${number}: Ann Example`, error_codes: [number] };
  return (_request, response) => json(response, body, status);
};

let fake: FakeDynamics;
afterEach(() => fake.close());

test('a client secret becomes a token by one request to the loopback authority', async () => {
  fake = await fakeDynamics(contacts);
  await read(fake);
  await read(fake);
  expect(fake.entra.seen).toHaveLength(1);
  const [request] = fake.entra.seen;
  expect(request?.url).toMatch(/^\/72f988bf-0000-4000-8000-00000000d365\/oauth2\/v2.0\/token/);
  const body = new URLSearchParams(request?.body);
  expect(body.get('grant_type')).toBe('client_credentials');
  expect(body.get('scope')).toBe(`${fake.dataverse.url}/.default`);
  expect(fake.dataverse.seen[0]?.headers.authorization).toBe('Bearer token-1');
});

test('calls at the same time share one token request', async () => {
  fake = await fakeDynamics(contacts);
  await Promise.all([1, 2, 3, 4, 5].map(() => read(fake)));
  expect(fake.entra.seen).toHaveLength(1);
});

test('a 401 is answered with a new token, once', async () => {
  fake = await fakeDynamics((request, response) =>
    request.headers.authorization === 'Bearer token-1' ? json(response, {}, 401) : json(response, { value: [] }),
  );
  await expect(Promise.all([read(fake), read(fake), read(fake)])).resolves.toHaveLength(3);
  expect(fake.entra.seen).toHaveLength(2);
  expect(fake.governor.open).toBe(0);
});

test('a second 401 is a matter of authority', async () => {
  fake = await fakeDynamics((_request, response) => json(response, {}, 401));
  expect(await thrown(read(fake))).toMatchObject({ api: 'dynamics', kind: 'authority', status: 401 });
  expect(fake.dataverse.seen).toHaveLength(2);
});

test.each([
  ['invalid_client', 7000215, 401, 'authority', /AADSTS7000215 client secret is wrong/],
  ['invalid_client', 7000222, 401, 'authority', /client secret has expired/],
  ['invalid_request', 90002, 400, 'configuration', /DYNAMICS_TENANT_ID/],
  ['unauthorized_client', 700016, 400, 'configuration', /DYNAMICS_CLIENT_ID/],
  ['something_new', 424242, 400, 'authority', /AADSTS424242/],
])('%s %i is told by its code', async (error, number, status, kind, about) => {
  fake = await fakeDynamics(contacts, refusal(error, number, status));
  const found = await thrown(read(fake));
  expect(found).toMatchObject({ api: 'entra', kind, code: error });
  expect(found.about).toMatch(about);
  expect(found.message).not.toMatch(/Ann|sesame/);
  expect(fake.governor.taken).toBe(0);
});

test('the throttle within MSAL is transient, and says how long it lasts', async () => {
  fake = await fakeDynamics(contacts, (_request, response) =>
    json(response, { error: 'temporarily_unavailable', error_codes: [90055] }, 503, { 'Retry-After': '30' }),
  );
  expect(await thrown(read(fake))).toMatchObject({ kind: 'transient', status: 503 });
  const again = await thrown(read(fake));
  expect(again).toMatchObject({ api: 'entra', kind: 'transient', code: 'throttled-by-msal' });
  expect(again.retryAfterMs).toBeGreaterThan(28_000);
  expect(again.retryAfterMs).toBeLessThanOrEqual(30_000);
  expect(fake.entra.seen).toHaveLength(1);
});

test('a 429 of the token endpoint keeps its Retry-After', async () => {
  fake = await fakeDynamics(contacts, (_request, response) =>
    json(response, { error: 'temporarily_unavailable' }, 429, { 'Retry-After': '7' }),
  );
  expect(await thrown(read(fake))).toMatchObject({ api: 'entra', kind: 'rate-limited', retryAfterMs: 7_000 });
});

test('HTML from the login host is transient, and a later call succeeds', async () => {
  fake = await fakeDynamics(contacts, (request, response, count) =>
    count === 1 ? html(response, 502) : freshTokens(request, response, count),
  );
  expect(await thrown(read(fake))).toMatchObject({ api: 'entra', kind: 'transient', status: 502, code: 'NOT_JSON' });
  await expect(read(fake)).resolves.toEqual({ rows: [], deleted: [] });
});

test('a login host that is not there is transient, with the code', async () => {
  fake = await fakeDynamics(contacts, freshTokens, { authority: 'http://127.0.0.1:9' });
  expect(await thrown(read(fake))).toMatchObject({ api: 'entra', kind: 'transient', code: 'ECONNREFUSED' });
});

test('the password grant is sent as such, and again only when its token is refused', async () => {
  fake = await fakeDynamics(contacts, freshTokens, {
    credential: { username: 'sync@example.com', password: 'pass', legacy: true },
  });
  await read(fake);
  await read(fake);
  expect(fake.entra.seen).toHaveLength(1);
  const body = new URLSearchParams(fake.entra.seen[0]?.body);
  expect(body.get('grant_type')).toBe('password');
  expect(body.get('username')).toBe('sync@example.com');
});

test('a certificate signs an assertion', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const certificatePath = join(folder, 'certificate.pem');
  const privateKeyPath = join(folder, 'key.pem');
  try {
    const how = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=test', '-days', '1'];
    execFileSync('openssl', [...how, '-keyout', privateKeyPath, '-out', certificatePath], { stdio: 'ignore' });
    fake = await fakeDynamics(contacts, freshTokens, { credential: { certificatePath, privateKeyPath } });
    await read(fake);
    const assertion = new URLSearchParams(fake.entra.seen[0]?.body).get('client_assertion') ?? '';
    const header = JSON.parse(Buffer.from(assertion.split('.')[0] ?? '', 'base64url').toString());
    expect(header).toMatchObject({ alg: 'PS256' });
    expect(header['x5t#S256']).toBeDefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a certificate that cannot be read is a fault of configuration', async () => {
  fake = await fakeDynamics(contacts, freshTokens, {
    credential: { certificatePath: 'no-such', privateKeyPath: 'no' },
  });
  const found = await thrown(read(fake));
  expect(found).toMatchObject({ api: 'entra', kind: 'configuration' });
  expect(found.about).toContain('DYNAMICS_CERTIFICATE_PATH');
});

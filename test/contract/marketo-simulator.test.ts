import { type Answer, TestInstance } from './marketo-client';

const marketo = new TestInstance();

beforeAll(() => marketo.start());
beforeEach(() => marketo.fresh());
afterAll(() => marketo.stop());

describe('identity', () => {
  it('hands back the same token with fewer seconds until it has expired', async () => {
    const first = await marketo.signIn();
    const token = marketo.token;
    marketo.clock.advance(100_000);
    const second = await marketo.signIn();
    expect(marketo.token).toBe(token);
    expect(first.expires_in - second.expires_in).toBeGreaterThanOrEqual(100);
    marketo.clock.advance(3_600_000);
    await marketo.signIn();
    expect(marketo.token).not.toBe(token);
  });

  it('refuses wrong credentials with HTTP 401 and an OAuth body', async () => {
    const query = 'grant_type=client_credentials&client_id=simulated-marketo-client&client_secret=wrong';
    const answer = await fetch(`${marketo.url}/identity/oauth/token?${query}`, { method: 'POST' });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ error: 'invalid_client', error_description: 'Bad client credentials' });
  });

  it('answers 602 at the first use of an expired token and 601 from then on', async () => {
    marketo.clock.advance(3_601_000);
    expect((await marketo.get('/rest/v1/leads/partitions.json')).errors?.[0]?.code).toBe('602');
    expect((await marketo.get('/rest/v1/leads/partitions.json')).errors?.[0]?.code).toBe('601');
  });

  it('refuses a token in the query and a call without one with 603', async () => {
    const path = `/rest/v1/leads/partitions.json?access_token=${marketo.token}`;
    expect((await marketo.get(path)).errors).toEqual([{ code: '603', message: 'Access denied' }]);
    marketo.token = '';
    expect((await marketo.get('/rest/v1/leads/partitions.json')).errors?.[0]?.code).toBe('603');
  });
});

describe('envelope', () => {
  it('answers an unknown path with 610 and empty warnings, by HTTP 200', async () => {
    const answer = await marketo.fetch('/rest/v1/nothing.json');
    expect(answer.status).toBe(200);
    const body = (await answer.json()) as Answer;
    expect(body).toMatchObject({ success: false, warnings: [], errors: [{ code: '610' }] });
    expect(body.requestId).toMatch(/^[0-9a-f]{4,5}#[0-9a-f]{11}$/);
  });

  it('answers 605 for another method, 609 for broken JSON and 612 for another content type', async () => {
    const post = (path: string, body: string, type: string) =>
      marketo
        .fetch(path, { method: 'POST', body, headers: { 'content-type': type } })
        .then((one) => one.json() as Promise<Answer>);
    expect((await marketo.post('/rest/v1/leads/describe.json', {})).errors?.[0]?.code).toBe('605');
    expect((await post('/rest/v1/leads.json', '{', 'application/json')).errors?.[0]?.code).toBe('609');
    expect((await post('/rest/v1/leads.json', '<a/>', 'text/xml')).errors?.[0]?.code).toBe('612');
  });

  it('refuses an address over 8 KB with 414 and a body over 1 MB with 413', async () => {
    expect((await marketo.fetch(`/rest/v1/leads.json?filterValues=${'x'.repeat(8200)}`)).status).toBe(414);
    const body = JSON.stringify({ input: [{ email: 'a@x.example', mktoPersonNotes: 'x'.repeat(1_100_000) }] });
    const headers = { 'content-type': 'application/json' };
    expect((await marketo.fetch('/rest/v1/leads.json', { method: 'POST', body, headers })).status).toBe(413);
  });

  it('takes a long GET as a form by _method=GET', async () => {
    const ids = await marketo.create({ email: 'a+b@x.example' });
    const body = new URLSearchParams({ filterType: 'email', filterValues: 'A+B@x.example', fields: 'id' });
    const answer = await marketo.fetch('/rest/v1/leads.json?_method=GET', { method: 'POST', body });
    expect(((await answer.json()) as Answer).result).toEqual([{ id: ids[0] }]);
    const calls = await marketo.control('calls');
    expect(calls.byEndpoint['GET /rest/v1/leads.json']).toEqual({ count: 1, ok: 1, failed: 0 });
    expect(calls.writes).toBe(1);
  });

  it('answers 603 when the permission is missing', async () => {
    await marketo.settings({ permissions: ['Read-Only Lead'] });
    expect((await marketo.get('/rest/v1/leads/describe.json')).success).toBe(true);
    expect((await marketo.post('/rest/v1/leads.json', { input: [{}] })).errors?.[0]?.code).toBe('603');
  });
});

describe('limits', () => {
  it('refuses the call over the rate with 606 until the window has slid on', async () => {
    await marketo.settings({ limits: { enabled: true, calls: 2, windowMs: 20_000 } });
    const call = () => marketo.get('/rest/v1/leads/partitions.json');
    expect((await call()).success).toBe(true);
    expect((await call()).success).toBe(true);
    expect((await call()).errors).toEqual([{ code: '606', message: "Max rate limit '2' exceeded with in '20' secs" }]);
    marketo.clock.advance(20_000);
    expect((await call()).success).toBe(true);
  });

  it('refuses the call over the concurrency with 615', async () => {
    await marketo.settings({ limits: { enabled: true, concurrent: 2 }, readLatencyMs: 100 });
    const answers = await Promise.all([1, 2, 3].map(() => marketo.get('/rest/v1/leads/partitions.json')));
    expect(answers.map((answer) => answer.errors?.[0]?.code).sort()).toEqual(['615', undefined, undefined]);
    expect((await marketo.get('/rest/v1/leads/partitions.json')).success).toBe(true);
  });

  it('refuses the call over the daily quota with 607 until midnight US Central', async () => {
    await marketo.settings({ limits: { enabled: true, daily: 1 }, tokenLifetimeSeconds: 1_000_000 });
    expect((await marketo.get('/rest/v1/leads/partitions.json')).success).toBe(true);
    expect((await marketo.get('/rest/v1/leads/partitions.json')).errors?.[0]?.code).toBe('607');
    marketo.clock.advance(24 * 3_600_000);
    await marketo.signIn();
    const usage = await marketo.get('/rest/v1/stats/usage.json');
    expect(usage.result?.[0]).toMatchObject({ total: 1 });
  });
});

describe('faults', () => {
  const record = { email: 'one@x.example' };

  it('answers 604 without the write, or with it when told to commit', async () => {
    await marketo.control('faults', { kind: 'error', code: '604', times: 1, endpoint: 'POST /rest/v1/leads.json' });
    const fault = await marketo.post('/rest/v1/leads.json', { input: [record] });
    expect(fault.errors).toEqual([{ code: '604', message: 'Request time-out' }]);
    expect(await marketo.control('records/leads')).toHaveLength(0);
    await marketo.control('faults', { kind: 'error', code: '604', times: 1, commit: true });
    expect((await marketo.post('/rest/v1/leads.json', { input: [record] })).errors?.[0]?.code).toBe('604');
    expect(await marketo.control('records/leads')).toHaveLength(1);
    const calls = await marketo.control('calls');
    expect(calls.byEndpoint['POST /rest/v1/leads.json']).toEqual({ count: 2, ok: 0, failed: 2 });
  });

  it('writes and then cuts the connection on reset-after', async () => {
    await marketo.control('faults', { kind: 'reset-after', times: 1 });
    await expect(marketo.post('/rest/v1/leads.json', { input: [record] })).rejects.toThrow();
    expect(await marketo.control('records/leads')).toMatchObject([{ email: 'one@x.example' }]);
  });
});

describe('static lists', () => {
  it('adds, shows and removes members', async () => {
    const [id] = await marketo.create({ email: 'a@x.example' });
    const leads = '/rest/v1/lists/1001/leads.json';
    expect((await marketo.post(leads, { input: [{ id }] })).result).toEqual([{ id, status: 'added' }]);
    expect((await marketo.get(leads, { fields: 'email' })).result).toEqual([{ id, email: 'a@x.example' }]);
    const removed = (await (await marketo.fetch(`${leads}?id=${id}`, { method: 'DELETE' })).json()) as Answer;
    expect(removed.result).toEqual([{ id, status: 'removed' }]);
    const asked = await marketo.get('/rest/v1/lists/1001/leads/ismember.json', { id: String(id) });
    expect(asked.result).toEqual([{ id, status: 'notmemberof' }]);
  });
});

import { FAULT_KINDS } from '../../simulators/common/faults';
import { MARKETO_CREDENTIALS } from '../../simulators/marketo/credentials';
import { changeSet, type Harness, harness, type Item, part } from './dataverse-harness';

let sim: Harness;

beforeAll(async () => {
  sim = await harness({ data: null });
});
afterAll(() => sim.simulators.close());
beforeEach(async () => {
  await sim.control('POST', 'reset');
  await sim.authorise();
});

const fault = (body: object) => sim.control('POST', 'dynamics/faults', body);
const create = (name: string) => sim.call('POST', 'accounts', { name });
const names = async () => (await sim.get('accounts?$select=name&$orderby=name')).body.value.map(({ name }) => name);
const listed = async () => (await sim.control('GET', 'dynamics/faults')) as unknown as Item[];

/** `.` where a call went through, `x` where it was struck. */
async function pattern(calls: number): Promise<string> {
  let shown = '';
  for (let at = 0; at < calls; at += 1) shown += (await sim.get('WhoAmI')).status === 200 ? '.' : 'x';
  return shown;
}

describe('when a fault strikes', () => {
  it('every matching call until it is cleared; others never', async () => {
    await fault({ kind: 'status', endpoint: 'WhoAmI' });
    expect(await pattern(3)).toBe('xxx');
    expect((await sim.get('accounts')).status).toBe(200);
    await sim.control('DELETE', 'dynamics/faults');
    expect(await pattern(2)).toBe('..');
  });

  it('so many times, after so many calls', async () => {
    await fault({ kind: 'status', endpoint: 'WhoAmI', after: 2, times: 3 });
    expect(await pattern(7)).toBe('..xxx..');
    expect(await listed()).toEqual([]);
  });

  it('with a probability, the same calls again with the same seed, others with another', async () => {
    const play = async (seed: number) => {
      await sim.control('DELETE', 'dynamics/faults');
      await fault({ seed });
      await fault({ kind: 'status', endpoint: 'WhoAmI', probability: 0.5 });
      return pattern(40);
    };
    const [first, again, other] = [await play(7), await play(7), await play(8)];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    const struck = first.replaceAll('.', '').length;
    expect(struck).toBeGreaterThan(8);
    expect(struck).toBeLessThan(32);
  });

  it('by a seed of its own, whatever else is in the list', async () => {
    const own = { kind: 'status', endpoint: 'WhoAmI', probability: 0.5, seed: 3 };
    await fault(own);
    const alone = await pattern(20);
    await sim.control('DELETE', 'dynamics/faults');
    await fault({ seed: 99 });
    await fault({ kind: 'status', endpoint: 'GET nothing' });
    await fault(own);
    expect(await pattern(20)).toBe(alone);
  });

  it('not a call that the gate refuses', async () => {
    await fault({ kind: 'status', times: 1 });
    expect((await sim.get('WhoAmI', { authorization: 'Bearer no' })).status).toBe(401);
    expect(await pattern(2)).toBe('x.');
  });
});

describe('the list of faults', () => {
  it('shows what is left of each, and takes one back by its id', async () => {
    const { id } = await fault({ kind: 'status', endpoint: 'WhoAmI', times: 5, after: 1 });
    await fault({ kind: 'html', endpoint: 'GET accounts' });
    await pattern(3);
    expect(await listed()).toMatchObject([{ id, times: 3, after: 0 }, { kind: 'html' }]);
    await sim.control('DELETE', `dynamics/faults/${id}`);
    expect(await listed()).toMatchObject([{ kind: 'html' }]);
    await expect(sim.control('DELETE', `dynamics/faults/${id}`)).rejects.toThrow(`there is no fault ${id}`);
  });

  it.each([
    [{ kind: 'flood' }, `kind \\"flood\\" of the fault must be one of ${FAULT_KINDS.join(', ')}`],
    [{ endpoint: 'GET accounts' }, 'kind undefined of the fault must be one of'],
    [{ kind: 'slow', delay: 5 }, 'unknown field of a fault delay; use kind, endpoint'],
    [{ kind: 'status', probability: 2 }, 'probability 2 of the fault must be a number from 0 to 1'],
    [{ kind: 'status', times: 0 }, 'times 0 of the fault must be a whole number, 1 or more'],
    [{ kind: 'error', code: 604 }, "code 604 of the fault must be the vendor's code, as text"],
    [{ kind: 'status', retryAfter: 'a\nb' }, 'of the fault must be a header’s text'],
    [{ kind: 'cut', commit: true }, 'commit goes with the kinds status, error, html, hang'],
    [{ kind: 'status', holds: 'x' }, 'holds goes with the kinds oversized, bomb, deep, proto'],
    [{ kind: 'bomb', megabytes: 0 }, 'megabytes 0 of the fault must be a whole number, 1 or more'],
    [{ seed: 'x' }, 'must be a whole number'],
    [[], 'the body must be an object'],
  ])('refuses %j', async (body, message) => {
    const refused: unknown = await fault(body).catch((error: unknown) => error);
    expect((refused as Error).message).toContain(message);
    expect(await listed()).toEqual([]);
  });
});

describe('what a fault does', () => {
  it.each([
    ['0x80040217', 404],
    ['0x80060882', 412],
    ['0x80072322', 429],
    ['0x80044151', 500],
    ['0x8000ffff', 503], // not documented
  ])('answers Dataverse code %s with status %i', async (code, status) => {
    await fault({ kind: 'error', code, endpoint: 'WhoAmI', times: 1, retryAfterSeconds: 7 });
    const answer = await sim.get('WhoAmI');
    expect(answer).toMatchObject({ status, body: { error: { code } } });
    expect(answer.headers.get('retry-after')).toBe('7');
  });

  it.each(['99999999999999', '-5', 'Fri, 31 Dec 9999 23:59:59 GMT', 'soon', '5, 99999999999999', ''])(
    'answers with Retry-After: %s',
    async (retryAfter) => {
      await fault({ kind: 'status', status: 429, endpoint: 'WhoAmI', times: 1, retryAfter });
      expect((await sim.get('WhoAmI')).headers.get('retry-after')).toBe(retryAfter);
    },
  );

  it.each(['status', 'error', 'html'])('does nothing on %s, or does the work with commit', async (kind) => {
    await fault({ kind, endpoint: 'POST accounts', times: 1 });
    expect((await create('Not done')).status).toBeGreaterThan(499);
    expect(await names()).toEqual([]);
    await fault({ kind, endpoint: 'POST accounts', times: 1, commit: true });
    const answer = await create('Done');
    expect(answer.status).toBeGreaterThan(499);
    expect(answer.text).not.toContain('accountid');
    expect(await names()).toEqual(['Done']);
  });

  it.each([
    ['reset-before', []],
    ['reset-after', ['Sent']],
    ['cut', ['Sent']],
  ])('ends the connection on %s with %j in the table', async (kind, expected) => {
    await fault({ kind, endpoint: 'POST accounts', times: 1 });
    const prefer = { prefer: 'return=representation' }; // so that there is a body to cut
    await expect(sim.call('POST', 'accounts', { name: 'Sent' }, prefer)).rejects.toThrow();
    expect(await names()).toEqual(expected);
  });

  it('answers without a body on empty, the work being done', async () => {
    await fault({ kind: 'empty', endpoint: 'POST accounts', times: 1 });
    expect((await create('Sent')).text).toBe('');
    expect(await names()).toEqual(['Sent']);
  });

  describe('spoils the true answer', () => {
    it.each([
      ['oversized', 2],
      ['bomb', 3],
    ])('%s: %i megabytes of blanks behind it, the work being done', async (kind, megabytes) => {
      await fault({ kind, megabytes, endpoint: 'POST accounts', times: 1 });
      const answer = await sim.call('POST', 'accounts', { name: 'Long' }, { prefer: 'return=representation' });
      expect(answer.text.length).toBeGreaterThan(megabytes * 1_048_576);
      expect(JSON.parse(answer.text)).toMatchObject({ name: 'Long' });
      expect(answer.headers.get('content-encoding')).toBe(kind === 'bomb' ? 'gzip' : null);
      expect(await names()).toEqual(['Long']);
    });

    it('deep: something is nested beyond any true answer', async () => {
      await fault({ kind: 'deep', endpoint: 'GET accounts', times: 1 });
      const { body, text } = await sim.get('accounts');
      expect(body.value).toEqual([]);
      expect(/\[+/.exec(text)?.[0]).toHaveLength(100);
    });

    it('proto: a row has the key', async () => {
      await create('One');
      await fault({ kind: 'proto', endpoint: 'GET accounts', times: 1 });
      const { body } = await sim.get('accounts');
      expect(Object.hasOwn(body.value[0] as object, '__proto__')).toBe(true);
    });

    it('only where it holds a text, and the ledger tells of no fault elsewhere', async () => {
      await create('Short');
      await create('Long one');
      await fault({ kind: 'oversized', megabytes: 1, holds: 'Long one', endpoint: 'GET accounts' });
      expect((await sim.get("accounts?$filter=name eq 'Short'")).text.length).toBeLessThan(10_000);
      expect((await sim.get('accounts')).text.length).toBeGreaterThan(1_048_576);
      const ledger = await (await fetch(`${sim.simulators.control}/_sim/dynamics/ledger`)).text();
      expect(ledger.match(/"fault":"oversized"/g)).toHaveLength(1);
    });
  });

  it('waits before the work on slow, after it on slow-after', async () => {
    for (const [kind, during] of [
      ['slow', []],
      ['slow-after', ['slow', 'slow-after']],
    ] as const) {
      await fault({ kind, delayMs: 200, endpoint: 'POST accounts', times: 1 });
      const began = Date.now();
      const under = create(kind);
      await new Promise((resolve) => setTimeout(resolve, 80));
      expect(await names()).toEqual(during);
      expect((await under).status).toBe(204);
      expect(Date.now() - began).toBeGreaterThanOrEqual(195);
    }
  });

  it.each([
    [false, []],
    [true, ['Sent']],
  ])('hangs until the caller gives up, with commit %s leaving %j', async (commit, expected) => {
    await fault({ kind: 'hang', endpoint: 'POST accounts', times: 1, commit });
    const caller = new AbortController();
    const headers = { authorization: (await bearer()).authorization, 'content-type': 'application/json' };
    const options = { method: 'POST', headers, body: JSON.stringify({ name: 'Sent' }), signal: caller.signal };
    const under = fetch(`${sim.api}/accounts`, options);
    setTimeout(() => caller.abort(), 150);
    await expect(under).rejects.toThrow('abort');
    expect(await names()).toEqual(expected);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const ledger = await (await fetch(`${sim.simulators.control}/_sim/dynamics/ledger`)).text();
    expect(ledger).toMatch(/"endpoint":"POST accounts","status":0,"write":true,"fault":"hang"/);
  });
});

describe('in a batch', () => {
  const send = (parts: string[]) => sim.batch(parts);
  const post = (name: string, contentId?: number) => part('POST', 'accounts', { name }, [], contentId);

  it('an error is the answer of the part that it strikes', async () => {
    await fault({ kind: 'error', code: '0x80044331', endpoint: 'POST accounts', after: 1, times: 1 });
    expect((await send([post('A'), post('B'), post('C')])).statuses).toEqual([204, 400, 204]);
    expect(await names()).toEqual(['A', 'C']);
  });

  it('an error undoes the change set, with commit it only says so', async () => {
    await fault({ kind: 'error', code: '0x80044150', endpoint: 'POST accounts', after: 1, times: 1 });
    expect((await send([changeSet([post('A', 1), post('B', 2)])])).statuses).toEqual([500]);
    expect(await names()).toEqual([]);
    await fault({ kind: 'error', code: '0x80044150', endpoint: 'POST accounts', after: 1, times: 1, commit: true });
    expect((await send([changeSet([post('A', 1), post('B', 2)])])).statuses).toEqual([500]);
    expect(await names()).toEqual(['A', 'B']);
  });

  it.each([
    ['reset-before', ['A']],
    ['reset-after', ['A', 'B', 'C']],
  ])('%s at the second part takes the connection, with %j in the table', async (kind, expected) => {
    await fault({ kind, endpoint: 'POST accounts', after: 1, times: 1 });
    await expect(send([post('A'), post('B'), post('C')])).rejects.toThrow();
    expect(await names()).toEqual(expected);
  });

  it('html at the second part is the answer to it all', async () => {
    await fault({ kind: 'html', endpoint: 'POST accounts', after: 1, times: 1 });
    expect(await send([post('A'), post('B')])).toMatchObject({ status: 502, text: expect.stringContaining('<html>') });
    expect(await names()).toEqual(['A']);
  });
});

describe('in Marketo', () => {
  const { clientId, clientSecret } = MARKETO_CREDENTIALS;
  const query = `grant_type=client_credentials&client_id=${clientId}&client_secret=${clientSecret}`;
  const token = async (): Promise<string> => {
    const answer = await fetch(`${sim.simulators.marketo}/identity/oauth/token?${query}`);
    return String(((await answer.json()) as Item).access_token);
  };
  const write = async (path: string, body: object, access: string) => {
    const headers = { authorization: `Bearer ${access}`, 'content-type': 'application/json' };
    const options = { method: 'POST', headers, body: JSON.stringify(body) };
    const answer = await fetch(`${sim.simulators.marketo}/rest/v1/${path}`, options);
    return (await answer.json()) as { success: boolean; errors?: { code: string }[]; result?: Item[] };
  };
  const upsert = (email: string, access: string) => write('leads.json', { input: [{ email }] }, access);
  const emails = async () => {
    const leads = (await sim.control('GET', 'marketo/records/leads')) as unknown as Item[];
    return leads.map(({ email }) => email);
  };

  it('an error is any code, the work not done, or done with commit', async () => {
    const access = await token();
    for (const commit of [false, true]) {
      await sim.control('POST', 'marketo/faults', { kind: 'error', code: '604', commit, times: 1 });
      expect(await upsert(`${commit}@example.com`, access)).toMatchObject({
        success: false,
        errors: [{ code: '604' }],
      });
    }
    expect(await emails()).toEqual(['true@example.com']);
    const calls = (await sim.control('GET', 'marketo/calls/recent')) as unknown as Item[];
    expect(calls.slice(-2)).toMatchObject([{ code: '604' }, { code: '604' }]);
  });

  it('skip refuses some records of a write, in their places, and carries out the others', async () => {
    const access = await token();
    await sim.control('POST', 'marketo/faults', {
      kind: 'skip',
      code: '1003',
      records: 2,
      times: 1,
      endpoint: 'leads.json',
    });
    const input = ['a', 'b', 'c'].map((name) => ({ email: `${name}@example.com` }));
    const { result } = await write('leads.json', { action: 'createOrUpdate', input }, access);
    expect(result).toEqual([
      { status: 'skipped', reasons: [{ code: '1003', message: expect.any(String) }] },
      { status: 'skipped', reasons: [{ code: '1003', message: expect.any(String) }] },
      { id: expect.any(Number), status: 'created' },
    ]);
    const companies = ['x', 'y'].map((id) => ({ externalCompanyId: id, company: id }));
    await sim.control('POST', 'marketo/faults', { kind: 'skip', code: '1009', times: 1 });
    expect((await write('companies.json', { action: 'createOrUpdate', input: companies }, access)).result).toEqual([
      { seq: 0, status: 'skipped', reasons: [{ code: '1009', message: expect.any(String) }] },
      { seq: 1, id: expect.any(Number), status: 'created' },
    ]);
    await sim.control('POST', 'marketo/faults', { kind: 'skip', records: 5, times: 1 });
    expect((await write('leads.json', { input }, access)).result).toHaveLength(3);
    const kept = (await sim.control('GET', 'marketo/records/leads')) as unknown as { email: string }[];
    expect(kept.map(({ email }) => email)).toEqual(['c@example.com']);
  });

  it('tokens expire on demand: 602 first, then a new one is given', async () => {
    const old = await token();
    await sim.control('POST', 'marketo/tokens/expire');
    expect((await upsert('a@example.com', old)).errors).toMatchObject([{ code: '602' }]);
    const access = await token();
    expect(access).not.toBe(old);
    expect((await upsert('a@example.com', access)).success).toBe(true);
  });
});

describe('the token service', () => {
  it.each(['entra', 'dynamics'])('expires all tokens on demand at %s', async (system) => {
    expect((await sim.get('WhoAmI')).status).toBe(200);
    await sim.control('POST', `${system}/tokens/expire`);
    expect((await sim.get('WhoAmI')).status).toBe(401);
    await sim.authorise();
    expect((await sim.get('WhoAmI')).status).toBe(200);
  });

  it('shows faults of its own', async () => {
    await sim.control('POST', 'entra/faults', { kind: 'error', code: 'invalid_client', status: 401, times: 1 });
    expect(await sim.token()).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('refuses a setting that it does not know', async () => {
    const change = sim.control('POST', 'entra/settings', { latency: 5 });
    await expect(change).rejects.toThrow('unknown entra setting latency; use latencyMs, tokenLifetimeSeconds');
  });
});

async function bearer(): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${String((await sim.token()).body.access_token)}` };
}

describe('the control address', () => {
  it('takes a body as curl -d sends it: called a form, holding JSON', async () => {
    const sent = {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: '{"ms":1000}',
    };
    const answer = await fetch(`${sim.simulators.control}/_sim/clock/advance`, sent);
    expect(answer.status).toBe(200);
  });

  it.each([
    ['dynamics', { limits: { requests: 'x' } }, /limit requests "x" must be a number/],
    ['dynamics', { administrationMode: 'maybe' }, /administrationMode "maybe" must be true or false/],
    ['dynamics', { pluginAborts: 'contact' }, /pluginAborts "contact" must be a list/],
    ['dynamics', { pluginAborts: ['nope'] }, /table 'nope' is unknown; use one of .*contact/],
    ['dynamics', { userState: 'x' }, /userState "x" must be one of enabled, disabled, missing/],
    ['marketo', { limits: { calls: 'x' } }, /limit calls "x" must be a number/],
    ['marketo', { nativeSync: 'yes' }, /nativeSync "yes" must be true or false/],
    ['entra', { latencyMs: 'x' }, /latencyMs "x" must be a number/],
  ])('refuses a value that cannot be, of %s: %j', async (system, settings, says) => {
    const before = await sim.control('GET', `${system}/settings`);
    const body = JSON.stringify(settings);
    const answer = await fetch(`${sim.simulators.control}/_sim/${system}/settings`, { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: string }).error).toMatch(says);
    expect(await sim.control('GET', `${system}/settings`)).toEqual(before);
  });

  it('says of an address that is none where to look', async () => {
    const answer = await fetch(`${sim.simulators.control}/_sim/nothing`);
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { error: 'there is no GET /_sim/nothing; docs/simulators.md lists what there is' },
    ]);
  });
});

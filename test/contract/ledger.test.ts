import type { CallEntry, Entry, RefusalEntry, VersionEntry } from '../../simulators/common/ledger';
import { ENTRA } from '../../simulators/entra/credentials';
import { MARKETO_CREDENTIALS } from '../../simulators/marketo/credentials';
import { Ledger } from '../truth/memory/ledger';
import { ObjectStore } from '../truth/memory/objects';
import { changeSet, type Harness, harness, type Item, part } from './dataverse-harness';

const DYNAMICS = `api:${ENTRA.clientId}`;
const MARKETO = `api:${MARKETO_CREDENTIALS.clientId}`;

type System = 'dynamics' | 'marketo' | 'entra';

let sim: Harness;
let bearer: string;
const seen: Record<System, number> = { dynamics: 0, marketo: 0, entra: 0 };

async function read(system: System, after = 0): Promise<Entry[]> {
  const answer = await fetch(`${sim.simulators.control}/_sim/${system}/ledger?after=${after}`);
  const lines = (await answer.text()).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Entry);
}

/** What the ledger gained since the last look. */
async function gained(system: System) {
  const entries = await read(system, seen[system]);
  const last = entries.at(-1);
  if (last) seen[system] = last.kind === 'call' ? last.ended : last.seq;
  return {
    versions: entries.filter((one): one is VersionEntry => /^(create|update|delete)$/.test(one.kind)),
    refusals: entries.filter((one): one is RefusalEntry => one.kind === 'refused'),
    calls: entries.filter((one): one is CallEntry => one.kind === 'call'),
  };
}

async function rest(method: string, path: string, body?: unknown): Promise<Item> {
  const answer = await fetch(`${sim.simulators.marketo}/rest/v1${path}`, {
    method,
    headers: { authorization: bearer, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Item;
}

async function account(name: string): Promise<string> {
  const answer = await sim.call('POST', 'accounts', { name }, { prefer: 'return=representation' });
  return String(answer.body.accountid);
}

async function lead(values: Record<string, unknown>): Promise<number> {
  const { result } = (await rest('POST', '/leads.json', { input: [values] })) as unknown as { result: Item[] };
  return Number(result[0]!.id);
}

beforeAll(async () => {
  sim = await harness({ data: null });
  const { clientId, clientSecret } = MARKETO_CREDENTIALS;
  const query = `grant_type=client_credentials&client_id=${clientId}&client_secret=${clientSecret}`;
  const token = (await (await fetch(`${sim.simulators.marketo}/identity/oauth/token?${query}`)).json()) as Item;
  bearer = `Bearer ${String(token.access_token)}`;
});
afterAll(() => sim.simulators.close());
beforeEach(async () => {
  await gained('dynamics');
  await gained('marketo');
});

describe('versions in Dynamics', () => {
  it('show who wrote what by which call, with old and new values', async () => {
    const id = await account('One');
    await sim.call('PATCH', `accounts(${id})`, { name: 'Two', telephone1: '1' });
    const { versions, calls } = await gained('dynamics');
    expect(versions[0]).toMatchObject({ kind: 'create', table: 'account', id, by: DYNAMICS, call: calls[0]!.seq });
    expect(versions[0]!.changes).toMatchObject({ name: [null, 'One'], accountid: [null, id], statecode: [null, 0] });
    expect(versions[0]!.changes).not.toHaveProperty('telephone1');
    expect(versions[1]).toMatchObject({ kind: 'update', table: 'account', id, by: DYNAMICS, call: calls[1]!.seq });
    expect(versions[1]!.changes).toEqual({ name: ['One', 'Two'], telephone1: [null, '1'] });
    expect(versions[1]!.version).toBe(versions[0]!.version! + 1);
    expect(Math.abs(versions[0]!.at - Date.now())).toBeLessThan(60_000);
  });

  it('show a write that changed nothing, which moves the row version all the same', async () => {
    const id = await account('Same');
    await sim.call('PATCH', `accounts(${id})`, { name: 'Same' });
    const { versions } = await gained('dynamics');
    expect(versions.map(({ kind, changes }) => [kind, Object.keys(changes).length > 0])).toEqual([
      ['create', true],
      ['update', false],
    ]);
    expect(versions[1]!.version).toBeGreaterThan(versions[0]!.version!);
  });

  it('show a deletion with all that is gone, and the lookups emptied by it', async () => {
    const id = await account('Gone');
    await sim.call('POST', 'accounts', { name: 'Kept', 'parentaccountid@odata.bind': `/accounts(${id})` });
    await gained('dynamics');
    await sim.call('DELETE', `accounts(${id})`);
    const { versions, calls } = await gained('dynamics');
    expect(versions[0]).toMatchObject({ kind: 'delete', table: 'account', id, call: calls[0]!.seq });
    expect(versions[0]!.changes).toMatchObject({ name: ['Gone', null] });
    expect(versions[1]).toMatchObject({ kind: 'update', table: 'account', call: calls[0]!.seq });
    expect(versions[1]!.changes).toEqual({ _parentaccountid_value: [id, null] });
  });

  it('show what goes with a row that is deleted', async () => {
    const id = await account('Gone');
    const bound = { lastname: 'Gone too', 'parentcustomerid_account@odata.bind': `/accounts(${id})` };
    await sim.call('POST', 'contacts', bound);
    await gained('dynamics');
    await sim.call('DELETE', `accounts(${id})`);
    const { versions, calls } = await gained('dynamics');
    expect(versions.map(({ kind, table, call }) => [kind, table, call])).toEqual([
      ['delete', 'account', calls[0]!.seq],
      ['delete', 'contact', calls[0]!.seq],
    ]);
  });

  it('name the winner of a merge', async () => {
    const [winner, loser] = [await account('Winner'), await account('Loser')];
    const reference = (accountid: string) => ({ '@odata.type': 'Microsoft.Dynamics.CRM.account', accountid });
    const body = { Target: reference(winner), Subordinate: reference(loser), PerformParentingChecks: false };
    await gained('dynamics');
    expect((await sim.call('POST', 'Merge', body)).status).toBe(204);
    const { versions } = await gained('dynamics');
    expect(versions.find(({ id }) => id === loser)).toMatchObject({ kind: 'update', into: winner });
    expect(versions.find(({ id }) => id === winner)).not.toHaveProperty('into');
  });

  it('leave nothing of a change set that was rolled back', async () => {
    const parts = [
      part('POST', 'accounts', { name: 'Rolled back' }, [], 1),
      part('POST', 'accounts', { nome: 'Unknown column' }, [], 2),
    ];
    await sim.batch([changeSet(parts), part('POST', 'accounts', { name: 'Stays' })]);
    const { versions, refusals, calls } = await gained('dynamics');
    expect(versions.map(({ changes }) => changes.name)).toEqual([[null, 'Stays']]);
    expect(refusals).toEqual([expect.objectContaining({ table: 'account', code: '0x80048d19', fields: ['nome'] })]);
    expect(calls).toEqual([expect.objectContaining({ endpoint: 'POST $batch', write: true, records: 3 })]);
    expect(versions[0]!.call).toBe(calls[0]!.seq);
  });

  it('say whether a user, the data or the API wrote', async () => {
    const row = { accountid: '00000000-0000-4000-8000-000000000001', name: 'Seeded' };
    await sim.control('POST', 'dynamics/seed', { account: [row] });
    const update = { op: 'update', table: 'account', id: row.accountid, values: { name: 'Edited' } };
    await sim.control('POST', 'dynamics/edit', { operations: [update] });
    const { versions } = await gained('dynamics');
    expect(versions).toEqual([
      expect.objectContaining({ kind: 'create', by: 'data' }),
      expect.objectContaining({ kind: 'update', by: 'user', changes: { name: ['Seeded', 'Edited'] } }),
    ]);
    expect(versions[0]).not.toHaveProperty('call');
  });
});

describe('versions in Marketo', () => {
  it('show who wrote what by which call, with old and new values', async () => {
    const id = await lead({ email: 'one@example.com', firstName: 'One' });
    await lead({ email: 'one@example.com', firstName: null, lastName: 'Two' });
    const { versions, calls } = await gained('marketo');
    expect(versions).toEqual([
      expect.objectContaining({
        ...{ kind: 'create', table: 'leads', id: String(id), by: MARKETO, call: calls[0]!.seq },
        changes: { email: [null, 'one@example.com'], firstName: [null, 'One'] },
      }),
      expect.objectContaining({
        ...{ kind: 'update', table: 'leads', id: String(id), by: MARKETO, call: calls[1]!.seq },
        changes: { firstName: ['One', null], lastName: [null, 'Two'] },
      }),
    ]);
  });

  it('show a write that changed nothing', async () => {
    await lead({ email: 'same@example.com' });
    await lead({ email: 'same@example.com' });
    const { versions } = await gained('marketo');
    expect(versions.map(({ kind, changes }) => [kind, changes])).toEqual([
      ['create', { email: [null, 'same@example.com'] }],
      ['update', {}],
    ]);
  });

  it('show a merge: the loser with its winner, the roles that go over, all by one call', async () => {
    const [winner, loser] = [
      await lead({ email: 'w@example.com' }),
      await lead({ email: 'l@example.com', title: 'X' }),
    ];
    await rest('POST', '/opportunities.json', { input: [{ externalOpportunityId: 'o-1', name: 'Deal' }] });
    const role = { externalOpportunityId: 'o-1', leadId: loser, role: 'Buyer' };
    await rest('POST', '/opportunities/roles.json', { input: [role] });
    await gained('marketo');
    await rest('POST', `/leads/${winner}/merge.json?leadId=${loser}`);
    const { versions, calls } = await gained('marketo');
    expect(versions.every(({ call }) => call === calls[0]!.seq)).toBe(true);
    const kinds = versions.map(({ kind, table }) => `${kind} ${table}`).sort();
    expect(kinds).toEqual(['create roles', 'delete leads', 'delete roles', 'update leads']);
    const gone = versions.find(({ kind, table }) => kind === 'delete' && table === 'leads');
    expect(gone).toMatchObject({ id: String(loser), into: String(winner), changes: { title: ['X', null] } });
    const made = versions.find(({ kind }) => kind === 'create');
    expect(made!.changes.leadId).toEqual([null, winner]);
    expect(versions.find(({ kind }) => kind === 'update')!.changes).toEqual({ title: [null, 'X'] });
  });

  it('name companies, sales persons and opportunities as the API does', async () => {
    await rest('POST', '/salespersons.json', { input: [{ externalSalesPersonId: 's-1', email: 's@example.com' }] });
    await rest('POST', '/companies.json', { input: [{ externalCompanyId: 'c-1', company: 'C' }] });
    await rest('POST', '/companies.json', { input: [{ externalCompanyId: 'c-1', company: 'D' }] });
    await rest('POST', '/companies/delete.json', { input: [{ externalCompanyId: 'c-1' }] });
    const { versions } = await gained('marketo');
    expect(versions.map(({ kind, table, changes }) => [kind, table, changes.company])).toEqual([
      ['create', 'salespersons', undefined],
      ['create', 'companies', [null, 'C']],
      ['update', 'companies', ['C', 'D']],
      ['delete', 'companies', ['D', null]],
    ]);
  });

  it('say whether a marketer or the data wrote', async () => {
    const seeded = await sim.control('POST', 'marketo/seed', { leads: [{ email: 'seed@example.com' }] });
    const [id] = seeded.ids as number[];
    const update = { op: 'update', id, values: { firstName: 'By hand' } };
    await sim.control('POST', 'marketo/edit', { operations: [update] });
    const { versions } = await gained('marketo');
    expect(versions.map(({ kind, by }) => `${kind} by ${by}`)).toEqual(['create by data', 'update by marketer']);
  });

  it('tell overlapping calls apart', async () => {
    await sim.control('POST', 'marketo/settings', { writeLatencyMs: 30 });
    await Promise.all([lead({ email: 'a@example.com' }), lead({ email: 'b@example.com' })]);
    await sim.control('POST', 'marketo/settings', { writeLatencyMs: 0 });
    const { versions, calls } = await gained('marketo');
    const [first, second] = calls as [CallEntry, CallEntry];
    expect(first.ended).toBeGreaterThan(second.seq); // they did overlap
    expect(new Set(versions.map(({ call }) => call))).toEqual(new Set([first.seq, second.seq]));
  });
});

describe('refusals', () => {
  it('tell the table, the record, the code and the names that were sent, not the values', async () => {
    const id = await account('Refused');
    await gained('dynamics');
    await sim.call('PATCH', `accounts(${id})`, { name: 'x'.repeat(200) });
    const { refusals, versions, calls } = await gained('dynamics');
    expect(versions).toEqual([]);
    expect(refusals).toEqual([
      expect.objectContaining({ table: 'account', id, code: '0x80044331', fields: ['name'], by: DYNAMICS }),
    ]);
    expect(refusals[0]!.call).toBe(calls[0]!.seq);
    expect(JSON.stringify(refusals)).not.toContain('xxx');
  });

  it('of a role are found by its three values, with commas between, in the memory of the schedules too', async () => {
    const role = { externalOpportunityId: 'no-deal', leadId: 1, role: 'Buyer, of last resort' };
    await rest('POST', '/opportunities/roles.json', { input: [role] });
    const { refusals } = await gained('marketo');
    const memory = new Ledger();
    const roles = new ObjectStore(memory, 'opportunities/roles', Object.keys(role), () => ({ code: '1' }));
    roles.sync('createOrUpdate', [role], { by: MARKETO });
    const keys = [...refusals, ...memory.entries.marketo].map((entry) => 'key' in entry && entry.key);
    expect(keys).toEqual(Array(2).fill('no-deal,1,Buyer, of last resort'));
  });

  it('are told of each record that Marketo skips, by the key that was sent', async () => {
    const input = [{ email: 'good@example.com' }, { email: 'no address', firstName: 'A' }];
    await rest('POST', '/leads.json', { input });
    await rest('POST', '/companies/delete.json', { input: [{ externalCompanyId: 'nobody' }] });
    const { refusals, versions, calls } = await gained('marketo');
    expect(versions).toHaveLength(1);
    expect(refusals).toEqual([
      expect.objectContaining({ table: 'leads', code: '1003', fields: ['email', 'firstName'], key: 'no address' }),
      expect.objectContaining({ table: 'companies', code: '1013', fields: ['externalCompanyId'], key: 'nobody' }),
    ]);
    expect(calls.map(({ records }) => records)).toEqual([2, 1]);
  });
});

describe('calls', () => {
  it('that fail name the records that they sent or asked for, and those that succeed do not', async () => {
    const id = await account('Named');
    const person = await lead({ email: 'named@example.com' });
    await gained('dynamics');
    await gained('marketo');
    const role = { externalOpportunityId: 'o1', leadId: person, role: 'Buyer' };
    const company = { externalCompanyId: 'k1', company: 'x' };
    await sim.control('POST', 'marketo/faults', { kind: 'error', code: '611', times: 6 });
    await rest('POST', '/leads.json', { action: 'updateOnly', lookupField: 'id', input: [{ id: person }] });
    await rest('POST', '/leads.json', { lookupField: 'microsoftId', input: [{ microsoftId: 'c1' }] });
    await rest('POST', '/opportunities/roles.json', { input: [role] });
    await rest('POST', `/leads/${person}/merge.json?leadIds=7,8`);
    await rest('GET', `/leads.json?filterType=id&filterValues=${person},9&fields=id`);
    await rest('GET', '/leads.json?filterType=email&filterValues=named@example.com&fields=id');
    await rest('POST', '/companies.json', { input: [company] });
    const { calls } = await gained('marketo');
    expect(calls.map(({ keys }) => keys)).toEqual([
      [String(person)],
      ['c1'],
      [`o1,${person},Buyer`],
      [String(person), '7', '8'],
      [String(person), '9'],
      undefined,
      undefined,
    ]);
    await sim.control('POST', 'dynamics/faults', { kind: 'reset-before', contains: id, times: 1 });
    const batch = [part('PATCH', `accounts(${id.toUpperCase()})`, { name: 'Two' }), part('GET', `contacts(${id})`)];
    await expect(sim.batch(batch)).rejects.toThrow();
    expect((await gained('dynamics')).calls).toEqual([
      expect.objectContaining({ status: 0, keys: expect.arrayContaining([id]) }),
    ]);
    await sim.control('POST', 'dynamics/faults', { kind: 'error', status: 400, code: '0x80040265', times: 1 });
    const own = `Microsoft.Dynamics.CRM.In(PropertyName='accountid',PropertyValues=[%22${id}%22])`;
    await sim.get(`accounts?$select=name&$filter=${own}`);
    expect((await gained('dynamics')).calls).toEqual([expect.objectContaining({ status: 400, keys: [id] })]);
  });

  it('are written when they end, after what they wrote, with a template for an address', async () => {
    const id = await account('Call');
    await sim.get(`accounts(${id})?$select=name`);
    const { calls, versions } = await gained('dynamics');
    expect(calls).toEqual([
      expect.objectContaining({ method: 'POST', endpoint: 'POST accounts', status: 201, write: true, by: DYNAMICS }),
      expect.objectContaining({ method: 'GET', endpoint: 'GET accounts(id)', status: 200, write: false }),
    ]);
    expect(calls[0]!.seq).toBeLessThan(versions[0]!.seq);
    expect(calls[0]!.ended).toBeGreaterThan(versions[0]!.seq);
  });

  it('carry the code of Marketo, which answers 200 to everything', async () => {
    await rest('POST', '/leads.json', { input: [] });
    await fetch(`${sim.simulators.marketo}/rest/v1/leads.json`);
    const { calls } = await gained('marketo');
    expect(calls.map(({ status, code, by }) => [status, code, by])).toEqual([
      [200, '1003', MARKETO],
      [200, '603', 'api:unknown'],
    ]);
  });

  it('have status 0 where the connection died, their versions standing before', async () => {
    await sim.control('POST', 'marketo/faults', { kind: 'reset-after', times: 1 });
    await expect(lead({ email: 'dead@example.com' })).rejects.toThrow();
    const { calls, versions } = await gained('marketo');
    expect(versions).toEqual([expect.objectContaining({ kind: 'create', call: calls[0]!.seq })]);
    expect(calls).toEqual([expect.objectContaining({ status: 0, write: true, fault: 'reset-after', records: 1 })]);
    expect(calls[0]!.ended).toBeGreaterThan(versions[0]!.seq);
  });

  it('of the token service are told too', async () => {
    await gained('entra');
    await sim.token();
    const { calls } = await gained('entra');
    expect(calls).toEqual([expect.objectContaining({ by: DYNAMICS, status: 200, write: false })]);
  });
});

describe('reading', () => {
  it('goes on after the last entry read, and all systems share one order', async () => {
    await account('First');
    await lead({ email: 'second@example.com' });
    await account('Third');
    const [first, third] = (await gained('dynamics')).versions;
    const [second] = (await gained('marketo')).versions;
    expect(first!.seq).toBeLessThan(second!.seq);
    expect(second!.seq).toBeLessThan(third!.seq);
    expect(await read('dynamics', seen.dynamics)).toEqual([]);
  });

  it('gives each entry once, wherever in a compressed chunk it begins', async () => {
    const leads = Array.from({ length: 3000 }, (_, at) => ({
      email: `p${at}@example.com`,
      firstName: `P${at}`.repeat(9),
    }));
    await sim.control('POST', 'marketo/seed', { leads });
    const all = await read('marketo');
    const numbers = all.map((one) => (one.kind === 'call' ? one.ended : one.seq));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    for (const from of [1, 700, 1500, 2999]) {
      expect(await read('marketo', numbers[from]!)).toHaveLength(all.length - from - 1);
    }
  });

  it('refuses what is no number', async () => {
    await expect(sim.control('GET', 'dynamics/ledger?after=yesterday')).rejects.toThrow('after');
  });

  it('begins anew at a reset, with the data loaded again', async () => {
    await account('Forgotten');
    await sim.control('POST', 'reset');
    const entries = await read('dynamics');
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.every(({ by }) => by === 'data')).toBe(true);
    expect(await read('marketo')).toEqual([]);
  });
});

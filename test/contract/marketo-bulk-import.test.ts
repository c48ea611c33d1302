import { importFile, importLeads, post } from './bulk-client';
import { TestInstance } from './marketo-client';

const marketo = new TestInstance();
const LEADS = '/bulk/v1/leads.json';
const BATCH = '/bulk/v1/leads/batch';

beforeAll(() => marketo.start());
beforeEach(() => marketo.fresh({ bulkLatencyMs: 0 }));
afterAll(() => marketo.stop());

const find = (filterType: string, filterValues: string, fields: string) =>
  marketo.get('/rest/v1/leads.json', { filterType, filterValues, fields });

const text = async (path: string) => (await marketo.fetch(path)).text();

const ledger = async (after: number): Promise<Record<string, unknown>[]> => {
  const lines = await (await fetch(`${marketo.controlUrl}/_sim/marketo/ledger?after=${after}`)).text();
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
};

describe('lead import', () => {
  it('creates and updates by the look-up field, and counts only what it wrote as processed', async () => {
    const [id] = await marketo.create({ email: 'ada@x.example', firstName: 'Ada' });
    const status = await importLeads(
      marketo,
      'email,firstName,lastName\nADA@x.example,Ada,"Love, ""lace"""\r\nben@x.example,Ben,Hur\n',
    );
    expect(status).toEqual({
      batchId: 1001,
      importId: '1001',
      status: 'Complete',
      numOfLeadsProcessed: 2,
      numOfRowsFailed: 0,
      numOfRowsWithWarning: 0,
      message: 'Import succeeded, 2 records imported (2 members)',
    });
    expect(await marketo.read(id as number, 'lastName')).toEqual({ lastName: 'Love, "lace"' });
    expect((await find('email', 'ben@x.example', 'lastName')).result).toMatchObject([{ lastName: 'Hur' }]);
  });

  it('is only queued when it answers, and works when its time has come', async () => {
    await marketo.settings({ bulkLatencyMs: 10_000 });
    const answer = await importFile(marketo, LEADS, 'email\nada@x.example\n');
    expect(answer.result).toEqual([{ batchId: 1001, importId: '1001', status: 'Queued' }]);
    const status = async () => (await marketo.get(`${BATCH}/1001.json`)).result?.[0]?.status;
    expect(await status()).toBe('Queued');
    marketo.clock.advance(10_000);
    expect(await status()).toBe('Importing');
    marketo.clock.advance(10_000);
    expect(await status()).toBe('Complete');
  });

  it('moves by steps alone where it is told so', async () => {
    await marketo.settings({ bulkStepping: 'manual' });
    await importFile(marketo, LEADS, 'email\nada@x.example\n');
    const found = async () => (await find('email', 'ada@x.example', 'id')).result?.length;
    expect(await marketo.control('jobs')).toEqual([{ kind: 'import', id: '1001', object: 'leads', stage: 'queued' }]);
    expect((await marketo.control('jobs/step', {}))[0].stage).toBe('running');
    expect(await found()).toBe(0);
    expect((await marketo.control('jobs/step', { id: 1001 }))[0].stage).toBe('done');
    expect(await found()).toBe(1);
    expect((await marketo.control('jobs/step', { id: 7 })).error ?? '').not.toBe('');
  });

  it('gives failed rows as they were sent, with the recorded reasons', async () => {
    const status = await importLeads(
      marketo,
      'row,email,leadScore,doNotCall,rating\n1,ada@x.example,14.1,true,a\n2,,5,true,a\n3,nobody,5,true,a\n4,ben@x.example,5,,a\n',
    );
    expect(status).toMatchObject({
      numOfLeadsProcessed: 1,
      numOfRowsFailed: 3,
      message: 'Import completed with errors, 1 records imported (1 members), 3 failed',
    });
    expect(await text(`${BATCH}/1001/failures.json`)).toBe(
      [
        'row,email,leadScore,doNotCall,rating,Import Failure Reason',
        '1,ada@x.example,14.1,true,a,Invalid data type in field Person Score',
        "2,,5,true,a,Value for lookup field 'email' not found",
        '3,nobody,5,true,a,Invalid email address',
        '',
      ].join('\n'),
    );
  });

  it('shifts the reason of a row whose last cell is empty, unless the switch says otherwise', async () => {
    await importLeads(marketo, 'leadScore,email\n5,\n');
    expect(await text(`${BATCH}/1001/failures.json`)).toContain("\n5,Value for lookup field 'email' not found\n");
    await marketo.settings({ importFailureAlignment: 'aligned' });
    expect(await text(`${BATCH}/1001/failures.json`)).toContain("\n5,,Value for lookup field 'email' not found\n");
  });

  it('by id updates only', async () => {
    const [id] = await marketo.create({ email: 'ada@x.example' });
    const status = await importLeads(marketo, `id,firstName\n${id},Ada\n999999,Nobody\n`, { lookupField: 'id' });
    expect(status).toMatchObject({ numOfLeadsProcessed: 1, numOfRowsFailed: 1 });
    expect(await text(`${BATCH}/1001/failures.json`)).toContain('999999,Nobody,Lead not found');
    expect(await marketo.read(id as number, 'firstName')).toEqual({ firstName: 'Ada' });
  });

  it('lets the later of two rows with one key update what the earlier one made', async () => {
    await marketo.settings({ sameKeyInBatch: 'refuse' }); // a file is no batch
    await importLeads(marketo, 'email,firstName\nada@x.example,First\nada@x.example,Second\n');
    expect((await find('email', 'ada@x.example', 'firstName')).result).toMatchObject([{ firstName: 'Second' }]);
  });

  it('keeps a field whose cell is empty and clears one that says null, or as the switches say', async () => {
    const [id] = await marketo.create({ email: 'ada@x.example', firstName: 'Ada', lastName: 'Lovelace' });
    await importLeads(marketo, 'email,firstName,lastName\nada@x.example,,null\n');
    expect(await marketo.read(id as number, 'firstName', 'lastName')).toEqual({ firstName: 'Ada', lastName: null });
    await marketo.settings({ importEmptyCell: 'clear', importNullLiteral: 'text' });
    await importLeads(marketo, 'email,firstName,lastName\nada@x.example,,null\n');
    expect(await marketo.read(id as number, 'firstName', 'lastName')).toEqual({ firstName: null, lastName: 'null' });
  });

  it('ignores a column that is no field, warns of it or fails each row, as the switch says', async () => {
    const file = 'email,shoeSize\nada@x.example,44\n';
    expect(await importLeads(marketo, file)).toMatchObject({ numOfRowsWithWarning: 0, numOfRowsFailed: 0 });
    await marketo.settings({ importUnknownColumn: 'warn' });
    expect(await importLeads(marketo, file)).toMatchObject({
      numOfRowsWithWarning: 1,
      message: 'Import succeeded, 1 records imported (1 members), 1 warning.',
    });
    expect(await text(`${BATCH}/1002/warnings.json`)).toBe(
      "email,shoeSize,Import Warning Reason\nada@x.example,44,Field 'shoeSize' not found\n",
    );
    await marketo.settings({ importUnknownColumn: 'fail' });
    expect(await importLeads(marketo, file)).toMatchObject({ numOfLeadsProcessed: 0, numOfRowsFailed: 1 });
  });

  it('answers an empty file of failures where there are none, or HTTP 404', async () => {
    await importLeads(marketo, 'email\nada@x.example\n');
    const none = await marketo.fetch(`${BATCH}/1001/failures.json`);
    expect([none.status, await none.text()]).toEqual([200, '']);
    await marketo.settings({ leadImportFileWhenNone: '404' });
    expect((await marketo.fetch(`${BATCH}/1001/warnings.json`)).status).toBe(404);
  });

  it('puts leads into a static list, one import at a time, and into a partition', async () => {
    await marketo.settings({ bulkStepping: 'manual' });
    const into = { listId: '1001', partitionName: 'Europe' };
    await importFile(marketo, LEADS, 'email\nada@x.example\n', into);
    expect((await importFile(marketo, LEADS, 'email\nben@x.example\n', into)).errors?.[0]?.code).toBe('1019');
    await marketo.control('jobs/step', {});
    await marketo.control('jobs/step', {});
    const members = await marketo.get('/rest/v1/list/1001/leads.json', { fields: 'email,leadPartitionId' });
    expect(members.result).toMatchObject([{ email: 'ada@x.example', leadPartitionId: 2 }]);
    expect((await importFile(marketo, LEADS, 'email\nben@x.example\n', into)).success).toBe(true);
    const unknown = { ...into, listId: '77' };
    expect((await importFile(marketo, LEADS, 'email\nben@x.example\n', unknown)).errors?.[0]?.code).toBe('1013');
    const moon = { partitionName: 'Moon' };
    expect((await importFile(marketo, LEADS, 'email\nben@x.example\n', moon)).errors?.[0]?.code).toBe('1008');
  });

  it('reads tabs and semicolons, or spaces by the switch', async () => {
    const tsv = await importLeads(marketo, 'email\tfirstName\nada@x.example\tAda, B.\n', { format: 'tsv' });
    const ssv = await importLeads(marketo, 'email;firstName\nben@x.example;"B;en"\n', { format: 'ssv' });
    await marketo.settings({ ssvSeparator: 'space' });
    const spaces = await importLeads(marketo, 'email firstName\ncat@x.example Cat\n', { format: 'ssv' });
    expect([tsv, ssv, spaces].map((one) => one.numOfLeadsProcessed)).toEqual([1, 1, 1]);
    const names = await find('email', 'ada@x.example,ben@x.example,cat@x.example', 'firstName');
    expect(names.result?.map((one) => one.firstName)).toEqual(['Ada, B.', 'B;en', 'Cat']);
  });

  it('refuses what is no import: 613, 612, 1003, 1006 and HTTP 413', async () => {
    const code = async (answer: Promise<Response>) =>
      ((await (await answer).json()) as { errors: { code: string }[] }).errors[0]?.code;
    const json = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
    const part = '--a\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nemail\r\n';
    const headers = { 'content-type': 'multipart/form-data; boundary=a' };
    const torn = { method: 'POST', body: `${part}${part}`, headers };
    const whole = { method: 'POST', body: `${part}--a--\r\n`, headers };
    expect(await code(marketo.fetch(`${LEADS}?format=csv`, json))).toBe('613');
    expect(await code(marketo.fetch(`${LEADS}?format=csv`, torn))).toBe('613');
    expect((await marketo.fetch(`${LEADS}?format=csv`, whole)).status).toBe(200);
    expect(await code(post(marketo, '/rest/v1/leads.json', 'email\n'))).toBe('612');
    expect((await importFile(marketo, LEADS, 'email\n', { format: 'xls' })).errors?.[0]?.code).toBe('1003');
    expect((await importFile(marketo, LEADS, 'email\n', { lookupField: 'shoeSize' })).errors?.[0]).toEqual({
      code: '1006',
      message: "Lookup field 'shoeSize' not found",
    });
    expect((await post(marketo, LEADS, `email\n${'x'.repeat(10 * 1024 * 1024)}`)).status).toBe(413);
    expect((await post(marketo, LEADS, `email\n${'x'.repeat(9 * 1024 * 1024)}`)).status).toBe(200);
    expect((await marketo.get(`${BATCH}/4711.json`)).errors?.[0]?.code).toBe('1013');
  });

  it('takes ten jobs, of which two run, and refuses the eleventh with 1016', async () => {
    await marketo.settings({ bulkStepping: 'manual' });
    for (let job = 0; job < 10; job += 1) await importFile(marketo, LEADS, 'email\n');
    expect((await importFile(marketo, LEADS, 'email\n')).errors).toEqual([
      { code: '1016', message: 'Too many imports' },
    ]);
    const stages = (await marketo.control('jobs/step', {})).map((job: { stage: string }) => job.stage);
    expect(stages.filter((stage: string) => stage === 'running')).toHaveLength(2);
  });

  it('forgets a batch after seven days', async () => {
    await importLeads(marketo, 'email\nada@x.example\n');
    marketo.clock.advance(7 * 86_400_000 + 1000);
    await marketo.signIn();
    expect((await marketo.get(`${BATCH}/1001.json`)).errors?.[0]?.code).toBe('1013');
  });

  it('shows as an import in the activities, and as the caller in the ledger', async () => {
    const since = await marketo.tokenNow();
    const start = (await ledger(0)).at(-1)?.ended as number;
    await importLeads(marketo, 'email,firstName\nada@x.example,Ada\nnobody,x\n');
    await importLeads(marketo, 'email,firstName\nada@x.example,Eve\n');
    const { result = [] } = await marketo.get('/rest/v1/activities.json', {
      nextPageToken: since,
      activityTypeIds: '12,13',
    });
    expect(result.map(({ activityTypeId, attributes }) => [activityTypeId, attributes])).toEqual([
      [12, expect.arrayContaining([{ name: 'Source Type', value: 'List import' }])],
      [13, expect.arrayContaining([{ name: 'Source', value: 'List import' }])],
    ]);
    const entries = await ledger(start);
    const own = entries.filter(({ kind }) => kind !== 'call');
    const calls = entries.filter(({ endpoint }) => endpoint === 'POST /bulk/v1/leads.json').map(({ seq }) => seq);
    expect(own.map(({ kind, table, by, call }) => [kind, table, by, calls.indexOf(call)])).toEqual([
      ['create', 'leads', 'api:simulated-marketo-client', 0],
      ['refused', 'leads', 'api:simulated-marketo-client', 0],
      ['update', 'leads', 'api:simulated-marketo-client', 1],
    ]);
  });

  it('may show as the web service in the activities', async () => {
    await marketo.settings({ importSource: 'Web service API' });
    const since = await marketo.tokenNow();
    await importLeads(marketo, 'email\nada@x.example\n');
    const page = await marketo.get('/rest/v1/activities.json', { nextPageToken: since, activityTypeIds: '12' });
    expect(page.result?.[0]?.attributes).toContainEqual({ name: 'Source Type', value: 'Web service API' });
  });

  it('ends with its instance', async () => {
    await marketo.settings({ bulkLatencyMs: 20 });
    await importFile(marketo, LEADS, 'email\nada@x.example\n');
    await marketo.fresh();
    const start = (await ledger(0)).at(-1)?.ended as number;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await ledger(start)).filter(({ kind }) => kind !== 'call')).toEqual([]);
  });

  it('writes on behalf of its call also where another moves it on', async () => {
    await marketo.settings({ bulkStepping: 'manual' });
    const start = (await ledger(0)).at(-1)?.ended as number;
    await importFile(marketo, LEADS, 'email\nada@x.example\n');
    await marketo.control('jobs/step', {});
    await marketo.control('jobs/step', {});
    const [call, version] = await ledger(start);
    expect(call).toMatchObject({ kind: 'call', endpoint: 'POST /bulk/v1/leads.json' });
    expect(version).toMatchObject({ kind: 'create', by: 'api:simulated-marketo-client', call: call?.seq });
  });
});

import { importFile, settled } from './bulk-client';
import { TestInstance } from './marketo-client';

const marketo = new TestInstance();
const BATCH = '/bulk/v1/leads/batch';

beforeAll(() => marketo.start());
beforeEach(() => marketo.fresh({ bulkLatencyMs: 0 }));
afterAll(() => marketo.stop());

const text = async (path: string) => (await marketo.fetch(path)).text();

describe('custom object import', () => {
  const TYPE = '/rest/v1/customobjects/schema/car';
  const IMPORT = '/bulk/v1/customobjects/car_c/import';

  beforeEach(async () => {
    await marketo.post('/rest/v1/customobjects/schema.json', {
      action: 'createOnly',
      displayName: 'Car',
      pluralName: 'Cars',
      apiName: 'car',
    });
    await marketo.post(`${TYPE}/addField.json`, {
      input: [
        { name: 'vin', displayName: 'VIN', dataType: 'string', isDedupeField: true },
        { name: 'owner', displayName: 'Owner', dataType: 'link', relatedTo: { name: 'lead', field: 'id' } },
        { name: 'doors', displayName: 'Doors', dataType: 'integer' },
      ],
    });
    await marketo.post(`${TYPE}/approve.json`);
  });

  const run = async (file: string) => {
    const answer = await importFile(marketo, `${IMPORT}.json`, file);
    expect(answer.result).toEqual([{ batchId: expect.any(Number), status: 'Queued', objectApiName: 'car_c' }]);
    return settled(marketo, `${IMPORT}/${answer.result?.[0]?.batchId}/status.json`, ['Complete', 'Failed']);
  };

  it('upserts by the dedupe field and counts', async () => {
    const [id] = await marketo.create({ email: 'ada@x.example' });
    await run(`vin,owner,doors\nA,${id},3\nB,${id},5\n`);
    expect(await run('vin,doors\nB,2\n')).toEqual({
      batchId: 1002,
      operation: 'import',
      status: 'Complete',
      objectApiName: 'car_c',
      numOfObjectsProcessed: 1,
      numOfRowsFailed: 0,
      numOfRowsWithWarning: 0,
      importTime: '0 second(s)',
      message: 'Import succeeded, 1 records imported (1 members)',
    });
    const cars = await marketo.control('records/customobjects/car_c');
    expect(cars).toMatchObject([
      { vin: 'A', doors: 3 },
      { vin: 'B', doors: 2, owner: id },
    ]);
    expect((await marketo.fetch(`${IMPORT}/1002/failures.json`)).status).toBe(404);
    expect((await marketo.fetch(`${IMPORT}/1002/warnings.json`)).status).toBe(404);
  });

  it('lets the later of two rows with one key update what the earlier one made', async () => {
    expect(await run('vin,doors\nA,3\nA,5\n')).toMatchObject({ numOfObjectsProcessed: 2, numOfRowsFailed: 0 });
    expect(await marketo.control('records/customobjects/car_c')).toMatchObject([{ vin: 'A', doors: 5 }]);
  });

  it('fails every row where a leading blank spoils the name of the key', async () => {
    expect(await run(' vin,doors\nA,3\nB,5\n')).toMatchObject({ numOfObjectsProcessed: 0, numOfRowsFailed: 2 });
    expect(await text(`${IMPORT}/1001/failures.json`)).toBe(
      ' vin,doors,Import Failure Reason\nA,3,missing.dedupe.fields\nB,5,missing.dedupe.fields\n',
    );
  });

  it('fails a row that is linked to nobody, or has a decimal for an integer', async () => {
    await run('vin,owner,doors\nA,999999,3\nB,,2.5\n');
    expect(await text(`${IMPORT}/1001/failures.json`)).toBe(
      'vin,owner,doors,Import Failure Reason\nA,999999,3,Lead not found\nB,,2.5,Invalid data type in field Doors\n',
    );
  });

  it('knows a type only by its full name, and a batch only under its type', async () => {
    const short = await importFile(marketo, '/bulk/v1/customobjects/car/import.json', 'vin\nA\n');
    expect(short.errors?.[0]?.code).toBe('1013');
    await run('vin\nA\n');
    expect((await marketo.get(`${BATCH}/1001.json`)).errors?.[0]?.code).toBe('1013');
  });
});

describe('program member import', () => {
  const START = '/bulk/v1/program/1001/members/import.json';
  const IMPORT = '/bulk/v1/program/members/import';
  const run = async (file: string, programMemberStatus: string) => {
    const answer = await importFile(marketo, START, file, { programMemberStatus });
    const batch = answer.result?.[0]?.batchId;
    expect(answer.result).toEqual([{ batchId: batch, importId: String(batch), status: 'Queued' }]);
    return settled(marketo, `${IMPORT}/${batch}/status.json`, ['Complete', 'Failed']);
  };
  const members = async () =>
    (
      await marketo.get('/rest/v1/programs/1001/members.json', {
        filterType: 'statusName',
        filterValues: 'Invited,Registered',
        fields: 'statusName,registrationCode',
      })
    ).result?.map(({ leadId, statusName, registrationCode }) => [leadId, statusName, registrationCode]);

  it('makes leads by e-mail and members of them, whose status never falls back', async () => {
    const [ada] = await marketo.create({ email: 'ada@x.example' });
    expect(
      await run('email,firstName,registrationCode\nada@x.example,Ada,A-1\nben@x.example,Ben,\n', 'Registered'),
    ).toEqual({
      batchId: 1001,
      importId: '1001',
      status: 'Complete',
      numOfLeadsProcessed: 2,
      numOfRowsFailed: 0,
      numOfRowsWithWarning: 0,
      message: 'Import succeeded, 2 records imported (2 members)',
    });
    await run('email\nada@x.example\ncat@x.example\n', 'Invited');
    const id = ada as number;
    expect(await members()).toEqual([
      [id, 'Registered', 'A-1'],
      [id + 1, 'Registered', null],
      [id + 2, 'Invited', null],
    ]);
    expect(await marketo.read(id, 'firstName')).toEqual({ firstName: 'Ada' });
  });

  it('refuses unknown programs and statuses, and fails rows without e-mail', async () => {
    const code = async (path: string, query: Record<string, string>) =>
      (await importFile(marketo, path, 'email\n', query)).errors?.[0]?.code;
    expect(await code(START, { programMemberStatus: 'On the moon' })).toBe('1025');
    expect(await code(START, {})).toBe('701');
    expect(await code(START.replace('1001', '77'), { programMemberStatus: 'Invited' })).toBe('1013');
    await run('firstName,email,registrationCode\nAda,,A-1\n', 'Invited');
    expect(await text(`${IMPORT}/1001/failures.json`)).toBe(
      "firstName,email,registrationCode,Import Failure Reason\nAda,,A-1,Value for lookup field 'email' not found\n",
    );
    expect((await marketo.fetch(`${IMPORT}/1001/warnings.json`)).status).toBe(404);
  });
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Column } from '../../../cli/check/dataverse-metadata';
import { isInteger, kindOf } from '../../../cli/check/kinds';
import { LedgerReader } from '../../../cli/check/ledger';
import { checkedMap } from '../../../cli/check/map';
import { checkOptions } from '../../../cli/check/options';
import { reportLines } from '../../../cli/check/report';
import { packageRoot } from '../../../cli/local/paths';
import { configFile, settingsFrom } from '../../../workers/config-file';

describe('the command line of the check', () => {
  test('by default looks where `npm run dev` puts its file', () => {
    expect(checkOptions([], {})).toEqual({
      directory: join(packageRoot(), '.run'),
      config: join(process.cwd(), 'sync.config.yaml'),
      restSeconds: 25,
      planted: false,
      help: false,
    });
  });

  test('takes the configuration that the workers have', () => {
    expect(checkOptions([], { SYNC_CONFIG: '/etc/sync.yaml' }).config).toBe('/etc/sync.yaml');
    expect(checkOptions(['--config', '/other.yaml'], { SYNC_CONFIG: '/etc/sync.yaml' }).config).toBe('/other.yaml');
  });

  test('refuses what it does not know', () => {
    expect(() => checkOptions(['--fast'], {})).toThrow(/fast/);
    expect(() => checkOptions(['--rest', 'soon'], {})).toThrow('--rest soon: give a number of seconds');
  });
});

test.each([
  ['Boolean', 'boolean', 'flag'],
  ['Boolean', 'string', undefined],
  ['String', 'boolean', undefined],
  ['DateTime', 'datetime', 'time'],
  ['DateTime', 'date', 'date'],
  ['DateTime', 'integer', undefined],
  ['String', 'date', undefined],
  ['Money', 'currency', 'number'],
  ['Integer', 'string', 'number'],
  ['String', 'integer', undefined],
  ['Owner', 'string', 'lookup'],
  ['State', 'string', 'option'],
  ['MultiSelectPicklist', 'text', 'options'],
  ['Uniqueidentifier', 'string', 'id'],
  ['String', 'email', 'email'],
  ['Memo', 'text', 'text'],
  ['Virtual', 'string', undefined],
])('a %s column and a %s field are compared as %s', (type, dataType, kind) => {
  expect(kindOf({ type }, { name: 'x', dataType, readOnly: false })).toBe(kind);
});

test('a column that holds days only is compared by the day, and a score takes no decimals', () => {
  const field = { name: 'x', dataType: 'datetime', readOnly: false };
  expect(kindOf({ type: 'DateTime', dateOnly: true }, field)).toBe('date');
  expect(isInteger({ type: 'Decimal' }, { ...field, dataType: 'score' })).toBe(true);
  expect(isInteger({ type: 'Decimal' }, { ...field, dataType: 'currency' })).toBe(false);
});

describe('the map that the checker is told', () => {
  const columns: Record<string, Column> = {
    jobtitle: { type: 'String', length: 100 },
    donotphone: { type: 'Boolean' },
    statecode: { type: 'State' },
    mkt_leadscore: { type: 'Integer' },
    fax: { type: 'String' },
    new_name: { type: 'String' },
    new_contactid: { type: 'Lookup' },
  };
  const fields = [
    { name: 'title', dataType: 'string', readOnly: false, length: 255 },
    { name: 'doNotCall', dataType: 'boolean', readOnly: false },
    { name: 'leadStatus', dataType: 'string', readOnly: false },
    { name: 'leadScore', dataType: 'score', readOnly: true },
    { name: 'fax', dataType: 'phone', readOnly: true },
    { name: 'name', dataType: 'string', readOnly: false },
  ];
  const made = async (config: object) =>
    (
      await checkedMap(
        settingsFrom(configFile.parse(config)),
        { table: async () => ({ columns: new Map(Object.entries(columns)), labels: {} }) },
        {
          customObjects: async () => ['order_c', 'microsoftPersonTeam_c'],
          fields: async () => new Map(fields.map((field) => [field.name.toLowerCase(), field])),
        },
      )
    ).map;
  const config = {
    customEntities: [
      {
        name: 'new_order',
        marketo: 'order',
        displayName: 'Order',
        pluralName: 'Orders',
        belongsTo: { column: 'new_contactid', entity: 'contact' },
        fields: [{ dynamics: 'new_name', marketo: 'name' }],
      },
    ],
  };

  test('has the fields that both ends have, and that can be written', async () => {
    const contact = (await made(config)).entities.find(({ name }) => name === 'contact');
    expect(contact?.lines).toEqual([
      { column: 'jobtitle', field: 'title', direction: 'both', kind: 'text', fieldLength: 255, columnLength: 100 },
      { column: 'statecode', field: 'leadStatus', direction: 'to-marketo', kind: 'option' },
      { column: 'donotphone', field: 'doNotCall', direction: 'both', kind: 'flag', consent: true },
      {
        column: 'mkt_leadscore',
        field: 'leadScore',
        direction: 'to-dynamics',
        kind: 'number',
        integer: true,
        settleSeconds: 345,
      },
    ]);
  });

  test('gives leads to Marketo and contacts to Dynamics', async () => {
    const { entities } = await made(config);
    const winner = (entity: string) => entities.find(({ name }) => name === entity)?.winner;
    expect([winner('lead'), winner('contact')]).toEqual(['marketo', 'dynamics']);
  });

  test('names custom objects as Marketo’s API does, and leaves out those that are not there', async () => {
    const { entities, personTeam } = await made(config);
    expect(entities.find(({ name }) => name === 'new_order')).toMatchObject({
      object: 'customobjects/order_c',
      key: 'microsoftId',
      belongsTo: { column: 'new_contactid', entity: 'contact' },
    });
    expect(entities.some(({ name }) => name === 'team')).toBe(false);
    expect(personTeam).toBe('customobjects/microsoftPersonTeam_c');
  });
});

describe('the reader of a ledger', () => {
  const lines = [
    { kind: 'create', seq: 1, at: 5, by: 'data', table: 'contact', id: 'c1', changes: { a: [null, 1], b: [null, 2] } },
    {
      kind: 'call',
      seq: 2,
      ended: 4,
      at: 5,
      endedAt: 6,
      by: 'x',
      method: 'GET',
      endpoint: 'e',
      status: 200,
      write: false,
    },
    { kind: 'update', seq: 3, at: 5, by: 'user', table: 'contact', id: 'c1', changes: { b: [2, 3] } },
  ];
  let server: Server;
  let control = '';
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(String(request.url));
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      // Cut within a line, as a network does.
      response.write(text.slice(0, 30));
      setTimeout(() => response.end(asked.length === 1 ? text.slice(30) : ''), 20);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    control = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('keeps the fields that matter, and something of each write that had an effect', async () => {
    const reader = new LedgerReader(control, 'dynamics', () => new Set(['a']));
    const entries = await reader.more();
    expect(entries.map((entry) => ('changes' in entry ? entry.changes : entry.kind))).toEqual([
      { a: [null, 1] },
      'call',
      { b: [2, 3] },
    ]);
    expect(reader.until).toBe(4);
    expect(asked).toEqual(['/_sim/dynamics/ledger?after=0']);
  });
});

test('the report says how much was looked at, and the first breaches of each promise', () => {
  const counts = { records: 2, versions: 9, fields: 5, excepted: 1 };
  expect(reportLines({ ...counts, breaches: [] })).toEqual([
    '2 records, 5 fields, 9 versions; 1 listed exceptions',
    'no breach',
  ]);
  const breach = { clause: 'lost' as const, entity: 'contact', id: 'c1', field: 'title', seq: 7, says: 'gone' };
  expect(reportLines({ ...counts, breaches: Array(6).fill(breach) })).toEqual([
    '2 records, 5 fields, 9 versions; 1 listed exceptions',
    '6 breaches:',
    '  lost: 6',
    ...Array(5).fill('    contact c1 title: gone (ledger 7)'),
    '    and 1 more',
  ]);
});

import { extract, linesOf } from './bulk-client';
import { TestInstance } from './marketo-client';

const marketo = new TestInstance();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

beforeAll(() => marketo.start());
beforeEach(() => marketo.fresh({ bulkLatencyMs: 0, exportStatusRefreshMs: 0 }));
afterAll(() => marketo.stop());

/** A date without milliseconds, this far from now. */
const date = (ms: number) => `${new Date(marketo.clock.now() + ms).toISOString().slice(0, 19)}Z`;
const around = () => ({ startAt: date(-HOUR), endAt: date(HOUR) });
const leads = (filter: object, fields = ['email']) => ({ fields, filter });
const refused = async (object: string, request: object) =>
  (await marketo.post(`/bulk/v1/${object}/export/create.json`, request)).errors?.[0];

describe('lead extract', () => {
  it('writes headings as asked for, the literal null for what is empty, and quotes where needed', async () => {
    await marketo.create({ email: 'ada@x.example', firstName: 'Ada, "the" first', doNotCall: true });
    const request = {
      ...leads({ createdAt: around() }, ['firstName', 'lastName', 'doNotCall']),
      columnHeaderNames: { firstName: 'First Name' },
    };
    expect(await linesOf(marketo, 'leads', await extract(marketo, 'leads', request))).toEqual([
      'First Name,lastName,doNotCall',
      '"Ada, ""the"" first",null,true',
    ]);
    const tsv = await extract(marketo, 'leads', { ...request, format: 'TSV' });
    expect(tsv.format).toBe('TSV');
    expect((await linesOf(marketo, 'leads', tsv))[0]).toBe('First Name\tlastName\tdoNotCall');
  });

  it('filters by creation with both ends inclusive, by the true change, and by static list', async () => {
    const [old] = await marketo.create({ email: 'old@x.example' });
    marketo.clock.advance(HOUR);
    await marketo.signIn();
    await marketo.create({ email: 'new@x.example' });
    const found = async (filter: object) =>
      (await linesOf(marketo, 'leads', await extract(marketo, 'leads', leads(filter)))).slice(1);
    const now = { startAt: date(0), endAt: date(0) };
    expect(await found({ createdAt: now })).toEqual(['new@x.example']);
    marketo.clock.advance(HOUR);
    await marketo.signIn();
    await marketo.sync({ action: 'updateOnly', lookupField: 'id' }, { id: old, firstName: 'Old' });
    const latest = { startAt: date(-60_000), endAt: date(60_000) };
    expect(await found({ updatedAt: latest })).toEqual(['old@x.example']);
    await marketo.post('/rest/v1/lists/1001/leads.json', { input: [{ id: old }] });
    expect(await found({ staticListId: 1001 })).toEqual(['old@x.example']);
    expect(await found({ staticListName: 'Newsletter' })).toEqual(['old@x.example']);
  });

  it('refuses unknown fields and lists, two filters, none, too long and unreadable ranges', async () => {
    expect(await refused('leads', leads({ createdAt: around() }, ['email', 'shoeSize', 'hat']))).toEqual({
      code: '1003',
      message: 'Invalid fields [shoeSize, hat]',
    });
    const codes = [];
    for (const request of [
      leads({}),
      leads({ createdAt: around(), updatedAt: around() }),
      leads({ createdAt: { startAt: date(-32 * DAY), endAt: date(0) } }),
      leads({ createdAt: { startAt: date(0), endAt: date(-1000) } }),
      leads({ createdAt: { startAt: '22/11/2026', endAt: date(0) } }),
      leads({ createdAt: { startAt: date(0) } }),
      { ...leads({ createdAt: around() }), format: 'XLS' },
      { filter: { createdAt: around() } },
      leads({ staticListId: 77 }),
    ]) {
      codes.push((await refused('leads', request))?.code);
    }
    expect(codes).toEqual([...Array(8).fill('1003'), '1013']);
    await marketo.settings({ exportRangeCode: '1029' });
    expect((await refused('leads', leads({ createdAt: { startAt: date(-32 * DAY), endAt: date(0) } })))?.code).toBe(
      '1029',
    );
    expect(await refused('leads', leads({ createdAt: { startAt: date(-31 * DAY), endAt: date(0) } }))).toBeUndefined();
  });

  it('answers 1035 to smart lists, and to updatedAt where the subscription has it not', async () => {
    const message = 'Unsupported filter type for target subscription';
    expect(await refused('leads', leads({ smartListId: 1 }))).toEqual({ code: '1035', message });
    expect(await refused('leads', leads({ updatedAt: around() }))).toBeUndefined();
    await marketo.settings({ exportByUpdatedAt: false });
    expect(await refused('leads', leads({ updatedAt: around() }))).toEqual({ code: '1035', message });
  });

  it('takes milliseconds as recorded, or refuses them as documented', async () => {
    const exact = leads({ createdAt: { startAt: '2026-11-01T00:00:00.000Z', endAt: '2026-11-02T00:00:00.000Z' } });
    expect(await refused('leads', exact)).toBeUndefined();
    await marketo.settings({ exportMilliseconds: 'refused' });
    expect((await refused('leads', exact))?.code).toBe('1003');
  });

  it('writes ten thousand leads in pieces, whole', async () => {
    const people = (from: number) =>
      Array.from({ length: 300 }, (_, index) => ({ email: `p${from + index}@x.example` }));
    for (let from = 0; from < 9900; from += 300) await marketo.create(...people(from));
    const status = await extract(marketo, 'leads', leads({ createdAt: around() }));
    const lines = await linesOf(marketo, 'leads', status);
    expect(status.numberOfRecords).toBe(9900);
    expect([lines.length, lines[1], lines[9900]]).toEqual([9901, 'p0@x.example', 'p9899@x.example']);
  });
});

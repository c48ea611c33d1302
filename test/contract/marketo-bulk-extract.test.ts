import { createHash } from 'node:crypto';
import { created, extract } from './bulk-client';
import { type Item, TestInstance } from './marketo-client';

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
const act = async (id: string, what: string): Promise<Item> => {
  const answer = await marketo.post(`/bulk/v1/leads/export/${id}/${what}.json`);
  return answer.result?.[0] ?? (answer.errors?.[0] as object as Item);
};
const file = (id: unknown, range?: string) =>
  marketo.fetch(`/bulk/v1/leads/export/${id}/file.json`, range === undefined ? {} : { headers: { range } });

describe('life of an extract', () => {
  it('is created, queued, processed and completed, each with its time', async () => {
    await marketo.settings({ bulkStepping: 'manual' });
    await marketo.create({ email: 'ada@x.example' });
    const id = await created(marketo, 'leads', leads({ createdAt: around() }));
    const status = async () => (await marketo.get(`/bulk/v1/leads/export/${id}/status.json`)).result?.[0];
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(await status()).toEqual({ exportId: id, format: 'CSV', status: 'Created', createdAt: at });
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const queued = { exportId: id, format: 'CSV', createdAt: at, queuedAt: at };
    expect(await act(id, 'enqueue')).toEqual({ ...queued, status: 'Queued' });
    await marketo.control('jobs/step', { id });
    expect(await status()).toEqual({ ...queued, status: 'Processing', startedAt: at });
    expect((await file(id)).status).toBe(404);
    await marketo.control('jobs/step', { id });
    const checksum = createHash('sha256').update('email\nada@x.example\n').digest('hex');
    expect(await status()).toEqual({
      ...queued,
      status: 'Completed',
      startedAt: at,
      finishedAt: at,
      numberOfRecords: 1,
      fileSize: 20,
      fileChecksum: `sha256:${checksum}`,
    });
    expect(await (await file(id)).text()).toBe('email\nada@x.example\n');
  });

  it('shows its status at most once a minute anew', async () => {
    await marketo.settings({ bulkStepping: 'manual', exportStatusRefreshMs: 60_000 });
    const id = await created(marketo, 'leads', leads({ createdAt: around() }));
    await act(id, 'enqueue');
    const status = async () => (await marketo.get(`/bulk/v1/leads/export/${id}/status.json`)).result?.[0]?.status;
    expect(await status()).toBe('Queued');
    await marketo.control('jobs/step', { id });
    expect(await status()).toBe('Queued');
    marketo.clock.advance(60_000);
    expect(await status()).toBe('Processing');
  });

  it('can be cancelled until it has ended, in either spelling', async () => {
    const id = await created(marketo, 'leads', leads({ createdAt: around() }));
    expect((await act(id, 'cancel')).status).toBe('Cancelled');
    await marketo.settings({ cancelledSpelling: 'Canceled' });
    expect((await act(id, 'cancel')).status).toBe('Canceled');
    expect((await file(id)).status).toBe(404);
    const done = await extract(marketo, 'leads', leads({ createdAt: around() }));
    expect((await act(String(done.exportId), 'cancel')).code).toBe('1003');
  });

  it('answers 1029 in three meanings, which only the message tells apart', async () => {
    await marketo.settings({ bulkStepping: 'manual' });
    const ids: string[] = [];
    for (let job = 0; job < 11; job += 1) ids.push(await created(marketo, 'leads', leads({ createdAt: around() })));
    for (const id of ids.slice(0, 10)) await act(id, 'enqueue');
    expect(await act(ids[0] as string, 'enqueue')).toEqual({ code: '1029', message: 'Job already queued' });
    expect(await act(ids[10] as string, 'enqueue')).toEqual({ code: '1029', message: 'Too many jobs in queue' });
    await marketo.settings({ exportBytesADay: 6 });
    for (let step = 0; step < 2; step += 1) await marketo.control('jobs/step', { id: ids[0] });
    expect(await act(ids[10] as string, 'enqueue')).toEqual({ code: '1029', message: 'Export daily quota exceeded' });
    marketo.clock.advance(DAY);
    await marketo.signIn();
    expect((await act(ids[10] as string, 'enqueue')).status).toBe('Queued');
  });

  it('runs two at once', async () => {
    await marketo.settings({ bulkStepping: 'manual' });
    for (let job = 0; job < 3; job += 1) {
      await act(await created(marketo, 'leads', leads({ createdAt: around() })), 'enqueue');
    }
    const stages = (await marketo.control('jobs/step', {})).map((job: { stage: string }) => job.stage);
    expect(stages).toEqual(['running', 'running', 'queued']);
  });

  it('gives ranges of the file by HTTP 206', async () => {
    await marketo.create({ email: 'ada@x.example' });
    const { exportId } = await extract(marketo, 'leads', leads({ createdAt: around() }));
    const part = await file(exportId, 'bytes=6-8');
    expect([part.status, await part.text()]).toEqual([206, 'ada']);
    expect(part.headers.get('content-range')).toBe('bytes 6-8/20');
    expect(part.headers.get('accept-ranges')).toBe('bytes');
    expect(await (await file(exportId, 'bytes=12-')).text()).toBe('example\n');
    expect(await (await file(exportId, 'bytes=-4')).text()).toBe('ple\n');
    expect((await file(exportId, 'bytes=20-')).status).toBe(416);
    expect((await file(exportId)).status).toBe(200);
  });

  it('keeps the file seven days or ten, the status thirty, and lists seven', async () => {
    const { exportId } = await extract(marketo, 'leads', leads({ createdAt: around() }));
    const list = async () => (await marketo.get('/bulk/v1/leads/export.json')).result?.length;
    expect(await list()).toBe(1);
    marketo.clock.advance(8 * DAY);
    await marketo.signIn();
    expect([(await file(exportId)).status, await list()]).toEqual([404, 0]);
    await marketo.settings({ exportRetentionDays: 10 });
    expect((await file(exportId)).status).toBe(200);
    expect((await marketo.get(`/bulk/v1/leads/export/${exportId}/status.json`)).success).toBe(true);
    marketo.clock.advance(23 * DAY);
    await marketo.signIn();
    expect((await marketo.get(`/bulk/v1/leads/export/${exportId}/status.json`)).errors?.[0]?.code).toBe('1013');
  });

  it('may answer 404 for a moment though it is completed', async () => {
    await marketo.settings({ exportFileLate: true });
    const { exportId } = await extract(marketo, 'leads', leads({ createdAt: around() }));
    expect((await file(exportId)).status).toBe(404);
    marketo.clock.advance(2000);
    expect((await file(exportId)).status).toBe(200);
  });

  it('is listed by status and in pages, each object by itself', async () => {
    await extract(marketo, 'leads', leads({ createdAt: around() }));
    await act(await created(marketo, 'leads', leads({ createdAt: around() })), 'cancel');
    await created(marketo, 'activities', { filter: { createdAt: around() } });
    const list = async (query: Record<string, string>) => marketo.get('/bulk/v1/leads/export.json', query);
    expect((await list({ status: 'Completed,Failed' })).result).toHaveLength(1);
    expect((await list({ status: 'Canceled' })).result?.[0]?.status).toBe('Cancelled');
    const first = await list({ batchSize: '1' });
    const second = await list({ batchSize: '1', nextPageToken: first.nextPageToken as string });
    expect([first, second].map((page) => page.result?.[0]?.status)).toEqual(['Completed', 'Cancelled']);
    expect(second.nextPageToken).toBeUndefined();
  });

  it('changes no record, and needs no more than the right to read', async () => {
    await marketo.settings({ permissions: ['Read-Only Lead'] });
    await extract(marketo, 'leads', leads({ createdAt: around() }));
    expect((await marketo.control('calls')).writes).toBe(0);
    expect((await refused('activities', { filter: { createdAt: around() } }))?.code).toBe('603');
  });
});

import { type Harness, harness, type Item } from './dataverse-harness';
import { ID, SEED } from './dataverse-people';

const TRACK = { prefer: 'odata.track-changes,odata.maxpagesize=2' };

describe('change tracking of the Dataverse simulator, where the documentation leaves it open', () => {
  let sim: Harness;
  const one = async (path: string): Promise<Item> => (await sim.get(path)).body;
  const settings = (partial: object): Promise<Item> => sim.control('POST', 'dynamics/settings', partial);
  const update = (id: string, jobtitle: string) => ({ op: 'update', table: 'contact', id, values: { jobtitle } });
  const edit = (...operations: object[]): Promise<Item> => sim.control('POST', 'dynamics/edit', { operations });
  const refusal = async (path: string, headers = {}): Promise<[number, string]> => {
    const { status, body } = await sim.get(path, headers);
    return [status, body.error.code];
  };
  const tracked = async (): Promise<string> =>
    (await sim.pages('contacts?$select=jobtitle,versionnumber', TRACK)).last['@odata.deltaLink'] as string;

  beforeAll(async () => {
    sim = await harness({ data: null });
  });
  afterAll(() => sim.simulators.close());
  beforeEach(async () => {
    await sim.control('POST', 'reset');
    await sim.authorise();
    await sim.control('POST', 'dynamics/seed', SEED);
  });

  it('answers an expired and a corrupt token, and what tracking cannot do, as the switches say', async () => {
    const link = await tracked();
    const corrupt = link.replace(/deltatoken=\d+/, 'deltatoken=x');
    expect(await refusal(corrupt)).toEqual([400, '0x80060888']);
    expect(await refusal('contacts?$top=1', TRACK)).toEqual([400, '0x80060888']);
    expect(await refusal('connectionroles', TRACK)).toEqual([400, '0x80060888']);
    await settings({
      expiredTokenStatus: 410,
      corruptTokenStatus: 404,
      corruptTokenCode: '0x80040203',
      filterWithTrackingCode: '',
      trackingOffCode: '0x80040203',
      expireTokens: true,
    });
    expect(await refusal(link)).toEqual([410, '0x80044352']);
    expect(await refusal(corrupt)).toEqual([404, '0x80040203']);
    expect(await refusal('contacts?$top=1', TRACK)).toEqual([400, '']);
    expect(await refusal('connectionroles', TRACK)).toEqual([400, '0x80040203']);
  });

  it('refuses to track for a caller who may not read all rows', async () => {
    await settings({ privileges: { denyReadAll: ['contact'] } });
    expect((await sim.get('contacts')).status).toBe(200);
    expect(await refusal('contacts', TRACK)).toEqual([403, '0x80048306']);
  });

  it('forgets a next link after its lifetime', async () => {
    const link = String((await sim.get('contacts', TRACK)).body['@odata.nextLink']);
    await settings({ nextLinkLifetime: 5 });
    await sim.control('POST', 'clock/advance', { ms: 299_000 });
    expect((await sim.get(link, TRACK)).status).toBe(200);
    await sim.control('POST', 'clock/advance', { ms: 2_000 });
    expect(await refusal(link, TRACK)).toEqual([400, '0x80060888']);
  });

  it('goes on without tracking where a following page lacks the preference and needs it', async () => {
    const link = String((await sim.get('contacts', TRACK)).body['@odata.nextLink']);
    expect((await one(link))['@odata.deltaLink']).toBeDefined();
    await settings({ nextLinkNeedsPrefer: true });
    const page = await one(link);
    expect([page.value.length, page['@odata.deltaLink'], page['@odata.nextLink']]).toEqual([1, undefined, undefined]);
    expect((await sim.get(link, TRACK)).body['@odata.deltaLink']).toBeDefined();
  });

  it('gives shorter pages than were asked for', async () => {
    await settings({ shortPages: true });
    const { rows, count } = await sim.pages('contacts', TRACK);
    expect([rows.length, count]).toEqual([3, 3]);
  });

  describe('while a transaction is open', () => {
    const open = async (...operations: object[]): Promise<number> =>
      Number((await sim.control('POST', 'dynamics/hold', { operations })).transaction);
    const release = (body: object): Promise<Item> => sim.control('POST', 'dynamics/release', body);
    const changedFrom = async (version: number): Promise<unknown[]> =>
      (await one(`contacts?$select=contactid&$filter=versionnumber ge ${version}`)).value.map((row) => row.contactid);

    it('shows its rows with their lower versions only when it commits', async () => {
      const transaction = await open(update(ID.ann, 'Late'));
      await edit(update(ID.bob, 'Early'));
      const { versionnumber } = await one(`contacts(${ID.bob})`);
      expect((await one(`contacts(${ID.ann})`)).jobtitle).toBeNull();
      expect(await changedFrom(Number(versionnumber) - 1)).toEqual([ID.bob]);
      await release({ transaction });
      const late = await one(`contacts(${ID.ann})`);
      expect([late.jobtitle, late.versionnumber]).toEqual(['Late', Number(versionnumber) - 1]);
      expect(await changedFrom(Number(versionnumber))).toEqual([ID.bob]); // who looks only above it never sees the row
      expect(await changedFrom(Number(versionnumber) - 1)).toEqual([ID.ann, ID.bob]);
    });

    it.each([
      ['delivered', [ID.ann, ID.bob]],
      ['lost', []],
    ])('its rows are %s by the delta of a token given meanwhile', async (lateCommits, expected) => {
      await settings({ lateCommits });
      await open(update(ID.ann, 'Late'));
      await edit(update(ID.bob, 'Early'));
      const link = await tracked();
      await release({});
      expect((await one(link)).value.map((item) => item.contactid)).toEqual(expected);
    });

    it('commits deletions and new rows too, or nothing where it is rolled back', async () => {
      const link = await tracked();
      const operations = [
        { op: 'delete', table: 'contact', id: ID.cid },
        { op: 'create', table: 'contact', id: ID.nobody, values: { lastname: 'New' } },
      ];
      const undone = await open(...operations);
      await release({ transaction: undone, rollback: true });
      expect((await one(link)).value).toEqual([]);
      const done = await open(...operations);
      expect((await one(link)).value).toEqual([]);
      await release({ transaction: done });
      const ids = (await one(link)).value.map((item) => item.contactid ?? item.id);
      expect(ids).toEqual([ID.nobody, ID.cid]);
    });

    it('is in the ledger from its commit on, behind the higher version', async () => {
      const versions = async (): Promise<Item[]> => {
        const answer = await fetch(`${sim.simulators.control}/_sim/dynamics/ledger`);
        const entries = (await answer.text()).split('\n').filter(Boolean);
        return entries.map((line) => JSON.parse(line) as Item).filter(({ table }) => table === 'contact');
      };
      const known = (await versions()).length;
      await open(update(ID.ann, 'Late'));
      await edit(update(ID.bob, 'Early'));
      await release({});
      const [early, late, ...more] = (await versions()).slice(known);
      expect([early!.id, late!.id, more]).toEqual([ID.bob, ID.ann, []]);
      expect(Number(late!.version)).toBe(Number(early!.version) - 1);
      expect([late!.by, late!.changes]).toEqual(['user', { jobtitle: [null, 'Late'] }]);
    });

    it('lets other writers of its rows wait in vain, and refuses to end twice', async () => {
      const transaction = await open(update(ID.ann, 'Late'));
      const blocked = await sim.call('PATCH', `contacts(${ID.ann})`, { jobtitle: 'Mine' });
      expect([blocked.status, blocked.body.error.code]).toEqual([500, '0x80044151']);
      expect((await sim.call('PATCH', `contacts(${ID.bob})`, { jobtitle: 'Mine' })).status).toBe(204);
      await release({ transaction });
      expect((await sim.call('PATCH', `contacts(${ID.ann})`, { jobtitle: 'Mine' })).status).toBe(204);
      await expect(release({ transaction })).rejects.toThrow(/not open/);
    });
  });
});

import { marketoDay } from '../../clients/marketo/day';
import { Budget } from '../../clients/mongo/budget';
import type { Store } from '../../clients/mongo/store';
import { read, reopen } from './fixture';
import { openAll } from './open-all';
import { rowId } from './teller';

// As test/truth/in-node.cjs: an activity's context and waits are those of the systems in memory.
jest.mock('@temporalio/activity', () => jest.requireActual('../truth/memory/activity'));

type Opened = Awaited<ReturnType<typeof openAll>>;

const sorted = (all: Iterable<string | undefined>): string[] => [...new Set(all)].map(String).sort();

describe('what 1e0847a stored opens', () => {
  const fixture = read('loop');
  let opened: Opened;
  let store: Store;

  beforeAll(async () => {
    ({ store } = await reopen(read('loop')));
    opened = await openAll(store, fixture.memory.database);
  });

  it.each([
    ...(['bindings', 'checkpoints', 'conflicts', 'deletions', 'failures', 'fields', 'fieldMap', 'inbox'] as const),
    ...(['links', 'parked', 'people', 'progress', 'pushes', 'pushRequests', 'reconciliation', 'requests'] as const),
    ...(['roles', 'connections', 'staging', 'traces', 'waiting', 'writers'] as const),
  ])('every document of %s', (name) => {
    expect(fixture.memory.database[name]?.length).toBeGreaterThan(0);
    expect(opened[name]).toHaveLength(fixture.memory.database[name]?.length ?? 0);
  });

  it('links: every state, and what each may hold besides', () => {
    const states = [
      'deleted',
      'excluded',
      'frozen',
      'linked',
      'merged',
      'pushed',
      'refused',
      'superseded',
      'tombstone',
    ];
    expect(sorted(opened.links.map(({ state }) => state))).toEqual([...states, 'waiting']);
    const held = sorted(opened.links.flatMap((link) => Object.keys(link)));
    expect(held).toEqual(
      expect.arrayContaining([
        ...['account', 'appliedVersion', 'dirty', 'epoch', 'generation', 'into', 'lookedFor', 'marketoId', 'moved'],
        ...['owner', 'parked', 'receipts', 'seenVersion', 'team', 'trail', 'unsureDynamics', 'unsureMarketo'],
      ]),
    );
  });

  it('the marks of every record that was written: agreed ones, and parked ones with what was agreed before', () => {
    const written = opened.links.filter(({ state, marketoId }) => state === 'linked' && marketoId !== undefined);
    const bare = written.filter(({ marks }) => marks.size === 0);
    expect(written.length).toBeGreaterThan(150);
    // A one-way record remembers no field; a person does.
    expect(bare.filter(({ id }) => /^(lead|contact):/.test(id))).toEqual([]);
    const marks = written.flatMap((link) => [...link.marks.values()]);
    expect(sorted(marks.map(({ state }) => state))).toEqual(['agreed', 'parked-dynamics', 'parked-marketo']);
    expect(marks.filter(({ state, base }) => state !== 'agreed' && base !== undefined).length).toBeGreaterThan(0);
  });

  it('receipts, and those of lost answers: whole, with their times', () => {
    const receipts = opened.links.flatMap(({ receipts = [], unsureDynamics = [], unsureMarketo = [] }) => [
      ...receipts,
      ...unsureDynamics,
      ...unsureMarketo,
    ]);
    expect(receipts.length).toBeGreaterThan(20);
    const { now } = fixture.memory;
    expect(receipts.filter(({ at }) => at > now || at < now - 3_600_000)).toEqual([]);
  });

  it('a trail of every rule and of everything that can happen, under the names that they had', () => {
    const everything = opened.links.find(({ id }) => id === `contact:${rowId('contact', 900)}`)?.story ?? [];
    const [first] = everything;
    const at = Number(first?.at);
    const rules = ['first-copy', 'one-way', 'one-side', 'value-beats-empty', 'own-copy', 'restored'];
    const policies = ['dynamics', 'marketo', 'newest', 'non-empty', 'most-restrictive', 'ask'];
    const happenings = ['created', 'linked', 'sent-to-marketo', 'sent-to-dynamics', 'refused-by-marketo'];
    const more = ['refused-by-dynamics', 'parked', 'flagged', 'deleted', 'state', 'lost-answer', 'merged', 'kept'];
    expect(everything).toEqual([
      ...[...rules, ...policies].map((rule, n) => ({ at: at + n, what: 'sent-to-marketo', rule, keys: [n + 1] })),
      ...[...happenings, ...more].map((what, n) => ({
        ...{ at: at + 100 + n, what, code: `code ${n}` },
        keys: [100 + n, 200 + n],
      })),
    ]);
    const stories = opened.links.filter((link) => link.trail && link.story[0] !== first).flatMap(({ story }) => story);
    expect(stories.length).toBeGreaterThan(200);
    expect(sorted(stories.flatMap(({ rule }) => rule ?? []))).toEqual(sorted([...rules, ...policies.slice(0, -1)]));
    expect(sorted(stories.map(({ what }) => what))).toEqual(sorted([...happenings, ...more]));
  });

  it('inbox pages: both feeds, live and background, with each kind of item', () => {
    const places = opened.inbox.map(({ id }) => id.replace(/[0-9].*/, ''));
    expect(sorted(places)).toEqual([
      ...['account/dynamics/', 'account/dynamics/~', 'connection/dynamics/', 'contact/dynamics/', 'contact/dynamics/~'],
      ...['contact/marketo/', 'lead/dynamics/', 'lead/marketo/', 'new_orderline/dynamics/', 'opportunity/dynamics/'],
    ]);
    const keys = sorted(opened.inbox.flatMap(({ items }) => items.flatMap((item) => Object.keys(item))));
    const known = ['decide', 'deleted', 'entries', 'fields', 'id', 'lost', 'push', 'release', 'request', 'resync'];
    expect(keys).toEqual(sorted([...known, 'rolling', 'row']));
    expect(opened.inbox.flatMap(({ items }) => items)).toContainEqual({
      id: rowId('contact', 67),
      entries: [
        { guid: expect.any(String), at: expect.any(Number), field: 'title', from: 'Title 67', to: 'Told by Marketo' },
      ],
    });
  });

  it('rows that a resync has read, and how far each feed and each read has come', () => {
    const rows = opened.staging.flat();
    expect(rows).toHaveLength(25 + 25 + 25 + 11);
    expect(rows).toContainEqual(expect.objectContaining({ contactid: rowId('contact', 30), jobtitle: 'Title 30' }));
    const cursors = opened.checkpoints.map(({ value = {} }) => Object.keys(value));
    expect(cursors.filter((keys) => keys.length === 0)).toEqual([]);
    const resyncs = opened.checkpoints.filter(({ value }) => value?.mode === 'resync');
    expect(resyncs.map(({ generation, value }) => [generation, value?.phase, value?.unit])).toEqual([
      [2, 'tracked', 2],
      [2, 'done', 3],
    ]);
  });

  it('what is kept back, with its reason; conflicts with both values, open, decided, queued, too late and outdated', () => {
    const reasons = [
      ...['ambiguous', 'deletes-stopped', 'duplicate-in-dynamics', 'gone-from-marketo', 'in-conflict', 'invalid-email'],
      ...['merged-in-marketo', 'missing-reference', 'not-eligible', 'not-ours', 'out-of-range', 'owner-ambiguous'],
      ...['owner-disabled', 'owner-unknown', 'refused-by-dynamics', 'refused-by-marketo', 'too-long', 'unknown-option'],
      'wrong-type',
    ];
    expect(sorted(opened.parked.map(({ reason }) => reason))).toEqual(reasons);
    const outcomes = opened.conflicts.map(
      ({ winner, decided, outdatedAt }) => decided?.outcome ?? (outdatedAt ? 'outdated' : winner),
    );
    expect(sorted(outcomes)).toEqual(['ask', 'done', 'dynamics', 'edited-since', 'marketo', 'outdated', 'queued']);
    const flipped = opened.conflicts.find(({ id }) => id === `lead:${rowId('lead', 14)}`);
    expect(flipped?.values).toEqual({ dynamics: 'Dora', marketo: 'Mara' });
  });

  it('lost answers that nobody has looked into, and one that came and was not remembered', () => {
    const found = opened.unanswered.map(({ object, action, state }) => [object, action, state]);
    expect(found.sort()).toEqual([
      ['companies', 'update', 'answered'],
      ['opportunities', 'update', 'unknown'],
      ['person', 'update', 'unknown'],
    ]);
  });

  it('requests and pushes with what they ask for and what came of them', () => {
    const told = opened.requests.map(({ id, ...rest }) => [
      id.replace(/contact-.*/, ''),
      rest.queued,
      rest.done,
      rest.absent,
    ]);
    expect(told.sort()).toEqual([
      ['backfill-', 25, false, undefined],
      ['request-1', 3, true, undefined],
      ['request-2', 1, true, 1],
      ['request-3', 2, true, undefined],
    ]);
    const [backfill] = opened.openRequests;
    expect(backfill?.request).toEqual({ entity: 'contact', fields: ['salutation'], backfill: true });
    expect(backfill?.nextLink).toMatch(/^memory:/);
    expect(sorted(opened.pushes.map(({ outcome }) => outcome))).toEqual(['created', 'not-found', 'queued', 'refused']);
    expect(opened.pushRequests.map(({ id }) => id)).toContain('push-1');
  });

  it('roles, references that wait, owners of people, fields, deletions, and the right to write', () => {
    const refused = opened.roles.filter((one) => Object.keys(one.refused ?? {}).length > 0);
    expect(refused.map(({ parked, written }) => [parked, written.length])).toEqual([[true, 1]]);
    expect(new Map(opened.waiting).get(`account:${rowId('account', 99)}`)).toEqual([`contact:${rowId('contact', 49)}`]);
    expect(opened.people.filter(({ previous }) => previous?.startsWith('lead:')).length).toBeGreaterThan(0);
    const troubles = opened.fields.flatMap(({ fields }) => fields.flatMap(({ trouble }) => trouble?.cause ?? []));
    expect(troubles).toEqual(['no-field', 'no-field']);
    expect(opened.deletions.filter(({ stopped }) => stopped)).toEqual([{ count: 1, stopped: true }]);
    expect(opened.fieldMap[0]?.version).toBe(fixture.configChangedAt);
    expect(opened.writers).not.toContain(false);
  });

  it('hints for people whom no row has, and calls that were counted', async () => {
    const hinted = fixture.memory.database.unowned?.map(({ _id }) => Number(_id)) ?? [];
    expect((await store.unowned.of(hinted)).map(({ marketoId }) => marketoId)).toEqual(hinted);
    const daily = { calls: 50_000, ...marketoDay };
    const limits = { calls: 100, windowMs: 20_000, concurrent: 10, callsPerLease: 1 };
    const budget = new Budget(store.db, { api: 'marketo', ...limits, daily });
    expect(await budget.usedToday()).toBe(1_234);
  });
});

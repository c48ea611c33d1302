import { Context } from '@temporalio/activity';
import { settle } from '../../../activities/failures';
import type { Look } from '../../../activities/look';
import type { Outcome } from '../../../activities/outcome';
import type { Process } from '../../../cli/check/stage/stage';
import { ApiError, type ErrorKind } from '../../../clients/errors';
import type { Activity } from '../../../clients/marketo/types';
import { circumstances } from '../../deaths/story';
import { openWorld } from '../../truth/play';

jest.mock('@temporalio/activity', () => jest.requireActual('../../truth/memory/activity'));

const TABLES = ['contact', 'lead'];
const FEEDS = ['leadchanges', 'activities', 'deletedleads'];
const LEAST_REST_MS = 5_000;

let process: Process;

beforeEach(async () => {
  const { memory } = await openWorld(circumstances('persons', { adoption: 'create' }));
  process = await memory.open({});
  await process.run('preflight');
  for (const table of TABLES)
    await process.deps.store.checkpoints.pin(`dynamics/${table}`, 1, { link: `link of ${table}` });
  process.deps.dynamics.follow = async (link) => {
    if (link === 'link of contact') throw failure;
    return { rows: [], deleted: [], deltaLink: `${link}, read on` };
  };
  process.deps.marketo.activities = async () => {
    throw failure;
  };
});

let failure: Error;
const failing = (kind: ErrorKind, retryAfterMs?: number) =>
  new ApiError({ api: 'dynamics', operation: 'read', kind, ...(retryAfterMs !== undefined && { retryAfterMs }) });

async function looked(activity: 'lookDynamics' | 'lookMarketo'): Promise<Look['feeds']> {
  const outcome = (await process.run(activity, activity === 'lookDynamics' ? TABLES : FEEDS)) as Outcome<Look>;
  if (outcome.kind !== 'done') throw new Error(outcome.kind);
  return outcome.feeds;
}

const KINDS: ErrorKind[] = [
  'transient',
  'ambiguous',
  'rate-limited',
  'quota',
  'authority',
  'configuration',
  'conflict',
  'gone',
  'too-large',
  'refused',
  'bug',
];

describe('a feed that fails keeps its fault to itself, and the other feeds bring what they have', () => {
  it.each(KINDS)('%s', async (kind) => {
    failure = failing(kind);
    const { contact, lead } = await looked('lookDynamics');
    // What is too large for a table's feed begins a catch-up.
    expect(kind === 'too-large' ? contact?.expired : contact?.fault).toEqual(
      kind === 'too-large' ? true : expect.stringContaining(kind),
    );
    expect(lead).toEqual({ items: 0, more: false });
    failure = failing(kind);
    const { leadchanges, deletedleads } = await looked('lookMarketo');
    expect([leadchanges?.fault, deletedleads?.fault]).toEqual([undefined, undefined]);
  });

  it('an error that nobody expected, of whatever class', async () => {
    for (const error of [new TypeError('x'), Object.assign(new Error('x'), { name: 'AbortError', syscall: 'read' })]) {
      failure = error;
      const { contact, lead } = await looked('lookDynamics');
      expect(contact?.fault).toMatch(/^unexpected: /);
      expect(lead).toEqual({ items: 0, more: false });
    }
  });
});

it.each<[ErrorKind, number | undefined]>([
  ['rate-limited', 0],
  ['rate-limited', -1],
  ['rate-limited', 1],
  ['transient', 0],
  ['transient', undefined],
  ['quota', 0],
  ['conflict', undefined],
])('a feed rests after a failure (%s), though it may come back in %p ms', async (kind, retryAfterMs) => {
  failure = failing(kind, retryAfterMs);
  const before = Date.now();
  const { contact } = await looked('lookDynamics');
  expect(Number(contact?.waitUntil) - before).toBeGreaterThanOrEqual(LEAST_REST_MS);
});

describe('what nobody can make out of a person that no row owns', () => {
  const PERSON = 900_001;
  const activity = (activityTypeId: number, attributes = {}): Activity => ({
    marketoGUID: 'g',
    leadId: PERSON,
    activityDate: new Date().toISOString(),
    activityTypeId,
    fields: [],
    attributes,
  });

  it.each([
    ['leadchanges', activity(13), [{ marketoId: PERSON }]],
    ['activities', activity(32, { 'Merge IDs': [7] }), [{ marketoId: 7, lost: true, into: PERSON }]],
    ['deletedleads', activity(37), [{ marketoId: PERSON, lost: true }]],
  ])('is kept for a row that is linked to it: %s', async (feed, told, expected) => {
    const { marketo, store } = process.deps;
    const page = async (of: string) => ({
      activities: of === feed ? [told] : [],
      moreResult: false,
      nextPageToken: `after ${of}`,
    });
    marketo.leadChanges = () => page('leadchanges');
    marketo.activities = () => page('activities');
    marketo.deletedLeads = () => page('deletedleads');
    store.people.get = async () => {
      throw new TypeError('x');
    };
    await looked('lookMarketo');
    expect(await store.checkpoints.get(`marketo/${feed}`)).toMatchObject({ value: { token: `after ${feed}` } });
    expect(await store.unowned.of([PERSON, 7])).toEqual(expected.map((hint) => expect.objectContaining(hint)));
    for (const entity of ['contact', 'lead'])
      expect(await store.requests.open(entity)).toMatchObject([{ request: { entity, backfill: true } }]);
  });
});

it('a look of an activity that is cancelled ends at the next page of a feed', async () => {
  const signal = Context.current().cancellationSignal as { aborted: boolean };
  let pages = 0;
  process.deps.marketo.activities = async () => {
    pages += 1;
    Object.assign(signal, { aborted: true });
    return { activities: [], moreResult: true, nextPageToken: `page ${pages}` };
  };
  const look = looked('lookMarketo');
  await expect(look).rejects.toThrow('cancelled between two calls');
  Object.assign(signal, { aborted: false });
  expect(pages).toBe(1);
});

it('nor is an activity tried again at once because a vendor says so: the policy of its retries holds', () => {
  for (const [retryAfterMs, nextRetryDelay] of [
    [0, undefined],
    [-1, undefined],
    [7_000, 7_000],
  ]) {
    let thrown: unknown;
    try {
      settle(failing('transient', retryAfterMs));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ type: 'transient' });
    expect((thrown as { nextRetryDelay?: number }).nextRetryDelay ?? undefined).toBe(nextRetryDelay);
  }
});

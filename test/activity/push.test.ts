import { Driver, expectDone } from './driver';
import { id, lead, people } from './organisation';
import { allWaitsEnd } from './waits';
import { type Stage, type StageOptions, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const NADIA = id('e0', 1);
const users = [
  { systemuserid: NADIA, firstname: 'Nadia', lastname: 'Okafor', internalemailaddress: 'nadia@example.com' },
  { systemuserid: id('e0', 2), lastname: 'Gone', internalemailaddress: 'gone@example.com', isdisabled: true },
  { systemuserid: id('e0', 3), lastname: 'One', internalemailaddress: 'twice@example.com' },
  { systemuserid: id('e0', 4), lastname: 'Two', internalemailaddress: 'twice@example.com' },
];

/** Of these there is nothing to see here. */
const OTHERS = Object.fromEntries(
  ['team', 'teammembership', 'account', 'opportunity', 'connection'].map((name) => [name, { enabled: false }]),
);

interface Scene {
  world: World;
  driver: Driver;
  /** Sends a push by signal, as the workflow would hand it over, and works it off. */
  push(payload: { ids?: number[]; list?: number; as?: 'lead' | 'contact'; owner?: string }): Promise<void>;
}

let pushes = 0;
async function scene(options: StageOptions = {}): Promise<Scene> {
  const config = { entities: OTHERS, ...options.config };
  const world = await stage.open({ ...options, config, rows: { systemuser: users, ...options.rows } });
  const driver = new Driver(world);
  await driver.importAll();
  await driver.settle();
  return {
    world,
    driver,
    async push(payload) {
      await ask(world, payload);
      await driver.workOff();
      await driver.settle();
    },
  };
}

async function ask(
  world: World,
  { as = 'lead', ...rest }: { ids?: number[]; list?: number; as?: 'lead' | 'contact'; owner?: string },
): Promise<void> {
  pushes += 1;
  const request = { entity: as, as, ...rest };
  expectDone(await world.run('lookMarketo', [], {}, [{ id: `push-${pushes}`, request }]));
}

const person = { firstName: 'Iris', lastName: 'Novak', email: 'iris@example.com', phone: '+44 131 555 0199' };

/** The call about one person failed, or was not answered: that person waits, and nothing else does. */
async function expectSetAside(world: World, entity: 'lead' | 'contact'): Promise<void> {
  expect(expectDone(await world.run('writeBack', entity))).toMatchObject({ updated: 0 });
  expect((await world.deps.store.asides.counts()).get(entity)?.waiting).toBe(1);
}

async function resultOf(world: World, marketoId: number): Promise<object | undefined> {
  return (await world.deps.store.pushes.get([marketoId])).get(marketoId);
}

describe('a person of Marketo that is pushed', () => {
  it('as a lead becomes one with its values and owner, and carries its id; at rest nothing more is written', async () => {
    const { world, driver, push } = await scene();
    const [iris] = (await world.control.seedMarketo({ ...person, unsubscribed: true, company: 'Optics' })) as [number];
    await push({ ids: [iris], owner: 'nadia@example.com' });
    const rows = await world.control.rows('lead');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      firstname: 'Iris',
      lastname: 'Novak',
      emailaddress1: 'iris@example.com',
      telephone1: '+44 131 555 0199',
      companyname: 'Optics',
      donotbulkemail: true,
      _ownerid_value: NADIA,
    });
    expect(await world.control.records('leads')).toEqual([
      expect.objectContaining({
        id: iris,
        microsoftId: rows[0]?.leadid,
        microsoftType: 'Lead',
        externalSalesPersonId: NADIA,
      }),
    ]);
    expect(await resultOf(world, iris)).toMatchObject({ outcome: 'created', row: `lead:${rows[0]?.leadid}` });
    expect(await driver.parked()).toEqual({});
    const writes = await world.control.writes();
    await driver.settle();
    expect(await world.control.writes()).toBe(writes);
  });

  it('as a contact becomes one without an account', async () => {
    const { world, push } = await scene();
    const [iris] = (await world.control.seedMarketo(person)) as [number];
    await push({ ids: [iris], as: 'contact', owner: NADIA });
    const [row] = await world.control.rows('contact');
    expect(row).toMatchObject({ lastname: 'Novak', _parentcustomerid_value: null, _ownerid_value: NADIA });
    expect(await world.control.person(String(row?.contactid))).toMatchObject({ id: iris, microsoftType: 'Contact' });
  });

  it('goes on living: edits on either side afterwards reach the other', async () => {
    const { world, driver, push } = await scene();
    const [iris] = (await world.control.seedMarketo(person)) as [number];
    await push({ ids: [iris] });
    const guid = String((await world.control.rows('lead'))[0]?.leadid);
    await world.control.editMarketo({ op: 'update', id: iris, values: { title: 'Buyer' } });
    await world.control.editDynamics({ op: 'update', table: 'lead', id: guid, values: { telephone1: null } });
    await driver.settle();
    expect(await world.control.row('lead', guid)).toMatchObject({ jobtitle: 'Buyer', telephone1: null });
    expect(await world.control.person(guid)).toMatchObject({ title: 'Buyer', phone: null });
  });

  it('with the members of a static list makes a row of each, over pages', async () => {
    const { world, push } = await scene();
    const ids = await world.control.seedMarketo(
      ...Array.from({ length: 301 }, (_, n) => ({ lastName: `Member${n}`, email: `member${n}@example.com` })),
    );
    for (let at = 0; at < ids.length; at += 300) await join(world, 1001, ids.slice(at, at + 300));
    await push({ list: 1001 });
    expect(await world.control.rows('lead')).toHaveLength(301);
    expect(new Set((await world.control.records('leads')).map(({ microsoftId }) => microsoftId)).size).toBe(301);
  });

  it('of a list that is not there says so, and nothing is made', async () => {
    const { world, push } = await scene();
    await push({ list: 4711 });
    const told = await world.deps.store.pushRequests.get(`push-${pushes}`);
    expect(told).toMatchObject({ done: true, fault: expect.stringContaining('no static list') });
  });

  it('is made once, whatever is asked again: as a lead, or as a contact', async () => {
    const { world, push } = await scene();
    const [iris] = (await world.control.seedMarketo(person)) as [number];
    await ask(world, { ids: [iris] });
    await push({ ids: [iris] });
    expect(await world.control.rows('lead')).toHaveLength(1);
    await push({ ids: [iris] });
    expect(await resultOf(world, iris)).toMatchObject({ outcome: 'already-linked' });
    await push({ ids: [iris], as: 'contact' });
    expect(await resultOf(world, iris)).toMatchObject({ outcome: 'linked-otherwise' });
    expect([(await world.control.rows('lead')).length, (await world.control.rows('contact')).length]).toEqual([1, 0]);
  });

  it('and is a contact already stays one: it can’t become a lead as well', async () => {
    const { world, push } = await scene({
      rows: people([], [{ contactid: id('c0', 1), lastname: 'Known', emailaddress1: 'known@example.com' }]),
    });
    const { id: known } = await world.control.person(id('c0', 1));
    await push({ ids: [Number(known)] });
    expect(await resultOf(world, Number(known))).toMatchObject({
      outcome: 'linked-otherwise',
      row: `contact:${id('c0', 1)}`,
    });
    expect(await world.control.rows('lead')).toEqual([]);
  });

  it('and is not there is told so', async () => {
    const { world, driver, push } = await scene();
    await push({ ids: [99_999] });
    expect(await resultOf(world, 99_999)).toMatchObject({ outcome: 'not-found' });
    expect(await driver.parked()).toEqual({});
  });

  it('again after its row was deleted becomes a new row, once', async () => {
    const { world, driver, push } = await scene();
    const [iris] = (await world.control.seedMarketo(person)) as [number];
    await push({ ids: [iris] });
    const first = String((await world.control.rows('lead'))[0]?.leadid);
    await world.control.editDynamics({ op: 'delete', table: 'lead', id: first });
    await driver.settle();
    expect((await world.control.records('leads'))[0]).toMatchObject({ microsoftIsDeleted: true });
    await push({ ids: [iris] });
    await push({ ids: [iris] });
    const rows = await world.control.rows('lead');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.leadid).not.toBe(first);
    expect(await world.control.records('leads')).toEqual([
      expect.objectContaining({ id: iris, microsoftId: rows[0]?.leadid, microsoftIsDeleted: false }),
    ]);
  });

  it('with an owner who is unknown, disabled or not the only one is kept back; and goes with a right one', async () => {
    const { world, driver, push } = await scene();
    const [iris] = (await world.control.seedMarketo(person)) as [number];
    const wrong = [
      ['nobody@example.com', 'owner-unknown'],
      [id('e0', 9), 'owner-unknown'],
      ['gone@example.com', 'owner-disabled'],
      ['twice@example.com', 'owner-ambiguous'],
    ] as const;
    for (const [owner, reason] of wrong) {
      await push({ ids: [iris], owner });
      expect(await driver.parked()).toEqual({ [`lead:${iris}`]: reason });
      expect(await resultOf(world, iris)).toMatchObject({ outcome: 'refused', reason });
    }
    expect(await world.control.rows('lead')).toEqual([]);
    await push({ ids: [iris], as: 'contact', owner: 'nobody@example.com' });
    expect(await driver.parked()).toEqual({ [`contact:${iris}`]: 'owner-unknown' });
    await push({ ids: [iris], owner: 'nadia@example.com' });
    expect(await driver.parked()).toEqual({});
    expect(await world.control.rows('lead')).toHaveLength(1);
  });

  it('without what Dynamics requires is kept back with the vendor’s code, and is free for whoever makes the row by hand', async () => {
    const { world, driver, push } = await scene();
    await world.control.settings('dynamics', { requiredColumns: 'all' });
    const [iris] = (await world.control.seedMarketo({ email: 'iris@example.com' })) as [number];
    await push({ ids: [iris], as: 'contact' });
    expect(await driver.parked()).toEqual({ [`contact:${iris}`]: 'refused-by-dynamics' });
    expect(await resultOf(world, iris)).toMatchObject({ outcome: 'refused', code: '0x80040203' });
    const [made] = await world.control.editDynamics({
      op: 'create',
      table: 'contact',
      values: { lastname: 'By Hand', emailaddress1: 'iris@example.com' },
    });
    await driver.settle();
    expect(await world.control.person(String(made))).toMatchObject({ id: iris, lastName: 'By Hand' });
  });

  it('without the privilege to make rows is kept back; nothing else is held up', async () => {
    const { world, driver, push } = await scene({ rows: people([lead(1)]) });
    await world.control.fault('dynamics', {
      kind: 'error',
      code: '0x80048306',
      status: 403,
      endpoint: 'PATCH',
      times: 1,
    });
    const [iris] = (await world.control.seedMarketo(person)) as [number];
    await push({ ids: [iris] });
    expect(await driver.parked()).toEqual({ [`lead:${iris}`]: 'refused-by-dynamics' });
    await world.control.editDynamics({ op: 'update', table: 'lead', id: id('1e', 1), values: { jobtitle: 'Buyer' } });
    await driver.settle();
    expect(await world.control.person(id('1e', 1))).toMatchObject({ title: 'Buyer' });
  });

  it('with a value that Dynamics refuses by name goes without it, and the value is listed', async () => {
    const { world, driver, push } = await scene();
    await world.control.settings('dynamics', { privileges: { denyColumns: ['lead.telephone1'] } });
    const [iris] = (await world.control.seedMarketo({ ...person, title: 'x'.repeat(200) })) as [number];
    await push({ ids: [iris] });
    const [row] = await world.control.rows('lead');
    expect(row).toMatchObject({ lastname: 'Novak', jobtitle: null, telephone1: null });
    expect(await driver.parked()).toEqual({
      [`lead:${row?.leadid}:title`]: 'too-long',
      [`lead:${row?.leadid}:phone`]: 'refused-by-dynamics',
    });
  });
});

describe('a push that is cut short', () => {
  it.each([
    ['the answer is lost after the commit, and once more', { kind: 'cut', endpoint: '$batch', times: 2 }],
    [
      'the answer says no after the commit',
      { kind: 'error', code: '0x80040216', status: 500, endpoint: 'PATCH', commit: true, times: 1 },
    ],
  ])('because %s makes no second row', async (_what, fault) => {
    const { world, push } = await scene();
    const [iris] = (await world.control.seedMarketo(person)) as [number];
    await ask(world, { ids: [iris] });
    await world.control.fault('dynamics', fault);
    await expectSetAside(world, 'lead');
    expect(await world.control.rows('lead')).toHaveLength(1);
    await allWaitsEnd(world);
    await push({ ids: [iris] });
    const rows = await world.control.rows('lead');
    expect(rows).toHaveLength(1);
    expect(await world.control.records('leads')).toEqual([
      expect.objectContaining({ id: iris, microsoftId: rows[0]?.leadid, firstName: 'Iris' }),
    ]);
    expect(await world.deps.store.conflicts.count()).toBe(0);
  });

  it('because the answer is lost after the commit, and the call is made once more at once, makes no second row', async () => {
    const { world, driver } = await scene();
    const [iris] = (await world.control.seedMarketo(person)) as [number];
    await ask(world, { ids: [iris] });
    await world.control.fault('dynamics', { kind: 'cut', endpoint: '$batch', times: 1 });
    expect(expectDone(await world.run('writeBack', 'lead'))).toMatchObject({ updated: 1 });
    expect((await world.deps.store.asides.counts()).size).toBe(0);
    await driver.settle();
    const rows = await world.control.rows('lead');
    expect(rows).toHaveLength(1);
    expect(await world.control.records('leads')).toEqual([
      expect.objectContaining({ id: iris, microsoftId: rows[0]?.leadid, firstName: 'Iris' }),
    ]);
    expect(await world.deps.store.conflicts.count()).toBe(0);
  });

  it.each([
    ['the way forward comes first', true],
    ['the push comes first', false],
  ])(
    'after the row was made, and then %s: one row, one person, and the edit in between goes on',
    async (_what, forward) => {
      const { world, driver } = await scene({ config: { adoption: 'create' } });
      const [iris] = (await world.control.seedMarketo(person)) as [number];
      await ask(world, { ids: [iris], as: 'contact' });
      await world.control.fault('dynamics', { kind: 'cut', endpoint: '$batch', times: 2 });
      await expectSetAside(world, 'contact');
      expect(await world.control.rows('contact')).toHaveLength(1);
      // Of a contact Dynamics' value would win, were it taken for an edit.
      await world.control.editMarketo({ op: 'update', id: iris, values: { firstName: 'Irena' } });
      if (forward) {
        expectDone(await world.run('lookDynamics', ['contact']));
        expectDone(await world.run('applyInbox', 'contact'));
        await allWaitsEnd(world);
      } else {
        await allWaitsEnd(world);
        expectDone(await world.run('writeBack', 'contact'));
        expect(await resultOf(world, iris)).toMatchObject({ outcome: 'created' });
      }
      await driver.settle();
      const rows = await world.control.rows('contact');
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({ firstname: 'Irena' });
      expect(await world.control.records('leads')).toEqual([
        expect.objectContaining({ id: iris, firstName: 'Irena', microsoftId: rows[0]?.contactid }),
      ]);
      const name = `contact:${rows[0]?.contactid}`;
      const link = (await world.deps.store.links.get([name])).get(name);
      expect(link).toMatchObject({ state: 'linked' });
      expect(link?.unsureDynamics).toBeUndefined();
      expect(await world.deps.store.conflicts.count()).toBe(0);
    },
  );

  it('before the row was made, with the worker started anew in between, is done once', async () => {
    const { world, driver } = await scene();
    const [iris] = (await world.control.seedMarketo(person)) as [number];
    await ask(world, { ids: [iris] });
    await world.control.fault('dynamics', {
      kind: 'error',
      code: '0x80040216',
      status: 500,
      endpoint: 'PATCH',
      times: 1,
    });
    await expectSetAside(world, 'lead');
    expect(await world.control.rows('lead')).toEqual([]);
    await allWaitsEnd(world);
    const again = await world.again();
    const other = new Driver(again);
    await other.preflight();
    await other.settle();
    await again.close();
    await driver.settle();
    expect(await world.control.rows('lead')).toHaveLength(1);
    expect(await world.control.records('leads')).toHaveLength(1);
  });

  it('keeps what a signal asked for once, though the look is tried again', async () => {
    const { world, driver } = await scene();
    const [iris] = (await world.control.seedMarketo(person)) as [number];
    const wanted = [{ id: 'same', request: { entity: 'lead' as const, as: 'lead' as const, ids: [iris] } }];
    for (const _ of [1, 2]) expectDone(await world.run('lookMarketo', [], {}, wanted));
    expect((await world.deps.store.inbox.pending()).get('lead')?.marketo).toBe(1);
    await driver.settle();
    expect(await world.control.rows('lead')).toHaveLength(1);
  });
});

describe('createInDynamics', () => {
  const listed = { createInDynamics: { when: 'list', list: 1001, as: 'contact' }, polling: { listEverySeconds: 5 } };

  it('never, the default: new persons of Marketo stay there', async () => {
    const { world, driver } = await scene();
    await world.control.editMarketo({ op: 'create', values: person });
    await driver.settle();
    expect([...(await world.control.rows('lead')), ...(await world.control.rows('contact'))]).toEqual([]);
  });

  it('list: its members go, and nobody else; what was deleted in Dynamics is not made again', async () => {
    const { world, driver } = await scene({ config: listed });
    const [iris] = (await world.control.seedMarketo(person, { ...person, email: 'other@example.com' })) as [number];
    await join(world, 1001, [iris]);
    await laterList(world);
    await driver.settle();
    const rows = await world.control.rows('contact');
    expect(rows.map(({ emailaddress1 }) => emailaddress1)).toEqual(['iris@example.com']);
    await world.control.editDynamics({ op: 'delete', table: 'contact', id: String(rows[0]?.contactid) });
    await driver.settle();
    await laterList(world);
    await driver.settle();
    expect(await world.control.rows('contact')).toEqual([]);
  });

  it('list: a person that was refused is tried again when it was edited, not with every look', async () => {
    const { world, driver } = await scene({ config: listed });
    await world.control.settings('dynamics', { requiredColumns: 'all' });
    const [iris] = (await world.control.seedMarketo({ email: 'iris@example.com' })) as [number];
    await join(world, 1001, [iris]);
    await laterList(world);
    await driver.settle();
    expect(await driver.parked()).toEqual({ [`contact:${iris}`]: 'refused-by-dynamics' });
    const { writes } = await world.control.calls('dynamics');
    await laterList(world);
    await driver.settle();
    expect((await world.control.calls('dynamics')).writes).toBe(writes);
    await world.control.editMarketo({ op: 'update', id: iris, values: { lastName: 'Novak' } });
    await driver.settle();
    expect(await driver.parked()).toEqual({});
    expect(await world.control.rows('contact')).toHaveLength(1);
  });

  it('always: a new person goes; one that the sync itself made does not come back', async () => {
    const { world, driver } = await scene({ config: { createInDynamics: 'always' } });
    await world.control.editMarketo({ op: 'create', values: person });
    await world.control.editDynamics({ op: 'create', table: 'contact', values: { lastname: 'Theirs' } });
    await driver.settle();
    await driver.settle();
    expect((await world.control.rows('lead')).map(({ lastname }) => lastname)).toEqual(['Novak']);
    expect((await world.control.rows('contact')).map(({ lastname }) => lastname)).toEqual(['Theirs']);
    expect(await world.control.records('leads')).toHaveLength(2);
  });
});

/** The list is due again. */
const laterList = (world: World): Promise<unknown> =>
  world.deps.store.db.collection<{ _id: string }>('checkpoints').deleteOne({ _id: 'marketo/list' });

/** Puts people on a static list, as a marketer does. */
async function join(world: World, list: number, ids: readonly number[]): Promise<void> {
  const { marketo } = world.control.simulators;
  const query =
    'grant_type=client_credentials&client_id=simulated-marketo-client&client_secret=simulated-marketo-secret';
  const { access_token: token } = (await (await fetch(`${marketo}/identity/oauth/token?${query}`)).json()) as {
    access_token: string;
  };
  const answer = await fetch(`${marketo}/rest/v1/lists/${list}/leads.json`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ input: ids.map((one) => ({ id: one })) }),
  });
  expect(await answer.json()).toMatchObject({ success: true });
}

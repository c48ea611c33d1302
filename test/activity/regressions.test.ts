import { Driver, expectDone } from './driver';
import { CONTACT, id, LEAD, lead, OPPORTUNITY, organisation, people } from './organisation';
import { allWaitsEnd } from './waits';
import { type Stage, startStage } from './world';

// Each was found by attacking the running service; none may come back.

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

async function imported(): Promise<Driver> {
  const world = await stage.open({ rows: organisation() });
  const driver = new Driver(world);
  await driver.importAll();
  await driver.settle();
  return driver;
}

it('a person that was adopted by an attempt which could not write is adopted by the next one, not made again', async () => {
  const world = await stage.open({ rows: people([lead(1)]) });
  const driver = new Driver(world);
  await driver.preflight();
  const email = String((lead(1) as { emailaddress1: string }).emailaddress1);
  const [marketoId] = await world.control.seedMarketo({ email, firstName: 'Here', lastName: 'Already' });
  expectDone(await world.run('beginImport', 'lead', 1, 'import'));
  expectDone(await world.run('fetchPage', 'lead', 1, 0, 'import'));
  const endpoint = 'POST /rest/v1/leads.json';
  await world.control.fault('marketo', { kind: 'error', code: '713', endpoint, times: 2 });
  expectDone(await world.run('applyUnit', 'lead', 1, 0, 'import'));
  expect((await world.deps.store.asides.counts()).get('lead')?.waiting).toBe(1);
  expect(await world.control.records('leads')).toEqual([expect.objectContaining({ microsoftId: null })]);
  await allWaitsEnd(world);
  expectDone(await world.run('applyInbox', 'lead'));
  const persons = await world.control.records('leads');
  expect(persons.map((person) => [person.id, person.microsoftId])).toEqual([[marketoId, id('1e', 1)]]);
});

it('rows too large for one request go in several; one that is too large by itself is parked, the others go', async () => {
  const driver = await imported();
  const { world } = driver;
  const account = (number: number) => ({
    op: 'create' as const,
    table: 'account',
    id: id('ac', number),
    values: { name: `Account ${number}`, description: 'x'.repeat(1_900) },
  });
  await world.control.editDynamics(...Array.from({ length: 40 }, (_, index) => account(index + 100)));
  const endpoint = 'POST /rest/v1/companies.json';
  await world.control.fault('marketo', { kind: 'status', status: 413, endpoint, times: 2 });
  await driver.settle();
  const companies = await world.control.records('companies');
  expect(companies.filter(({ company }) => String(company).startsWith('Account '))).toHaveLength(40);
});

it('whoever waits for a row is woken though the answer to its create was lost', async () => {
  const driver = await imported();
  const { world } = driver;
  const contact = id('c0', 77);
  await world.control.editDynamics(
    {
      op: 'create',
      table: 'contact',
      id: contact,
      values: { lastname: 'Awaited', emailaddress1: 'awaited@example.com' },
    },
    { op: 'update', table: 'opportunity', id: OPPORTUNITY, values: { _parentcontactid_value: contact } },
  );
  const endpoint = 'POST /rest/v1/leads.json';
  await world.control.fault('marketo', { kind: 'reset-after', endpoint, times: 1 });
  expectDone(await world.run('lookDynamics', ['opportunity', 'contact']));
  expectDone(await world.run('applyInbox', 'opportunity'));
  expectDone(await world.run('applyInbox', 'connection'));
  expectDone(await world.run('applyInbox', 'contact'));
  expect((await world.deps.store.asides.counts()).get('contact')?.waiting).toBe(1);
  await allWaitsEnd(world);
  await driver.settle();
  const person = await world.control.person(contact);
  const roles = await world.control.records('roles');
  expect(roles).toContainEqual(expect.objectContaining({ externalOpportunityId: OPPORTUNITY, leadId: person?.id }));
});

it('an opportunity that is deleted and restored is made again, with all its fields', async () => {
  const driver = await imported();
  const { world } = driver;
  const [before] = (await world.control.records('opportunities')).filter(
    (one) => one.externalOpportunityId === OPPORTUNITY,
  );
  const row = await world.control.row('opportunity', OPPORTUNITY);
  await world.control.editDynamics({ op: 'delete', table: 'opportunity', id: OPPORTUNITY });
  await driver.settle();
  expect((await world.control.records('opportunities')).some((one) => one.externalOpportunityId === OPPORTUNITY)).toBe(
    false,
  );
  const { name, _parentaccountid_value, _ownerid_value } = row;
  await world.control.editDynamics({
    op: 'create',
    table: 'opportunity',
    id: OPPORTUNITY,
    values: { name, _parentaccountid_value, _ownerid_value },
  });
  await driver.settle();
  const [after] = (await world.control.records('opportunities')).filter(
    (one) => one.externalOpportunityId === OPPORTUNITY,
  );
  expect(after).toMatchObject({ name: before?.name, externalSalesPersonId: before?.externalSalesPersonId });
});

it('a person whose microsoftId was cleared in Marketo is not written to, and its row is listed with the reason', async () => {
  const driver = await imported();
  const { world } = driver;
  const person = await world.control.person(CONTACT);
  await world.control.editMarketo({ op: 'update', id: Number(person?.id), values: { microsoftId: null } });
  await world.control.editDynamics({ op: 'update', table: 'contact', id: CONTACT, values: { firstname: 'After' } });
  await driver.settle();
  const parked = [];
  for await (const entry of world.deps.store.parked.all()) parked.push(entry);
  expect(parked).toContainEqual(expect.objectContaining({ id: `contact:${CONTACT}`, reason: 'not-ours' }));
});

it('what was parked of a row is no longer listed when the row is deleted', async () => {
  const driver = await imported();
  const { world } = driver;
  await world.control.editDynamics({ op: 'update', table: 'lead', id: LEAD, values: { emailaddress1: 'bad@nodot' } });
  await driver.settle();
  expect((await world.deps.store.parked.counts()).get('lead')).toBe(1);
  await world.control.editDynamics({ op: 'delete', table: 'lead', id: LEAD });
  await driver.settle();
  expect((await world.deps.store.parked.counts()).get('lead')).toBeUndefined();
});

it('a parent that is started anew goes on counting generations where the last one stopped', async () => {
  const driver = await imported();
  await driver.reread('opportunity', 'resync');
  const again = new Driver(driver.world);
  const { entities } = await again.preflight();
  expect(entities.find(({ name }) => name === 'opportunity')).toMatchObject({ generation: 1, highest: 2 });
});

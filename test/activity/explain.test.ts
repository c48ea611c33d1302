import type { FieldStory } from '../../cli/explain/fields';
import { type Story, storyOf } from '../../cli/explain/story';
import { textOf } from '../../cli/explain/text';
import { pairsText, readPairs } from '../../cli/explain/values';
import { byEmail, byMarketoId, byRow } from '../../cli/explain/whom';
import * as at from './organisation';
import { contact, id, lead, organisation, people } from './organisation';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const imported = (rows: Record<string, object[]>) => stage.imported({ rows });

const CONTACT = id('c0', 1);
const LEAD = id('1e', 1);
const tell = ({ deps }: World, row: string): Promise<Story> => storyOf(deps.store, deps.settings, row);
const fieldOf = (story: Story, name: string): FieldStory | undefined =>
  story.fields.find(({ marketo }) => marketo === name);
const personId = async (world: World, guid: string): Promise<number> => Number((await world.control.person(guid)).id);

describe('a record’s story', () => {
  it('tells of each field which way it went last, by which rule, and what was sent to whom', async () => {
    const { world, driver } = await imported(people([lead(1, { emailaddress1: 'no-dot@localhost' })], [contact(1)]));
    const person = await personId(world, CONTACT);
    await world.control.editMarketo({ op: 'update', id: person, values: { title: 'Chief Buyer' } });
    await driver.settle();
    await world.control.editDynamics({
      op: 'update',
      table: 'contact',
      id: CONTACT,
      values: { firstname: 'FromDynamics', address1_city: 'Ulm' },
    });
    await world.control.editMarketo({ op: 'update', id: person, values: { firstName: 'FromMarketo' } });
    await driver.settle();

    const story = await tell(world, `contact:${CONTACT}`);
    expect(story.link).toMatchObject({ state: 'linked', marketoId: person, dirty: false, unsure: [] });
    expect(story.person).toEqual({ marketoId: person, owner: `contact:${CONTACT}` });
    const { versionnumber } = await world.control.row('contact', CONTACT);
    expect(story.link?.seenVersion).toBe(Number(versionnumber));
    expect(fieldOf(story, 'lastName')).toMatchObject({
      state: 'agreed',
      last: { what: 'created', rule: 'first-copy' },
    });
    expect(fieldOf(story, 'middleName')).toMatchObject({ state: 'empty' });
    expect(fieldOf(story, 'title')).toMatchObject({ last: { what: 'sent-to-dynamics', rule: 'one-side' } });
    expect(fieldOf(story, 'city')).toMatchObject({ last: { what: 'sent-to-marketo', rule: 'one-side' } });
    expect(fieldOf(story, 'firstName')).toMatchObject({ last: { what: 'sent-to-marketo', rule: 'dynamics' } });
    expect(story.conflicts).toMatchObject([{ field: 'firstName', winner: 'dynamics', rule: 'dynamics' }]);
    expect(story.steps.map(({ what, fields }) => [what, fields])).toEqual([
      ['created', []],
      ['sent-to-dynamics', ['title']],
      ['sent-to-marketo', ['firstName']],
      ['sent-to-marketo', ['city']],
    ]);

    const leads = await tell(world, `lead:${LEAD}`);
    expect(leads.keptBack).toMatchObject([
      {
        field: 'email (emailaddress1)',
        reason: 'invalid-email',
        remedy: 'correct the address in Dynamics',
        direction: 'to-marketo',
        attempts: 1,
      },
    ]);
    expect(fieldOf(leads, 'email')).toMatchObject({ state: 'parked', last: { what: 'parked', code: 'invalid-email' } });
    expect(leads.failures).toMatchObject([{ field: 'email', reason: 'invalid-email', operation: 'create', count: 1 }]);

    const told = [story, leads].map((one) => `${JSON.stringify(one)}${textOf(one)}`).join();
    for (const value of ['Chief Buyer', 'FromDynamics', 'FromMarketo', 'Ulm', 'no-dot', 'First1'])
      expect(told).not.toContain(value);

    // The values are read for the screen, when they are asked for.
    const pairs = await readPairs(world.deps, story);
    expect(pairs.find(({ marketo }) => marketo === 'city')?.values).toEqual(['Ulm', 'Ulm']);
    expect(pairsText(pairs)).toMatch(/jobtitle +title +"Chief Buyer" +"Chief Buyer"/);
  });

  it('stays as it is at rest; tells who owned a person before, what waits for whom, what became of a deleted row', async () => {
    const { world, driver } = await imported({
      ...organisation(),
      contact: [
        ...(organisation().contact ?? []),
        contact(9, { _parentcustomerid_value: id('ac', 9), _parentcustomerid_type: 'account' }),
        contact(8, { new_synctomkto: false }),
      ],
    });
    const links = () => world.deps.store.db.collection('links').find({}).toArray();
    const before = await links();
    for (let cycle = 0; cycle < 2; cycle += 1) await driver.cycle();
    expect(await links()).toEqual(before);

    const qualified = await tell(world, `contact:${at.CONTACT_OF_LEAD}`);
    expect(qualified.person).toMatchObject({
      owner: `contact:${at.CONTACT_OF_LEAD}`,
      previous: `lead:${at.QUALIFIED}`,
    });
    expect(qualified.steps[0]).toMatchObject({ what: 'linked', code: 'qualified' });
    expect((await tell(world, `lead:${at.QUALIFIED}`)).link).toMatchObject({
      state: 'superseded',
      into: `contact:${at.CONTACT_OF_LEAD}`,
    });

    const waiting = await tell(world, `contact:${id('c0', 9)}`);
    expect(waiting.waitsFor).toEqual([`account:${id('ac', 9)}`]);
    expect((await tell(world, `account:${id('ac', 9)}`)).awaitedBy).toEqual([`contact:${id('c0', 9)}`]);
    expect(waiting.keptBack).toMatchObject([{ reason: 'missing-reference' }]);

    expect((await tell(world, `contact:${id('c0', 8)}`)).link).toMatchObject({ state: 'frozen' });
    expect((await tell(world, `opportunity:${at.OPPORTUNITY}`)).roles?.written.length).toBeGreaterThan(0);

    await world.control.editDynamics({ op: 'delete', table: 'contact', id: at.CONTACT });
    await world.run('lookDynamics', ['contact']);
    expect((await tell(world, `contact:${at.CONTACT}`)).inbox).toMatchObject([
      { from: 'dynamics', what: 'a deletion' },
    ]);
    await driver.settle();
    const gone = await tell(world, `contact:${at.CONTACT}`);
    expect(gone.link).toMatchObject({ state: 'deleted' });
    expect(gone.steps.at(-1)).toMatchObject({ what: 'flagged' });
    expect(gone.inbox).toEqual([]);
  });
});

describe('a record is found', () => {
  it('by its id as people paste it, by the Marketo id, and by an e-mail address', async () => {
    const { world, driver } = await imported(people([lead(1, { emailaddress1: 'twice@example.com' })], [contact(1)]));
    const { store, settings } = world.deps;
    const rows = [`contact:${CONTACT}`];
    expect(await byRow(store, settings, 'contact', `{${CONTACT.toUpperCase()}}`)).toEqual({ rows, unowned: [] });
    await expect(byRow(store, settings, 'kontakt', CONTACT)).rejects.toThrow('kontakt is not synced');
    expect(await byMarketoId(store, String(await personId(world, CONTACT)))).toEqual({ rows, unowned: [] });
    expect(await byEmail(world.deps, 'contact1@example.com')).toEqual({ rows, unowned: [] });

    const [stranger] = await world.control.seedMarketo({ email: 'twice@example.com' });
    await driver.settle();
    expect(await byEmail(world.deps, 'twice@example.com')).toEqual({ rows: [`lead:${LEAD}`], unowned: [stranger] });
    expect(await byMarketoId(store, String(stranger))).toEqual({ rows: [], unowned: [stranger] });
  });
});

import type { Driver } from './driver';
import { contact, id } from './organisation';
import { PERSONS_ONLY, type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const PEOPLE = 12;
const guid = (number: number): string => id('c0', number);
const TABLES = ['lead', 'contact'];

async function imported(): Promise<{ world: World; driver: Driver }> {
  const rows = { contact: Array.from({ length: PEOPLE }, (_, number) => contact(number + 1)) };
  return stage.imported({ rows, config: { entities: PERSONS_ONLY } });
}

/** Looks that bring one row each, and nothing of it is carried out: a vendor was down, or the lane had other work. */
async function piledUp({ world }: { world: World }, edits: readonly [row: number, title: string][]): Promise<void> {
  for (const [row, jobtitle] of edits) {
    await world.control.editDynamics({ op: 'update', table: 'contact', id: guid(row), values: { jobtitle } });
    await world.run('lookDynamics', TABLES);
  }
}

const pages = async ({ deps }: World, feed: 'dynamics' | 'marketo'): Promise<number> =>
  (await deps.store.inbox.take('contact', feed, 99)).length;

async function callsOf({ control }: World, system: 'dynamics' | 'marketo', work: () => Promise<unknown>) {
  const before = (await control.calls(system)).writes;
  await work();
  return (await control.calls(system)).writes - before;
}

describe('rows that piled up, a page each', () => {
  it('go to Marketo in one call', async () => {
    const { world, driver } = await imported();
    await piledUp(
      { world },
      Array.from({ length: PEOPLE }, (_, at) => [at + 1, `Title ${at}`]),
    );
    expect(await pages(world, 'dynamics')).toBe(PEOPLE);
    expect(await callsOf(world, 'marketo', () => world.run('applyInbox', 'contact'))).toBe(1);
    expect(await pages(world, 'dynamics')).toBe(0);
    for (let at = 0; at < PEOPLE; at += 1)
      expect(await world.control.person(guid(at + 1))).toMatchObject({ title: `Title ${at}` });
    await driver.settle();
  });

  it('of which one is in several are carried out in the order of the pages', async () => {
    const { world, driver } = await imported();
    await piledUp({ world }, [
      [1, 'first'],
      [2, 'of another'],
      [1, 'second'],
      [3, 'of a third'],
    ]);
    expect(await callsOf(world, 'marketo', () => world.run('applyInbox', 'contact'))).toBe(2);
    expect(await world.control.person(guid(1))).toMatchObject({ title: 'second' });
    expect(await world.control.person(guid(3))).toMatchObject({ title: 'of a third' });
    await driver.settle();
  });

  it('go to Dynamics in one call', async () => {
    const { world, driver } = await imported();
    for (let row = 1; row <= PEOPLE; row += 1) {
      const { id: person } = await world.control.person(guid(row));
      await world.control.editMarketo({ op: 'update', id: person, values: { title: `Title ${row}` } });
      await world.run('lookMarketo', ['leadchanges']);
    }
    expect(await pages(world, 'marketo')).toBe(PEOPLE);
    const batches = async () => (await world.control.calls('dynamics')).byEndpoint['POST $batch']?.count ?? 0;
    const before = await batches();
    await world.run('writeBack', 'contact');
    expect((await batches()) - before).toBe(1);
    await driver.settle();
    const rows = await world.control.rows('contact');
    expect(rows.find(({ contactid }) => contactid === guid(PEOPLE))).toMatchObject({ jobtitle: `Title ${PEOPLE}` });
  });

  it('are left for the next unit once this one has taken ten seconds', async () => {
    const { world, driver } = await imported();
    await piledUp(
      { world },
      Array.from({ length: 4 }, (_, at) => [1, `Title ${at}`]),
    );
    await world.control.fault('marketo', {
      kind: 'slow',
      delayMs: 10_500,
      times: 1,
      endpoint: 'POST /rest/v1/leads.json',
    });
    await world.run('applyInbox', 'contact');
    expect(await pages(world, 'dynamics')).toBe(3);
    await driver.settle();
    expect(await world.control.person(guid(1))).toMatchObject({ title: 'Title 3' });
  });
});

import { compare } from './support/both-ends';
import { type SmallOrganisation, START, startOrganisation } from './support/environment';
import { until } from './support/until';

/** Nine calls: while the first ones are answered, others are under way and others wait. */
const CONTACTS = 2_400;
/** 59 of the fixture's sixty are eligible. */
const EXPECTED_CONTACTS = CONTACTS + 59;

describe('a worker’s end', () => {
  let org: SmallOrganisation;
  afterEach(() => org?.stop(), 60_000);

  test('SIGTERM ends it within 30 s with exit code 0, in the middle of an import too; the next one goes on', async () => {
    org = await startOrganisation();
    await inTheMiddleOfAnImport(org);
    const { child } = org.dev.workers[0]!;
    const began = Date.now();
    child.signal('SIGTERM');
    expect(await child.exited).toBe('code 0');
    expect(Date.now() - began).toBeLessThan(30_000);

    await org.dev.addWorker();
    await finished(org);
  }, 300_000);

  // The next one takes over when heartbeats have been missing for a minute, and asks what became of the calls when Marketo must be done.
  test('killed in the middle of an import, the next one finishes it, and nobody is there twice', async () => {
    org = await startOrganisation();
    await inTheMiddleOfAnImport(org);
    const { child } = org.dev.workers[0]!;
    child.signal('SIGKILL');
    expect(await child.exited).toBe('SIGKILL');

    await org.dev.addWorker();
    await finished(org);
  }, 420_000);
});

async function inTheMiddleOfAnImport(org: SmallOrganisation): Promise<void> {
  const answer = await fetch(`${org.dev.file.simulators}/_sim/dynamics/generate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ table: 'contact', count: CONTACTS, seed: 4 }),
  });
  expect(answer.status).toBe(200);
  expect(await org.run(START)).toMatchObject({ code: 0 });
  await until('the fields are made and the import begins', org.status, ({ phase }) => phase === 'import', 60_000, 100);
  await org.control.settings('marketo', { writeLatencyMs: 4_000 });
  const some = (count: number): boolean => count >= 500;
  await until('some contacts are there', () => contacts(org), some, 60_000, 100);
  expect(await contacts(org)).toBeLessThan(EXPECTED_CONTACTS);
}

const contacts = async ({ control }: SmallOrganisation): Promise<number> =>
  (await control.records('leads')).filter(({ microsoftType }) => microsoftType === 'Contact').length;

async function finished(org: SmallOrganisation): Promise<void> {
  await org.control.settings('marketo', { writeLatencyMs: 0 });
  await org.caughtUp(330_000);
  const people = await org.control.records('leads');
  const ids = people.map(({ microsoftId }) => String(microsoftId).toLowerCase());
  expect(new Set(ids).size).toBe(ids.length);
  expect(await contacts(org)).toBe(EXPECTED_CONTACTS);
  expect((await compare(org)).wrong).toEqual([]);
}

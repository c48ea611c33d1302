import { setTimeout as sleep } from 'node:timers/promises';
import { compare } from './support/both-ends';
import { type SmallOrganisation, START, startOrganisation } from './support/environment';
import { until } from './support/until';

const CONTACTS = 1_500;
/** 59 of the fixture's sixty are eligible. */
const EXPECTED_CONTACTS = CONTACTS + 59;

describe('a worker’s end', () => {
  let org: SmallOrganisation;
  afterEach(() => org?.stop(), 60_000);

  const writes = async (): Promise<number> =>
    (await org.control.calls('marketo')).byEndpoint['POST /rest/v1/leads.json']?.count ?? 0;

  test('SIGTERM ends it within 30 s with exit code 0, in the middle of an import too; the next one goes on', async () => {
    org = await startOrganisation();
    await org.control.settings('marketo', { writeLatencyMs: 2_000 });
    await generate(org);
    expect(await org.run(START)).toMatchObject({ code: 0 });
    await until('the import of contacts writes', writes, (count) => count >= 2, 60_000);

    expect(await imported(org)).toBeLessThan(EXPECTED_CONTACTS);
    const { child } = org.dev.workers[0]!;
    const began = Date.now();
    child.signal('SIGTERM');
    expect(await child.exited).toBe('code 0');
    expect(Date.now() - began).toBeLessThan(30_000);

    await org.dev.addWorker();
    await finished(org);
  }, 300_000);

  test('killed in the middle of an import, the next one finishes it, and nobody is there twice', async () => {
    org = await startOrganisation();
    await org.control.settings('marketo', { writeLatencyMs: 2_000 });
    await generate(org);
    expect(await org.run(START)).toMatchObject({ code: 0 });
    await until('the import of contacts writes', writes, (count) => count >= 3, 60_000);
    // The calls that are under way now are carried out by Marketo though nobody hears of it.
    await sleep(500);
    expect(await imported(org)).toBeLessThan(EXPECTED_CONTACTS);
    const { child } = org.dev.workers[0]!;
    child.signal('SIGKILL');
    expect(await child.exited).toBe('SIGKILL');

    await org.dev.addWorker();
    await finished(org);
  }, 420_000);
});

const generate = async ({ dev }: SmallOrganisation): Promise<void> => {
  const answer = await fetch(`${dev.file.simulators}/_sim/dynamics/generate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ table: 'contact', count: CONTACTS, seed: 4 }),
  });
  expect(answer.status).toBe(200);
};

const imported = async ({ control }: SmallOrganisation): Promise<number> =>
  (await control.records('leads')).filter(({ microsoftType }) => microsoftType === 'Contact').length;

async function finished(org: SmallOrganisation): Promise<void> {
  await org.caughtUp(330_000);
  await org.control.settings('marketo', { writeLatencyMs: 0 });
  const people = await org.control.records('leads');
  const ids = people.map(({ microsoftId }) => String(microsoftId).toLowerCase());
  expect(new Set(ids).size).toBe(ids.length);
  expect(await imported(org)).toBe(EXPECTED_CONTACTS);
  expect((await compare(org)).wrong).toEqual([]);
}

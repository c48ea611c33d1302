import { join } from 'node:path';
import { type Browser, chromium, type FrameLocator, type Page } from 'playwright-core';
import { type SmallOrganisation, START, startOrganisation, WORKFLOW_ID } from './support/environment';
import { until } from './support/until';

/** The picture for the README is taken only when asked for: a test leaves the checkout as it is. */
const SCREENSHOT = process.env.SYNC_SCREENSHOT === '1';
const PICTURE = join(__dirname, '..', '..', 'docs', 'web-ui.png');
const SAMPLE = join(__dirname, '..', '..', 'simulators', 'data');
const ENTITIES = ['systemuser', 'team', 'teammembership', 'account', 'lead', 'contact', 'opportunity', 'connection'];
const SIGNAL = `temporal workflow signal --workflow-id ${WORKFLOW_ID} --name`;
/** Before the page shows what it has read from the server. */
const SHOWN = { timeout: 20_000 };

describe('Temporal’s Web UI, in a real browser', () => {
  let browser: Browser;
  let page: Page;
  let org: SmallOrganisation;
  const hosts = new Set<string>();

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env.TEST_CHROMIUM as string,
      args: ['--no-sandbox', '--no-proxy-server'],
    });
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.on('request', (request) => hosts.add(new URL(request.url()).hostname));
  }, 60_000);
  afterAll(() => browser?.close(), 60_000);
  afterAll(() => org?.stop(), 60_000);

  const address = ({ dev }: SmallOrganisation, path: string): string =>
    `${dev.file.temporal.ui}/namespaces/${dev.file.temporal.namespace}/workflows${path}`;
  /** Where the UI shows summaries and the current details. */
  const openMetadata = async (id: string, run?: string): Promise<void> => {
    const runId = run ?? (await org.client.workflow.getHandle(id).describe()).runId;
    await page.goto(address(org, `/${encodeURIComponent(id)}/${runId}/user-metadata`));
  };
  /** Markdown is rendered in frames: first the summary, if there is one, and last the current details. */
  const frames = () => page.locator('iframe[src^="/render"]');
  const dashboard = (): FrameLocator => frames().last().contentFrame();

  describe('while it keeps a small organisation the same', () => {
    beforeAll(async () => {
      org = await startOrganisation();
      expect(await org.run(START)).toMatchObject({ code: 0 });
      await org.caughtUp();
    }, 240_000);

    test('the list has the parent, and a child by the name of each entity', async () => {
      await page.goto(address(org, ''));
      const link = (text: string) => page.getByRole('link', { name: text, exact: true }).first();
      await link(WORKFLOW_ID).waitFor(SHOWN);
      for (const entity of ENTITIES) await link(`${WORKFLOW_ID}/${entity}`).waitFor(SHOWN);
    }, 90_000);

    test('the parent’s page has the dashboard: phase, and for each entity how far it is', async () => {
      await openMetadata(WORKFLOW_ID);
      await page.getByText('Current Details').waitFor(SHOWN);
      await dashboard().locator('table').waitFor(SHOWN);
      expect(await dashboard().locator('body').textContent()).toMatch(/^\s*loop · \d+ cycles/);
      const cells = async (rows: string): Promise<string[][]> =>
        (await dashboard().locator(rows).allInnerTexts()).map((row) => row.split('\t').map((cell) => cell.trim()));
      expect((await cells('thead tr'))[0]).toEqual([
        'entity',
        'phase',
        'done / total',
        'pending',
        'lag',
        'last hour',
        'parked',
        'remark',
      ]);
      const entities = await cells('tbody tr');
      expect(entities.map(([entity]) => entity)).toEqual([...ENTITIES, 'new_orderline']);
      const contact = entities.find(([entity]) => entity === 'contact');
      expect(contact?.slice(0, 5)).toEqual(['contact', 'loop', '60 / 60', '0 + 0', '0 s']);
      expect(contact?.[6]).toBe('0');
    }, 60_000);

    test('a pause and its end show there', async () => {
      const shown = async (): Promise<string | null> => {
        await openMetadata(WORKFLOW_ID);
        return dashboard().locator('body').textContent(SHOWN);
      };
      expect(await org.run(`${SIGNAL} pause`)).toMatchObject({ code: 0 });
      await until('the dashboard says paused', shown, (text) => /^\s*loop · paused/.test(text ?? ''), 40_000);
      expect(await org.run(`${SIGNAL} resume`)).toMatchObject({ code: 0 });
      await until('the dashboard says it no more', shown, (text) => /^\s*loop · \d/.test(text ?? ''), 40_000);
    }, 100_000);

    test('what the parent does can be read: children by entity and work, looks by feed', async () => {
      await openMetadata(WORKFLOW_ID);
      for (const summary of ['contact: import', 'new_orderline: import', 'look: leadchanges, activities, deletedleads'])
        await page.getByText(summary, { exact: true }).first().waitFor(SHOWN);
    }, 60_000);

    test('so can what a child does, page by page', async () => {
      const id = `${WORKFLOW_ID}/contact`;
      const runs = org.client.workflow.list({ query: `WorkflowId = '${id}' AND WorkflowType = 'initialImport'` });
      const ids: string[] = [];
      for await (const { runId } of runs) ids.push(runId);
      await openMetadata(id, ids.at(-1));
      await frames().first().contentFrame().getByText('contact: import').waitFor(SHOWN);
      for (const summary of ['contact: read page 1', 'contact: upsert page 1'])
        await page.getByText(summary, { exact: true }).first().waitFor(SHOWN);
    }, 60_000);

    test('nothing of it is fetched from elsewhere', () => {
      expect(new URL(org.dev.file.temporal.ui).hostname).toBe('127.0.0.1');
      expect([...hosts]).toEqual(['127.0.0.1']);
    });
  });

  if (SCREENSHOT) {
    test('the picture for the README: the import of the sample, in the namespace that users have', async () => {
      await org?.stop();
      org = await startOrganisation({ data: SAMPLE }, 'default');
      expect(await org.run(START)).toMatchObject({ code: 0 });
      await until(
        'contacts are being imported',
        org.status,
        ({ entities }) => (entities.contact?.done ?? 0) > 5_000,
        120_000,
      );
      await openMetadata(WORKFLOW_ID);
      await dashboard().locator('table').waitFor(SHOWN);
      await page.waitForTimeout(2_000);
      // The UI makes the frame a little too low, so that the last line is cut.
      await frames()
        .last()
        .evaluate((frame) => frame.setAttribute('height', '320px'));
      await page.screenshot({ path: PICTURE });
    }, 240_000);
  }
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { installLogger, workflowBundle } from '../workflow/harness';
import { SCENARIOS } from './scenarios';

const FIXTURES = join(__dirname, 'fixtures');
const files = readdirSync(FIXTURES).filter((name) => name.endsWith('.json'));

/** The present code has to take the same steps as the code that made these histories: a deployment meets runs under way. */
describe('replay', () => {
  beforeAll(async () => {
    installLogger();
  }, 60_000);

  test('there is a history of each scenario', () => {
    expect(files.sort()).toEqual(SCENARIOS.map(({ name }) => `${name}.json`).sort());
  });

  test.each(files)('%s', async (file) => {
    const history = historyFromJSON(JSON.parse(readFileSync(join(FIXTURES, file), 'utf8')));
    const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
    expect(['dynamicsMarketoSync', 'initialImport', 'incrementalSync']).toContain(started?.workflowType?.name);
    // The children's ids are made of the parent's.
    await Worker.runReplayHistory({ workflowBundle: workflowBundle() }, history, started?.workflowId ?? file);
  });

  test('a step that is no longer the same is noticed', async () => {
    const text = readFileSync(join(FIXTURES, 'incremental-sync.json'), 'utf8');
    const history = historyFromJSON(JSON.parse(text.replaceAll('"applyInbox"', '"applyEverything"')));
    const replay = Worker.runReplayHistory({ workflowBundle: workflowBundle() }, history, 'renamed');
    await expect(replay).rejects.toThrow(/determinis/i);
  });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { FakeWorld } from '../workflow/fake-world';
import type { Harness } from '../workflow/harness';
import { SCENARIOS, type Scenario } from './scenarios';

export const FIXTURES = join(__dirname, 'fixtures');

/** Process and host of who recorded it are nobody's business. */
const withoutMachine = (json: string): string =>
  json
    .replace(/"identity": "[^"]*"/g, '"identity": "recorder"')
    .replaceAll(`${process.pid}@${hostname()}`, 'recorder')
    // Of stack traces.
    .replaceAll(`${process.cwd()}/`, '');

/** Plays a scenario on the real server and keeps the history as proto-JSON: `JSON.stringify` would not do (temporal §A.9). */
export async function record(harness: Harness, scenario: Scenario): Promise<string> {
  const world = new FakeWorld(scenario.entities);
  const { workflowId, runId } = await scenario.play(harness, world);
  const history = await harness.client.getHandle(workflowId, runId).fetchHistory();
  mkdirSync(FIXTURES, { recursive: true });
  const path = join(FIXTURES, `${scenario.name}.json`);
  writeFileSync(path, `${withoutMachine(historyToJSON(history))}\n`);
  await harness.clear();
  return path;
}

export { SCENARIOS };

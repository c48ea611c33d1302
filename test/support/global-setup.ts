import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { startBackends } from '../../cli/local/backends';
import { resolveChromium } from '../../cli/local/chromium';
import { Progress } from '../../cli/local/progress';
import { resolveServers } from '../../cli/local/resolve-servers';
import { workflowCode } from '../../workers/workflow-code';
import { needsOf } from './selected-tests';
import { setTestServers } from './test-servers';

/** What we read of jest's global configuration. */
interface GlobalConfig {
  rootDir: string;
  testPathPatterns: { toExecutor(options: { rootDir: string }): { isSet(): boolean; isMatch(path: string): boolean } };
}

/** @returns the bundle's path */
async function bundleWorkflows(rootDir: string, directory: string): Promise<string> {
  const { code } = await bundleWorkflowCode({ ...workflowCode(rootDir), logger: new DefaultLogger('ERROR') });
  const path = join(directory, 'workflow-bundle.js');
  writeFileSync(path, code);
  return path;
}

/** Finds or builds the servers and starts one of each for all suites, on free ports and with a directory of their own. */
export default async function globalSetup(config: GlobalConfig): Promise<void> {
  const executor = config.testPathPatterns.toExecutor({ rootDir: config.rootDir });
  const needs = needsOf(
    config.rootDir,
    (path) => !executor.isSet() || executor.isMatch(path),
    process.env.SYNC_TEST_SERVERS,
  );
  if (!needs.servers) return;

  const progress = new Progress();
  const [servers, chromium] = await Promise.all([
    resolveServers({ progress, needCli: true }),
    needs.chromium ? resolveChromium({ progress }) : undefined,
  ]);
  const directory = mkdtempSync(join(tmpdir(), 'dynamics-marketo-sync-test-'));
  const backends = await startBackends({
    servers,
    env: process.env,
    directory,
    ports: { temporal: 0, ui: 0, mongodb: 0 },
  });
  setTestServers({ backends, directory });

  process.env.TEST_TEMPORAL_ADDRESS = backends.temporal.address;
  process.env.TEST_TEMPORAL_UI = backends.temporal.ui;
  process.env.TEST_MONGODB_URI = backends.mongo.uri;
  if (needs.workflows) process.env.TEST_WORKFLOW_BUNDLE = await bundleWorkflows(config.rootDir, directory);
  if (servers.temporalCli) process.env.TEST_TEMPORAL_CLI = servers.temporalCli;
  if (chromium) process.env.TEST_CHROMIUM = chromium;
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the global setup has to provide for the tests that were asked for. */
export interface Needs {
  servers: boolean;
  chromium: boolean;
  /** The workflows, bundled. */
  workflows: boolean;
}

/** A test that uses the servers names the variables they are handed over in, itself or in a helper under test/. */
const USES_SERVERS = /TEST_(TEMPORAL|MONGODB)_/;
const USES_CHROMIUM = /TEST_CHROMIUM/;
const USES_WORKFLOWS = /TEST_WORKFLOW_BUNDLE/;

/**
 * Finding or building servers can take minutes, so it is done only if a test that jest would run uses them.
 *
 * @param root the checkout
 * @param matches whether jest would run that (absolute) test file
 * @param setting SYNC_TEST_SERVERS: `0` never, `1` in any case
 */
export function needsOf(root: string, matches: (path: string) => boolean, setting: string | undefined): Needs {
  if (setting === '0') return { servers: false, chromium: false, workflows: false };
  const tests = join(root, 'test');
  const texts = withHelpers(testFiles(tests).filter(matches), tests).map((path) => readFileSync(path, 'utf8'));
  return {
    servers: setting === '1' || texts.some((text) => USES_SERVERS.test(text)),
    chromium: texts.some((text) => USES_CHROMIUM.test(text)),
    workflows: texts.some((text) => USES_WORKFLOWS.test(text)),
  };
}

function testFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(directory, name));
}

/** These files and all that they import from under `within`, directly or not. */
function withHelpers(files: readonly string[], within: string): string[] {
  const seen = new Set<string>();
  const open = [...files];
  for (let path = open.pop(); path; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const [, name] of readFileSync(path, 'utf8').matchAll(/(?:from|import|require)\s*\(?\s*'(\.[^']+)'/g)) {
      const target = join(dirname(path), name as string);
      const file = [`${target}.ts`, join(target, 'index.ts')].find(existsSync);
      if (file?.startsWith(within)) open.push(file);
    }
  }
  return [...seen];
}

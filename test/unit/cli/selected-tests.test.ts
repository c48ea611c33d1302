import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { needsOf } from '../../support/selected-tests';
import { scratch } from './fakes';

// Put together here, or this file would itself be taken for one that uses servers.
const NAMES = ['TEMPORAL_ADDRESS', 'MONGODB_URI', 'CHROMIUM', 'WORKFLOW_BUNDLE'];
const [temporal, mongodb, chromium, bundle] = NAMES.map((name) => `TEST_${name}`);

describe('the global setup starts servers only for tests that use them:', () => {
  const root = scratch();
  const files: Record<string, string> = {
    'test/unit/pure.test.ts': "import { one } from '../../model/one';",
    'test/contract/store.test.ts': `const uri = process.env.${mongodb};`,
    'test/workflow/pause.test.ts': "import { environment } from './environment';",
    'test/workflow/environment.ts': "import { sharedBackends } from '../support/servers';\nimport './pause.test';",
    'test/support/servers.ts': `const address = process.env.${temporal};`,
    'test/replay/replay.test.ts': `const path = process.env.${bundle};`,
    'test/e2e/web-ui.test.ts': `const { ${chromium}, ${temporal} } = process.env;`,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }

  test.each([
    ['a pure test needs nothing', 'pure', undefined, []],
    ['a test that names their address', 'store', undefined, ['servers']],
    ['a test whose helper has a helper that does', 'pause', undefined, ['servers']],
    ['a test with a browser', 'web-ui', undefined, ['servers', 'chromium']],
    ['a test of workflows', 'replay', undefined, ['workflows']],
    ['all tests', '', undefined, ['servers', 'chromium', 'workflows']],
    ['SYNC_TEST_SERVERS=0 says no', '', '0', []],
    ['SYNC_TEST_SERVERS=1 says yes', 'pure', '1', ['servers']],
  ])('%s', (_name, part, setting, needed) => {
    const needs = needsOf(root, (path) => path.includes(part), setting);
    expect(Object.entries(needs).flatMap(([name, is]) => (is ? [name] : []))).toEqual(needed);
  });
});

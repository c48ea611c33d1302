import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { needsOf } from '../../support/selected-tests';
import { scratch } from './fakes';

// Put together here, or this file would itself be taken for one that uses servers.
const [temporal, mongodb, chromium] = ['TEMPORAL_ADDRESS', 'MONGODB_URI', 'CHROMIUM'].map((name) => `TEST_${name}`);

describe('the global setup starts servers only for tests that use them:', () => {
  const root = scratch();
  const files: Record<string, string> = {
    'test/unit/pure.test.ts': "import { one } from '../../model/one';",
    'test/contract/store.test.ts': `const uri = process.env.${mongodb};`,
    'test/workflow/pause.test.ts': "import { environment } from './environment';",
    'test/workflow/environment.ts': "import { sharedBackends } from '../support/servers';\nimport './pause.test';",
    'test/support/servers.ts': `const address = process.env.${temporal};`,
    'test/e2e/web-ui.test.ts': `const { ${chromium}, ${temporal} } = process.env;`,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }

  test.each([
    ['a pure test needs nothing', 'pure', undefined, false, false],
    ['a test that names their address', 'store', undefined, true, false],
    ['a test whose helper has a helper that does', 'pause', undefined, true, false],
    ['a test with a browser', 'web-ui', undefined, true, true],
    ['all tests', '', undefined, true, true],
    ['SYNC_TEST_SERVERS=0 says no', '', '0', false, false],
    ['SYNC_TEST_SERVERS=1 says yes', 'pure', '1', true, false],
  ])('%s', (_name, part, setting, servers, browser) => {
    expect(needsOf(root, (path) => path.includes(part), setting)).toEqual({ servers, chromium: browser });
  });
});

import { Harness } from '../workflow/harness';
import { record, SCENARIOS } from './record';

/**
 * Records fixtures from the present code: `SYNC_RECORD_REPLAY=<scenario>,<scenario> npx jest test/replay/record`, or all of them with `1`.
 * An old fixture stays as long as runs of the code that made it may exist; the code then needs `patched` (temporal §A.9).
 */
const asked = (process.env.SYNC_RECORD_REPLAY ?? '').split(',').filter(Boolean);
const recording = asked.length > 0;
const scenarios = SCENARIOS.filter(({ name }) => asked.includes('1') || asked.includes(name));

if (recording) {
  describe('recording', () => {
    let harness: Harness;
    beforeAll(async () => {
      harness = await Harness.open();
    }, 60_000);
    afterAll(() => harness.close());
    test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
      '%s',
      async (_name, scenario) => {
        await record(harness, scenario);
      },
      60_000,
    );
  });
} else {
  test('each scenario has a name of its own', () => {
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
  });
}

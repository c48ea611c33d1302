import { Harness } from '../workflow/harness';
import { record, SCENARIOS } from './record';

/**
 * Records the fixtures anew from the present code: `SYNC_RECORD_REPLAY=1 npx jest test/replay/record`.
 * Only when runs of the old code no longer exist anywhere; else the old fixtures stay, and the code needs `patched` (temporal §A.9).
 */
const recording = process.env.SYNC_RECORD_REPLAY === '1';

if (recording) {
  describe('recording', () => {
    let harness: Harness;
    beforeAll(async () => {
      harness = await Harness.open();
    }, 60_000);
    afterAll(() => harness.close());
    test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
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

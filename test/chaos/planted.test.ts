import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPlanted } from '../../cli/check/planted';
import { PLANTED_FAULTS } from '../../cli/check/planted/faults';
import { SCENARIOS } from '../../cli/check/planted/scenarios';
import { builtFile } from '../../cli/local/paths';

// Whether the checker finds them all is shown by `npm run check -- --planted`, which takes minutes.
describe('the planted faults', () => {
  it.each(PLANTED_FAULTS)('fit the service as it is built: $name', ({ changes }) => {
    for (const { file, find, replace } of changes) {
      expect({ file, find, times: readFileSync(builtFile(file), 'utf8').split(find).length - 1 }).toEqual({
        file,
        find,
        times: 1,
      });
      expect(replace).not.toBe(find);
    }
  });

  it('are at least eighteen, each by a name of its own, and every story serves one', () => {
    expect(new Set(PLANTED_FAULTS.map(({ name }) => name)).size).toBe(PLANTED_FAULTS.length);
    expect(PLANTED_FAULTS.length).toBeGreaterThanOrEqual(18);
    expect(new Set(PLANTED_FAULTS.map(({ scenario }) => scenario))).toEqual(new Set(Object.keys(SCENARIOS)));
  });

  it('are found where they do harm, and nothing is found without them: one of them, from end to end', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'planted-'));
    try {
      const rows = await runPlanted({ directory, only: 'tombstone', print: () => undefined });
      expect(rows).toMatchObject([{ fault: 'a tombstone is ignored', caught: true, cleanBefore: true }]);
      expect(JSON.parse(readFileSync(join(directory, 'planted.json'), 'utf8'))).toHaveLength(1);
    } finally {
      rmSync(directory, { recursive: true });
    }
  }, 60_000);
});

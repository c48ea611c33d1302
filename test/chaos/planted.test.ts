import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPlanted } from '../../cli/check/planted';

// Whether the checker finds them all is shown by `npm run check -- --planted`, which takes minutes.
describe('the planted faults', () => {
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

import { readFileSync } from 'node:fs';
import { PLANTED_FAULTS } from '../../cli/check/planted/faults';
import { SCENARIOS } from '../../cli/check/planted/scenarios';
import { builtFile } from '../../cli/local/paths';

// Whether the checker finds them is shown by `npm run check -- --planted`, which takes minutes.
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
});

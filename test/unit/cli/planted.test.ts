import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compile } from '../../../cli/check/planted/compile';
import { spoil } from '../../../cli/check/planted/copy';
import { type Change, change, type PlantedFault } from '../../../cli/check/planted/fault';
import { PLANTED_FAULTS } from '../../../cli/check/planted/faults';
import { SCENARIOS } from '../../../cli/check/planted/scenarios';
import { spoiltSources } from '../../../cli/check/planted/spoilt';
import { packageRoot } from '../../../cli/local/paths';

// Whether the checker finds them all is shown by `npm run check -- --planted`, which takes minutes.
describe('the planted faults', () => {
  it.each(PLANTED_FAULTS)('fit the sources as they are: $name', async (fault) => {
    for (const [file, source] of spoiltSources(fault, packageRoot())) {
      const before = await compile(file, readFileSync(join(packageRoot(), file), 'utf8'));
      expect(await compile(file, source)).not.toBe(before);
    }
  });

  it('are at least eighteen, each by a name of its own, and every story serves one', () => {
    expect(new Set(PLANTED_FAULTS.map(({ name }) => name)).size).toBe(PLANTED_FAULTS.length);
    expect(PLANTED_FAULTS.length).toBeGreaterThanOrEqual(18);
    expect(new Set(PLANTED_FAULTS.map(({ scenario }) => scenario))).toEqual(new Set(Object.keys(SCENARIOS)));
  });
});

describe('a fault that is planted', () => {
  let root = '';
  beforeEach(() => {
    mkdirSync(join(packageRoot(), '.run'), { recursive: true });
    root = mkdtempSync(join(packageRoot(), '.run', 'planted-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  const fault = (...changes: Change[]): PlantedFault => ({
    name: 'sums are off',
    changes,
    scenario: 'two rows share an address',
    expect: ['lost'],
  });
  const spoilt = (...changes: Change[]): Promise<void> =>
    spoil(root, join(root, 'dist'), join(root, 'spoilt'), fault(...changes));
  const runs = (directory: string): number =>
    (require(join(root, directory, 'model/index.js')) as { three(): number }).three();
  beforeEach(() => {
    write(
      'model/sum.ts',
      "import { one } from './one';\nexport const sum = (first: number, second: number): number => first + second * one;",
    );
    write(
      'dist/model/sum.js',
      "const one_1 = require('./one');\nexports.sum = (first, second) => first + second * one_1.one;",
    );
    write('dist/model/one.js', 'exports.one = 1;');
    write('dist/model/index.js', "const sum_1 = require('./sum'); exports.three = () => (0, sum_1.sum)(1, 2);");
  });

  it('is what runs in the copy, among files that are as they were built', async () => {
    await spoilt(change('model/sum.ts', 'first + second * one', 'first - second * one'));
    expect([runs('dist'), runs('spoilt')]).toEqual([3, -1]);
    expect(readFileSync(join(root, 'dist/model/sum.js'), 'utf8')).toContain('first + second');
  });

  it('is several changes of one file, one after the other', async () => {
    await spoilt(
      change('model/sum.ts', 'first + second * one', 'first - second * one'),
      change('model/sum.ts', 'first - second', 'first * second'),
    );
    expect(runs('spoilt')).toBe(2);
  });

  it.each([
    ['=>\n\n    first +second*one', 'first+second * one'],
    ['= (\n  first: number,\n  second: number,\n): number =>', '(first: number, second: number)'],
    ['(first: number, second: number)', '(\n  first: number,\n  second: number,\n)'],
    ['(\n  first: number,\n  second: number,\n)', '(first: number, second: number)'],
  ])('fits however the formatter wraps it: %j', (now, find) => {
    write('model/sum.ts', `${now};`);
    expect(spoiltSources(fault(change('model/sum.ts', find, 'X')), root).get('model/sum.ts')).toContain('X');
  });

  it.each([
    ['is not there', 'first + second * two', 'has its text 0 times, not once: first + second * two'],
    ['ends within a word', 'first + sec', 'has its text 0 times'],
    ['begins within a word', 'ond * one', 'has its text 0 times'],
    ['is there twice', ': number', 'has its text 3 times, not once: : number'],
    ['is there in other words', 'first +second * o ne', 'has its text 0 times'],
  ])('is refused where its text %s', async (_, find, says) => {
    await expect(spoilt(change('model/sum.ts', find, 'false'))).rejects.toThrow(
      `planted fault "sums are off": model/sum.ts ${says}`,
    );
  });

  it('is refused where its file is not there, or is none that the stories run', async () => {
    await expect(spoilt(change('model/gone.ts', 'a', 'b'))).rejects.toThrow(
      'planted fault "sums are off": model/gone.ts is not there',
    );
    await expect(spoilt(change('workflows/child.ts', 'a', 'b'))).rejects.toThrow(
      'planted fault "sums are off": workflows/child.ts is never run',
    );
  });

  it('is refused where what it makes of the file is no TypeScript', async () => {
    await expect(spoilt(change('model/sum.ts', 'first + second', 'first +* second'))).rejects.toThrow(
      'model/sum.ts cannot be compiled',
    );
  });
});

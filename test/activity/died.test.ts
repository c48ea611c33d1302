import { CHANGING, die, Interleavings } from './interleavings';
import { CHANGES, fresh, Pair, TABLES } from './pair';
import { type Stage, startStage } from './world';

jest.setTimeout(600_000);

let stage: Stage;
let pair: Pair;
let interleavings: Interleavings;
beforeAll(async () => {
  stage = await startStage();
  pair = await Pair.open(stage);
  interleavings = new Interleavings(pair.world);
});
afterAll(() => stage.close());

const THEN = ['edited', 'set back'] as const;

describe.each(CHANGES)('a worker that dies while it carries a change of %s', (side, activity, table) => {
  it.each(THEN)(
    'at any point, after which the side is %s: both sides hold the newest, and it is no conflict',
    async (what) => {
      let was = 'Anna';
      await pair.change(side, table, was);
      await pair.settle();
      const met = await interleavings.each(CHANGING, async (point) => {
        const first = fresh('First');
        const newest = {
          edited: fresh('Second'),
          'set back': was,
        };
        await pair.change(side, table, first);
        await pair.look();
        await point.during(() => pair.world.run(activity, table), die);
        await pair.change(side, table, newest[what]);
        await pair.look();
        await pair.waitsEnd();
        await pair.expectAtRest({ [table]: [newest[what], 'Last1'] });
        was = newest[what];
      });
      expect(met).toEqual(expect.arrayContaining(['links.put', 'inbox.remove']));
      expect(await pair.conflicts()).toBe(0);
    },
  );
});

describe('a worker that dies in a look', () => {
  it.each(CHANGES)('at %s’ feed, at any point, brings everything with the next one', async (side) => {
    const met = await interleavings.each(CHANGING, async (point) => {
      const name = fresh('Looked');
      for (const table of TABLES) await pair.change(side, table, name);
      await point.during(() => pair.look(), die);
      await pair.expectAtRest({ lead: [name, 'Last1'], contact: [name, 'Last1'] });
    });
    expect(met).toEqual(expect.arrayContaining(['inbox.add', 'checkpoints.move']));
  });
});

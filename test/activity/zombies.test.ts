import { Asleep } from './asleep';
import { CHANGING, Interleavings } from './interleavings';
import { CHANGES, fresh, Pair } from './pair';
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

const MEANWHILE = ['edited', 'set back'] as const;

describe.each(CHANGES)('an attempt to carry a change of %s that is taken for dead', (side, activity, table) => {
  it.each(MEANWHILE)(
    'and wakes at any point, after the side was %s and the next attempt has done it all: the newest stands',
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
        const zombie = new Asleep();
        const attempt = point.during(() => pair.world.run(activity, table), zombie.sleep);
        await Promise.race([zombie.fellAsleep, attempt]);
        await pair.change(side, table, newest[what]);
        await pair.look();
        // The vendor's own time-out passes before anyone goes on where a request may be under way.
        await pair.world.run(activity, table);
        await pair.look();
        zombie.wake();
        await attempt;
        await pair.waitsEnd();
        await pair.expectAtRest({ [table]: [newest[what], 'Last1'] });
        was = newest[what];
      });
      const writes =
        side === 'Dynamics' ? ['marketo.syncLeads sends', 'marketo.syncLeads answered'] : ['dynamics.patch'];
      expect(met).toEqual(expect.arrayContaining([...writes, 'links.put', 'inbox.remove']));
      expect(await pair.conflicts()).toBe(0);
    },
  );
});

describe('a conflict that one attempt has settled and recorded', () => {
  it('is not forgotten because another, taken for dead, comes too late with the same', async () => {
    await interleavings.each(CHANGING, async (point) => {
      const before = await pair.conflicts();
      const [crm, form] = [fresh('CRM'), fresh('Form')];
      await pair.inDynamics('lead', { firstname: crm });
      await pair.inMarketo('lead', { firstName: form });
      await pair.look();
      const zombie = new Asleep();
      const attempt = point.during(() => pair.world.run('writeBack', 'lead'), zombie.sleep);
      await Promise.race([zombie.fellAsleep, attempt]);
      await pair.world.run('writeBack', 'lead');
      zombie.wake();
      await attempt;
      await pair.expectAtRest({ lead: [form, 'Last1'] });
      expect((await pair.conflicts()) - before).toBe(1);
    });
  });
});

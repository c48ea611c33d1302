import { Control } from '../../cli/check/stage/control';
import { startSimulators } from '../../simulators/start';
import { storyOf } from '../chaos/play';
import { Lane } from './end-to-end/lane';
import { Syncs } from './end-to-end/syncs';

const { TEST_MONGODB_URI = '' } = process.env;
let syncs: Syncs;
let lane: Lane;
beforeAll(async () => {
  syncs = await Syncs.open();
  lane = await Lane.open(syncs, TEST_MONGODB_URI);
}, 120_000);
afterAll(async () => {
  await lane.close();
  await syncs.close();
});
it.each([1000, 1001])(
  'plays %i',
  async (seed) => {
    const simulators = await startSimulators({ data: null, portBase: 0 });
    const story = await storyOf(new Control(simulators), seed);
    await simulators.close();
    const t = Date.now();
    const outcome = await lane.play(story);
    console.log(seed, Date.now() - t, JSON.stringify(outcome.report.breaches), outcome.rested);
  },
  300_000,
);

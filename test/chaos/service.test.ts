import { Control } from '../../cli/check/stage/control';
import { startSimulators } from '../../simulators/start';
import { type Outcome, play, type Story, shorten, storyOf } from './play';

/**
 * CHAOS_SEED: the first story, or `random`; CHAOS_RUNS: how many; CHAOS_SWITCHES: JSON, switches that are not drawn but fixed;
 * CHAOS_SHORTEN=1: the least story that still goes wrong, which takes minutes; another text: that still goes wrong so.
 */
const { CHAOS_SEED, CHAOS_RUNS, CHAOS_SHORTEN, CHAOS_SWITCHES, TEST_MONGODB_URI = '' } = process.env;
const RUNS = Number(CHAOS_RUNS ?? 5);
/** Without a seed always the same stories: `npm run test:chaos` plays others. */
const FIRST = CHAOS_SEED === 'random' ? Date.now() % 1_000_000_000 : Number(CHAOS_SEED ?? 1_000);
/** Seconds, as a rule; more where the machine is busy. */
const RUN_MS = 300_000;
const SHORTEN_MS = 3_600_000;

const seeds = Array.from({ length: RUNS }, (_, index) => FIRST + index);
let control: Control;
let close: () => Promise<void>;

beforeAll(async () => {
  const simulators = await startSimulators({ data: null, portBase: 0 });
  control = new Control(simulators);
  close = () => simulators.close();
});
afterAll(() => close());

/** What a reader needs to see the fault again. */
const told = ({ report, rested }: Outcome): string[] => [
  ...report.breaches.map(
    ({ clause, entity, id, field, seq, says }) =>
      `${clause} ${entity} ${id} ${field ?? ''}: ${says} (ledger ${seq ?? '-'})`,
  ),
  ...(rested.trouble === undefined ? [] : [rested.trouble]),
];

/** What happens in the story, shortened if that was asked for. */
async function inWords(story: Story): Promise<string> {
  const goesWrong = async (other: Story) => {
    const wrong = told(await play(control, TEST_MONGODB_URI, other));
    return CHAOS_SHORTEN === '1' ? wrong.length > 0 : wrong.some((one) => one.includes(CHAOS_SHORTEN ?? ''));
  };
  const { steps, ...rest } = CHAOS_SHORTEN ? await shorten(story, goesWrong) : story;
  return [...steps, rest].map((step) => JSON.stringify(step)).join('\n');
}

describe('the service keeps its promises, whatever edits, faults, restarts and open points of the vendors', () => {
  it.each(seeds)(
    'CHAOS_SEED=%i',
    async (seed) => {
      const story = await storyOf(control, seed, JSON.parse(CHAOS_SWITCHES ?? '{}'));
      const outcome = await play(control, TEST_MONGODB_URI, story);
      const wrong = told(outcome);
      if (wrong.length > 0) throw new Error(`${wrong.join('\n')}\n\nCHAOS_SEED=${seed}:\n${await inWords(story)}`);
      expect(outcome.report.records).toBeGreaterThan(0);
    },
    CHAOS_SHORTEN ? SHORTEN_MS : RUN_MS,
  );
});

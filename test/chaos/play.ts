import type { Report } from '../../checker';
import type { Control } from '../../cli/check/stage/control';
import { judge } from '../../cli/check/stage/judge';
import { contact, id, lead, ORDER_LINE, ORDER_LINES, organisation } from '../../cli/check/stage/organisation';
import { comeToRest, type Rested } from '../../cli/check/stage/rest';
import { openService } from '../../cli/check/stage/simulated';
import { passTime } from '../../cli/check/stage/time';
import { drawSteps } from './draw';
import { perform } from './perform';
import { Random } from './random';
import type { Step } from './step';

type Switches = Record<'dynamics' | 'marketo', Record<string, unknown>>;

/** All that a seed decides. */
export interface Story {
  steps: Step[];
  /** Of both systems' undocumented points, those that are not at their default. */
  switches: Switches;
  adoption: 'adopt' | 'create';
  pageRows: number;
}

export interface Outcome {
  report: Report;
  rested: Rested;
}

/** Of the second level: whom the order lines belong to, these belong to. */
const PARTS = {
  name: 'new_part',
  marketo: 'microsoftPart',
  displayName: 'Part',
  pluralName: 'Parts',
  belongsTo: { column: 'new_lineid', entity: 'new_orderline' },
  fields: [{ dynamics: 'new_name', marketo: 'name' }],
};
const CONFIG = { customEntities: [ORDER_LINES, PARTS] };
const BEFORE_MS = 10_000;
const SYSTEMS = ['dynamics', 'marketo'] as const;

function rows(): Record<string, object[]> {
  const { lead: leads = [], contact: contacts = [], new_orderline: lines = [], ...others } = organisation();
  return {
    ...others,
    lead: [...leads, lead(3, { new_synctomkto: null }), lead(4, { new_synctomkto: true })],
    contact: [...contacts, contact(4), contact(5), contact(6, { new_synctomkto: false })],
    new_orderline: [
      ...lines,
      { new_orderlineid: id('01', 2), new_name: 'SO2 line 1', _new_contactid_value: id('c0', 6) },
    ],
    new_part: [ORDER_LINE, ORDER_LINE, id('01', 2), null].map((line, index) => ({
      new_partid: id('0a', index + 1),
      new_name: `Part ${index + 1}`,
      _new_lineid_value: line,
    })),
  };
}

/** The story of a seed; every switch that the systems have is drawn from it, but for the `fixed` ones. */
export async function storyOf(control: Control, seed: number, fixed: Record<string, unknown> = {}): Promise<Story> {
  const random = new Random(seed);
  const steps = drawSteps(random);
  const switches: Switches = { dynamics: {}, marketo: {} };
  for (const system of SYSTEMS) {
    const table = (await control.get(`/_sim/${system}/switches`)) as Record<string, { choices: unknown[] }>;
    for (const [name, { choices }] of Object.entries(table)) {
      const drawn = random.of(choices);
      const value = name in fixed ? fixed[name] : drawn;
      if (value !== choices[0]) switches[system][name] = value;
    }
  }
  return { steps, switches, adoption: random.of(['adopt', 'adopt', 'create']), pageRows: random.of([2, 3, 4_800]) };
}

/** Plays a story, lets both systems come to rest, and asks the checker. */
export async function play(control: Control, mongo: string, story: Story): Promise<Outcome> {
  await control.reset();
  await control.seedDynamics(rows());
  for (const system of SYSTEMS) {
    // A reset leaves the default delay out.
    const { activityDelayMs = [0, 2_000] } = story.switches.marketo;
    await control.settings(system, { ...story.switches[system], ...(system === 'marketo' ? { activityDelayMs } : {}) });
  }
  await control.seedMarketo({ email: 'lead3@example.com', unsubscribed: true, phone: '+1 555 0199' });
  // Who is there before the sync begins has been there for a while.
  await passTime(control, BEFORE_MS);
  const { steps, adoption, pageRows } = story;
  const config = { ...CONFIG, adoption };
  const service = await openService(control, mongo, { config, pageRows });
  const { database } = service.world;
  try {
    for (const step of steps) await perform(control, service, step);
    const rested = await comeToRest(control, service);
    return { report: await judge(control, { ...rested, mongo, database, config }), rested };
  } finally {
    await service.close();
  }
}

/** The story without the steps and the switches that it doesn't take to go wrong. */
export async function shorten(story: Story, goesWrong: (story: Story) => Promise<boolean>): Promise<Story> {
  let short = story;
  for (let size = Math.ceil(story.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < short.steps.length; ) {
      const without = { ...short, steps: [...short.steps.slice(0, at), ...short.steps.slice(at + size)] };
      if (await goesWrong(without)) short = without;
      else at += size;
    }
  }
  const plain = { ...short, switches: { dynamics: {}, marketo: {} } };
  if (await goesWrong(plain)) return plain;
  for (const system of SYSTEMS) {
    for (const name of Object.keys(short.switches[system])) {
      const { [name]: _default, ...others } = short.switches[system];
      const without = { ...short, switches: { ...short.switches, [system]: others } };
      if (await goesWrong(without)) short = without;
    }
  }
  return short;
}

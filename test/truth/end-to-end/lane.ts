import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '../../../checker';
import { Control } from '../../../cli/check/stage/control';
import { judge } from '../../../cli/check/stage/judge';
import type { Rested } from '../../../cli/check/stage/rest';
import { onServer, openWorld, type World } from '../../../cli/check/stage/world';
import { type Simulators, startSimulators } from '../../../simulators/start';
import type { Status } from '../../../workflows/status';
import { configOf, PEOPLE_AT_FIRST, rowsAtFirst } from '../circumstances';
import { Hands } from '../operations';
import type { Schedule } from '../schedule';
import { performLive } from './perform';
import type { Sync, Syncs } from './syncs';

/** The service is as quick as can be, since order counts here and not pace: what is due within a second is looked at with the rest. */
const LOOK_SECONDS = 1.5;
/** Marketo shows an activity a little later, but before the next look but one: a schedule's longer delays take too long here. */
const DELAY_MS = [0, 400];
/** Asking is work for the same two cores. */
const EVERY_MS = 300;
/** Looks at either system without a write, a hint or a fault, after which nothing more is to be expected; and as many are then watched. */
const CALM_LOOKS = 3;
/** A merge that was told makes a row be read again, which makes its person be read again, …: nothing is queued so often in turn. */
const ROUNDS = 4;
const REST_WITHIN_MS = 90_000;

export interface Outcome {
  report: Report;
  rested: Rested;
  /** Of each breach, what both ledgers hold before it. */
  before: string[];
}

/** A pair of simulated systems on which one schedule after the other is played, by the real workflows. */
export class Lane {
  private constructor(
    private readonly syncs: Syncs,
    private readonly mongo: string,
    private readonly simulators: Simulators,
  ) {}

  static async open(syncs: Syncs, mongo: string): Promise<Lane> {
    return new Lane(syncs, mongo, await startSimulators({ data: null, portBase: 0 }));
  }

  close(): Promise<void> {
    return this.simulators.close();
  }

  async play(schedule: Schedule): Promise<Outcome> {
    const control = new Control(this.simulators);
    await seed(control, schedule);
    const config = configOf(schedule);
    const world = await openWorld(control, onServer(this.mongo), { config, pageRows: schedule.pageRows });
    hurry(world);
    const sync = await this.syncs.start(world);
    try {
      const hands = new Hands(control);
      for (const step of schedule.steps) await performLive(control, hands, sync, step);
      const rested = await comeToRest(control, sync);
      await this.syncs.end(sync);
      const { mongo } = this;
      const report = await judge(control, { ...rested, mongo, database: world.database, config });
      return { report, rested, before: await versionsBefore(control, report) };
    } finally {
      // Ended already, unless something went wrong on the way.
      await this.syncs.end(sync).catch(() => undefined);
      await world.close();
    }
  }
}

/** Entries of both ledgers that lead to a breach: enough to see who wrote what. */
const ENTRIES = 40;

async function versionsBefore(control: Control, { breaches }: Report): Promise<string[]> {
  const seqs = breaches.flatMap(({ seq }) => seq ?? []);
  if (seqs.length === 0) return [];
  const ledgers = [await control.ledger('dynamics'), await control.ledger('marketo')];
  const isNear = (entry: { seq: number }) => seqs.some((seq) => entry.seq <= seq && entry.seq > seq - ENTRIES);
  return ledgers
    .flat()
    .filter(isNear)
    .sort((a, b) => a.seq - b.seq)
    .map((entry) => JSON.stringify(entry));
}

/** Both systems as the schedule begins. */
async function seed(control: Control, { switches }: Schedule): Promise<void> {
  await control.reset();
  await control.seedDynamics(rowsAtFirst());
  await control.settings('dynamics', switches.dynamics);
  await control.settings('marketo', { ...switches.marketo, activityDelayMs: DELAY_MS });
  await control.seedMarketo(...PEOPLE_AT_FIRST);
}

/** Looks more often than the configuration lets anyone ask for. */
function hurry({ deps: { settings } }: World): void {
  // In place: others hold on to them.
  for (const entity of settings.entities) Object.assign(entity, { lookEverySeconds: LOOK_SECONDS });
  settings.feeds = { ...settings.feeds, changesEverySeconds: LOOK_SECONDS, deletionsEverySeconds: LOOK_SECONDS };
}

interface Heartbeat {
  status: Status;
  /** How often each system has been looked at. */
  looks: Record<'dynamics' | 'marketo', number>;
  writes: number;
}

async function heartbeat(control: Control, sync: Sync): Promise<Heartbeat> {
  const [status, dynamics, marketo] = await Promise.all([
    sync.status(),
    control.calls('dynamics'),
    control.calls('marketo'),
  ]);
  const ofFeed = Object.entries(marketo.byEndpoint).find(([name]) => name.includes('leadchanges'))?.[1].ok ?? 0;
  return { status, looks: { dynamics: status.cycles, marketo: ofFeed }, writes: dynamics.writes + marketo.writes };
}

/** Nothing has been written since. */
interface Calm extends Heartbeat {
  /** What waited after so many looks, or after what waited then was worked off: it may be written yet. */
  pages?: ReadonlySet<string>;
  /** How often all that waited has been worked off. */
  rounds?: number;
}

const isCalm = ({ looks }: Heartbeat, since: Heartbeat): boolean =>
  looks.dynamics >= since.looks.dynamics + CALM_LOOKS && looks.marketo >= since.looks.marketo + CALM_LOOKS;

/** Ends faults and pauses, lets both systems come to rest, and watches them idle. */
async function comeToRest(control: Control, sync: Sync): Promise<Rested> {
  for (const system of ['dynamics', 'marketo', 'entra'] as const) await control.noFaults(system);
  await control.post('/_sim/dynamics/release', {});
  await sync.signal('resume');
  const calm = await untilCalm(control, sync);
  if (calm !== undefined) return { left: [], interrupted: [], trouble: calm };
  const restSince = (await control.seq()) + 1;
  const calmSince = await heartbeat(control, sync);
  while (!isCalm(await heartbeat(control, sync), calmSince)) await sleep(EVERY_MS);
  return { left: [], interrupted: [], restSince };
}

/** @returns what keeps them from coming to rest, or nothing. */
async function untilCalm(control: Control, sync: Sync): Promise<string | undefined> {
  const until = Date.now() + REST_WITHIN_MS;
  let unrest = 'it has just begun';
  for (let calm: Calm = await heartbeat(control, sync); Date.now() < until; await sleep(EVERY_MS)) {
    const now = await heartbeat(control, sync);
    const aside = await hasten(sync);
    const why =
      now.writes !== calm.writes
        ? 'something is still being written'
        : (troubleOf(now.status) ?? (aside > 0 ? `${aside} rows are set aside` : undefined));
    if (why !== undefined) {
      unrest = why;
      calm = now;
    } else if (isCalm(now, calm)) {
      // What a feed tells again and again is no unrest, as long as it is worked off; but that may have queued something in its turn.
      const pages = await waiting(sync);
      calm.pages ??= new Set(pages);
      const left = pages.filter((page) => calm.pages?.has(page));
      if (left.length === 0) {
        calm.rounds = (calm.rounds ?? 0) + 1;
        calm.pages = new Set(pages);
        const { writes } = await heartbeat(control, sync);
        if ((pages.length === 0 || calm.rounds > ROUNDS) && writes === calm.writes) return undefined;
      }
      unrest = `waiting: ${left.join(', ')}`;
    }
  }
  return unrest;
}

/** As if the time of every row that is set aside had come: a fault of before may make it wait for a minute. @returns how many there are */
async function hasten({ world }: Sync): Promise<number> {
  const asides = world.deps.store.db.collection('asides');
  const due = { dueAt: { $exists: true } };
  const count = await asides.countDocuments(due);
  if (count > 0) await asides.updateMany(due, { $set: { dueAt: new Date(0) } });
  return count;
}

/** Pages of the inboxes. */
async function waiting({ world }: Sync): Promise<string[]> {
  const pages = await world.deps.store.db.collection<{ _id: string }>('inbox').find({}).project({ _id: 1 }).toArray();
  return pages.map(({ _id }) => String(_id));
}

function troubleOf({ phase, reason, entities, feeds = {} }: Status): string | undefined {
  if (phase !== 'loop') return `phase ${phase} ${reason ?? ''}`;
  // Others are looked at more than once before this one is again.
  for (const [feed, fault] of Object.entries(feeds)) return `${feed}: ${fault}`;
  for (const [name, { phase: own, stopped, waiting: held }] of Object.entries(entities)) {
    if (own !== 'loop') return `${name}: ${own}`;
    if (stopped ?? held) return `${name}: ${stopped ?? held?.reason}`;
  }
  return undefined;
}

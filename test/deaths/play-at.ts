import { AsyncLocalStorage } from 'node:async_hooks';
import type { Breach } from '../../checker';
import { changes } from '../../cli/check/stage/calls';
import { type Carried, Service } from '../../cli/check/stage/service';
import type { Process } from '../../cli/check/stage/stage';
import type { Store } from '../../clients/mongo/store';
import type { Settings } from '../../model/settings';
import { inWords } from '../truth/answer';
import { Memory } from '../truth/memory/stage';
import { copy } from '../truth/memory/update';
import { judge, openWorld } from '../truth/play';
import type { Schedule } from '../truth/schedule';
import { DISTURBANCES, type Disturbance } from './disturbances';
import type { Story } from './story';

/** More than any work has. */
const NEVER = 1_000_000;

export interface Played {
  /** Was the point met before the work was over? */
  met: boolean;
  /** What the process had begun last: `links.put`, for example. */
  call: string;
  wrong: string[];
  /** Points that the work has: moments before an operation of MongoDB or a system that writes, and before the answer of a system. */
  points: number;
  /** Calls of the store, and of systems, that were made in the work. */
  calls: string[];
  /** Calls that wrote, though the store declares them as reads. */
  misdeclared: string[];
}

interface Start {
  memory: Memory;
  settings: Settings;
  /** What the parent knows; absent: it has not begun. */
  parent?: Carried;
}

/** Imports, by circumstances: each is made once, since it is most of what a story costs. */
const imports = new Map<string, Omit<Start, 'memory'> & { dump: ReturnType<Memory['dump']> }>();

/** Both systems and the service's database after the import. */
async function imported(circumstances: Schedule): Promise<Start> {
  const name = JSON.stringify(circumstances);
  let known = imports.get(name);
  if (!known) {
    const { memory, settings } = await openWorld(circumstances);
    const service = await Service.on(memory);
    await service.cycle();
    known = { settings, parent: service.carried, dump: memory.dump() };
    imports.set(name, known);
  }
  const memory = new Memory(circumstances, known.settings);
  memory.load(copy(known.dump));
  return { memory, settings: known.settings, ...(known.parent && { parent: known.parent }) };
}

/** Plays a story, with something coming in between at the `count`-th point of its work; left out: nothing does. */
export async function playAt(story: Story, disturbance: Disturbance, count = NEVER): Promise<Played> {
  const { memory, settings, parent }: Start = await (story.fromTheStart ? openWorld : imported)(story.circumstances);
  const calls = new Set<string>();
  const misdeclared = new Set<string>();
  let last = '';
  const tell = (call: string): void => {
    calls.add(call);
    if (service.mortal.left > 0) last = call;
  };
  const service = await Service.on(
    watched(memory, (call) => tell(call), count === NEVER ? (call) => misdeclared.add(call) : undefined),
  );
  service.checkEveryMs = 15 * 60_000;
  if (parent) {
    service.carryOn(parent);
    await service.cycle();
  }
  await story.before?.(memory, service);
  await story.act(memory, service);
  calls.clear();
  const { mortal } = service;
  const woken = await DISTURBANCES[disturbance](memory, service, story, { count, writes: true });
  const call = `${last} (${mortal.where})`;
  const worked = [...calls];
  const points = count - mortal.left;
  const met = mortal.left === 0;
  if (service.mortal.dead) await service.restart();
  await story.afterwards?.(memory, service);
  // Of a one-way object the reconciliation finds it.
  if (woken?.late && service.entities.some(({ name }) => name === story.kind))
    await service.reread(story.kind, 'resync');
  const outcome = await judge(memory, settings, service);
  if (woken) outcome.report.breaches = outcome.report.breaches.filter((breach) => !isLateRequest(breach, woken.at));
  return { met, call, wrong: inWords(outcome), points, calls: worked, misdeclared: [...misdeclared] };
}

/**
 * A request that was suspended between the last check and the network is older than what was written since, and nothing can hold it back
 * (DESIGN §9.4): what counts is that it is repaired, and all the other clauses say whether it was.
 */
const isLateRequest = ({ clause, seq = 0 }: Breach, woken: number): boolean =>
  clause === 'backwards' && seq > woken && seq <= woken + REQUEST;
/** Entries of the ledgers for one request of one record. */
const REQUEST = 2;

/** The same systems; tells of every call of the store that a process begins, and of those that write though they are reads. */
function watched(
  memory: Memory,
  tell: (call: string) => void,
  misdeclared?: (call: string) => void,
): Pick<Memory, 'open' | 'seq' | 'writes' | 'pass'> {
  return {
    open: async (options): Promise<Process> => {
      const process = await memory.open(options);
      process.deps.store = toldOf(process.deps.store, tell, misdeclared && underWay);
      if (misdeclared)
        options.mortal?.watch((_method, writes) => {
          const call = underWay.getStore();
          if (writes && call !== undefined && !changes(call)) misdeclared(call);
        });
      return process;
    },
    seq: () => memory.seq(),
    writes: () => memory.writes(),
    pass: (ms) => memory.pass(ms),
  };
}

/** The call of the store that is under way; asked for once a story, since it costs as much as the story. */
const underWay = new AsyncLocalStorage<string>();

function toldOf(store: Store, tell: (call: string) => void, around?: AsyncLocalStorage<string>): Store {
  const parts = Object.entries(store).map(([name, part]: [string, unknown]) => {
    if (name === 'db' || name === 'fingerprinter' || typeof part !== 'object' || part === null) return [name, part];
    const proxy = new Proxy(part, {
      get(target, key) {
        const member = Reflect.get(target, key) as unknown;
        if (typeof member !== 'function' || typeof key !== 'string') return member;
        return (...given: unknown[]) => {
          const call = `${name}.${key}`;
          tell(call);
          const made = (): unknown => member.apply(target, given);
          return around ? around.run(call, made) : made();
        };
      },
    });
    return [name, proxy];
  });
  return Object.fromEntries(parts) as Store;
}

import type { Death } from '../../cli/check/stage/mortal';
import { Service } from '../../cli/check/stage/service';
import { signal } from '../../cli/check/stage/signal';
import type { Process } from '../../cli/check/stage/stage';
import type { Memory } from './memory/stage';

/** An attempt that was taken for dead, and woke. */
export interface Woken {
  /** The entry of the ledgers at which it did. */
  at: number;
  /** It had been suspended between the last check and the network. */
  late: boolean;
}

/** Of either system, not its answer. */
const isRequest = (call = ''): boolean => /^(dynamics|marketo)\.\S+$/.test(call);

/**
 * Does some work of a worker that is suspended at that point and taken for dead. The next worker does it all, whatever people have edited
 * meanwhile; then the first one wakes. What it sends then, where it was suspended between the last check and the network, nothing can
 * hold back (DESIGN §9.4): nobody edits meanwhile.
 *
 * @returns nothing where the work was over before the point
 */
export async function suspend(
  memory: Memory,
  service: Service<Process>,
  point: Death,
  work: () => Promise<unknown>,
  edit: () => Promise<unknown>,
): Promise<Woken | undefined> {
  const [asleep, fall] = signal();
  const [awake, wake] = signal();
  const { mortal } = service;
  mortal.interruptAt(point, async () => {
    service.interrupted.push(await memory.seq());
    fall();
    await awake;
  });
  const working = work();
  await Promise.race([asleep, working]);
  if (mortal.where === undefined) {
    mortal.spare();
    await working;
    return undefined;
  }
  const late = isRequest(mortal.where);
  const next = await Service.on(memory);
  memory.attend(mortal);
  next.checkEveryMs = service.checkEveryMs;
  onTakeover(next.world, () => service.interrupted.push(memory.ledger.seq));
  await next.cycle();
  await next.cycle();
  if (!late) await edit();
  await next.cycle();
  const at = await memory.seq();
  service.interrupted.push(at);
  wake();
  await working;
  return { at, late };
}

/**
 * As soon as a worker takes the right to write to an object over, for the first time: what the one before was sending beside the call at which
 * it was suspended goes on until then, and is never remembered from then on.
 */
function onTakeover({ deps: { store } }: Process, tell: () => void): void {
  const { writers } = store;
  const taken = new Set<string>();
  const take = writers.take.bind(writers);
  writers.take = async (object) => {
    const epoch = await take(object);
    if (!taken.has(object)) tell();
    taken.add(object);
    return epoch;
  };
}

/** People edit, and another process looks at all feeds. */
export async function editAndLook(
  memory: Memory,
  service: Service<Process>,
  edit: () => Promise<unknown>,
): Promise<void> {
  await edit();
  const other = await memory.open({});
  // Nobody looks before a preflight has said from where.
  if (!(await other.deps.store.checkpoints.get('marketo/leadchanges'))) return;
  await other.run(
    'lookDynamics',
    service.entities.map(({ name }) => name),
  );
  await other.run('lookMarketo', ['leadchanges', 'activities', 'deletedleads']);
}

/** As soon as Marketo has the people that it was sent. */
export const ANSWERED: Death = { method: 'marketo.leads.sync answered', count: 1 };

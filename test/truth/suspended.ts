import { Service } from '../../cli/check/stage/service';
import { openWorld } from './play';
import type { Schedule } from './schedule';
import { suspend } from './suspend';

/** What the ledgers say of a worker that was suspended. */
export interface Suspended {
  interrupted: number[];
  /** The entries after which the next worker took each right to write for the first time. */
  takeovers: Record<string, number>;
}

/** Suspends a worker in the middle of its first import. */
export async function answer({ schedule, count }: { schedule: Schedule; count: number }): Promise<void> {
  const { memory } = await openWorld(schedule);
  const service = await Service.on(memory);
  const takeovers: Suspended['takeovers'] = {};
  const { open } = memory;
  memory.open = async (options) => {
    const process = await open.call(memory, options);
    const { writers } = process.deps.store;
    const take = writers.take.bind(writers);
    writers.take = async (object) => {
      const epoch = await take(object);
      takeovers[object] ??= memory.ledger.seq;
      return epoch;
    };
    return process;
  };
  await suspend(
    memory,
    service,
    { count, writes: true, ofStore: true },
    () => service.cycle(),
    async () => undefined,
  );
  process.stdout.write(JSON.stringify({ interrupted: service.interrupted, takeovers } satisfies Suspended));
}

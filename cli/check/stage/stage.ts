import type { World, WorldOptions } from './world';

/** One process of the service: its memory, its clients, its activities. */
export type Process = Pick<World, 'database' | 'deps' | 'run' | 'close'>;

/** Where the service is at work: on the simulators with a MongoDB, or in memory (test/truth/memory). */
export interface Stage<P extends Process> {
  /** Starts a process; on the database of an earlier one where the options name it. */
  open(options: WorldOptions): Promise<P>;
  /** The highest `seq` of both ledgers. */
  seq(): Promise<number>;
  /** Calls so far that were to write. */
  writes(): Promise<number>;
  /** Lets time pass for everybody. */
  pass(ms: number): Promise<void>;
}

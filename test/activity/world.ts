import { Control } from '../../cli/check/stage/control';
import { openWorld, type World, type WorldOptions } from '../../cli/check/stage/world';
import { type Simulators, startSimulators } from '../../simulators/start';

export type { ActivityName, World, WorldOptions } from '../../cli/check/stage/world';

/** What a test may want otherwise than usual. */
export interface StageOptions extends WorldOptions {
  /** Seeded before anything runs: rows by logical name. */
  rows?: Record<string, object[]>;
}

/** One pair of simulated systems for a suite; each test gets them empty, with a database of its own. */
export interface Stage {
  open(options?: StageOptions): Promise<World>;
  close(): Promise<void>;
}

export async function startStage(): Promise<Stage> {
  const uri = process.env.TEST_MONGODB_URI;
  if (!uri) throw new Error('no test servers: run this suite through jest without SYNC_TEST_SERVERS=0');
  const simulators: Simulators = await startSimulators({ data: null, portBase: 0 });
  const control = new Control(simulators);
  const open: World[] = [];
  return {
    async open(options = {}) {
      const { rows, ...rest } = options;
      await control.reset();
      if (rows) await control.seedDynamics(rows);
      const world = await openWorld(control, uri, rest);
      open.push(world);
      return world;
    },
    async close() {
      for (const world of open) {
        await world.deps.store.db.dropDatabase().catch(() => undefined);
        await world.close();
      }
      await simulators.close();
    },
  };
}

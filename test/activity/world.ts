import { Control } from '../../cli/check/stage/control';
import { openWorld, type World, type WorldOptions } from '../../cli/check/stage/world';
import { type Simulators, startSimulators } from '../../simulators/start';
import { Driver } from './driver';

export type { ActivityName, World, WorldOptions } from '../../cli/check/stage/world';

/** What a test may want otherwise than usual. */
export interface StageOptions extends WorldOptions {
  /** Seeded before anything runs: rows by logical name. */
  rows?: Record<string, object[]>;
}

/** One pair of simulated systems for a suite; each test gets them empty, with a database of its own. */
export interface Stage {
  open(options?: StageOptions): Promise<World>;
  /** Imported and at rest. Where all rows are people, who refer to nobody else, nothing else is synced, unless the configuration says so: a look is then two tables. */
  imported(options: StageOptions): Promise<{ world: World; driver: Driver }>;
  close(): Promise<void>;
}

export async function startStage(): Promise<Stage> {
  const uri = process.env.TEST_MONGODB_URI;
  if (!uri) throw new Error('no test servers: run this suite through jest without SYNC_TEST_SERVERS=0');
  const simulators: Simulators = await startSimulators({ data: null, portBase: 0 });
  const control = new Control(simulators);
  const open: World[] = [];
  const stage: Stage = {
    async imported(options) {
      const driver = new Driver(await stage.open(withoutOthers(options)));
      await driver.importAll();
      await driver.settle();
      return { world: driver.world, driver };
    },
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
  return stage;
}

/** Everything but persons switched off. */
export const PERSONS_ONLY = Object.fromEntries(
  ['systemuser', 'team', 'teammembership', 'account', 'opportunity', 'connection'].map((name) => [
    name,
    { enabled: false },
  ]),
);

const refersToOthers = (row: object): boolean =>
  Object.keys(row).some((column) => /^_(ownerid|parentcustomerid)_value$/.test(column));

function withoutOthers(options: StageOptions): StageOptions {
  const { rows = {}, config } = options;
  if (
    Object.entries(rows).some(([table, all]) => (table !== 'lead' && table !== 'contact') || all.some(refersToOthers))
  )
    return options;
  return { ...options, config: { ...config, entities: { ...PERSONS_ONLY, ...(config?.entities as object) } } };
}

import { Control } from '../../cli/check/stage/control';
import {
  dataKey,
  type OpenDatabase,
  onServer,
  openWorld,
  type World,
  type WorldOptions,
} from '../../cli/check/stage/world';
import { Sealer } from '../../clients/mongo/sealer';
import { storeOn } from '../../clients/mongo/store';
import { type Simulators, startSimulators } from '../../simulators/start';
import { MemoryDatabase } from '../truth/memory/database';
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

/**
 * Where the service's databases are: in memory, which takes a third off what a suite costs; on the server with TEST_STORE=mongodb, and for
 * suites that look at it.
 */
function databases(where: 'memory' | 'server'): OpenDatabase {
  const uri = process.env.TEST_MONGODB_URI;
  if (where === 'server' || process.env.TEST_STORE === 'mongodb') {
    if (!uri) throw new Error('no test servers: run this suite through jest without SYNC_TEST_SERVERS=0');
    return onServer(uri);
  }
  const all = new Map<string, MemoryDatabase>();
  return async (name) => {
    const database = all.get(name) ?? new MemoryDatabase();
    all.set(name, database);
    return storeOn(
      database.open(() => undefined),
      new Sealer(dataKey),
      async () => undefined,
    );
  };
}

export async function startStage(where: 'memory' | 'server' = 'memory'): Promise<Stage> {
  const opened = databases(where);
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
      const world = await openWorld(control, opened, rest);
      open.push(world);
      return world;
    },
    async close() {
      for (const world of open) {
        await world.deps.store.db.dropDatabase();
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

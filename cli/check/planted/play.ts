import { type Addresses, Control } from '../stage/control';
import { comeToRest, type Rested } from '../stage/rest';
import { openService } from '../stage/simulated';
import { passTime } from '../stage/time';
import type { Scenario, Scene } from './scenario';
import { SCENARIOS, type ScenarioName } from './scenarios';

/** What a player is told, as JSON in its only argument. */
export interface Assignment {
  scenario: ScenarioName;
  addresses: Addresses;
  mongo: string;
}

/** What a player answers, as its last line. */
export interface Played extends Rested {
  database: string;
}

/** Plays one story with the service as it was built beside this file, which may be built wrongly. */
async function play({ scenario, addresses, mongo }: Assignment): Promise<Played> {
  const control = new Control(addresses);
  const story: Scenario = SCENARIOS[scenario];
  await control.reset();
  await control.seedDynamics(story.rows());
  const { config, pageRows } = story;
  const service = await openService(control, mongo, {
    ...(config ? { config } : {}),
    ...(pageRows === undefined ? {} : { pageRows }),
  });
  const { database } = service.world;
  const personId = async (guid: string) => Number((await control.person(guid)).id);
  const scene: Scene = {
    control,
    service,
    begin: () => service.settle(),
    async edit(table, id, values) {
      await control.editDynamics({ op: 'update', table, id, values });
    },
    async market(guid, values) {
      await control.editMarketo({ op: 'update', id: await personId(guid), values });
    },
    personId,
    pass: (ms) => passTime(control, ms),
  };
  const trouble = await story.play(scene).then(
    () => undefined,
    (error: Error) => error.message,
  );
  const rested = await comeToRest(control, service);
  await service.close();
  const missed =
    service.mortal.left > 0
      ? 'the story never came to the point at which its worker dies or is interrupted'
      : undefined;
  const failed = trouble ?? missed;
  return { database, ...rested, ...(failed === undefined ? {} : { trouble: failed }) };
}

async function main(): Promise<void> {
  const played = await play(JSON.parse(process.argv[2] ?? '') as Assignment);
  process.stdout.write(`${JSON.stringify(played)}\n`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack}\n`);
    process.exit(1);
  },
);

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../local/paths';
import { resolveServers } from '../../local/resolve-servers';
import { startMongo } from '../../local/start-mongo';
import { spoil } from './copy';
import type { PlantedFault, PlantedRow } from './fault';
import { PLANTED_FAULTS } from './faults';
import type { ScenarioName } from './scenarios';
import { tableOf } from './table';
import { openTheatre, type Theatre } from './theatre';
import { isClean, rowOf, told, type Verdict, verdictOf } from './verdict';

export type { PlantedRow } from './fault';

export interface PlantedOptions {
  /** Where `planted.json` goes; default `.run/` of the checkout. */
  directory?: string;
  /** Only faults and stories whose names hold this. */
  only?: string;
  /** The service, built from the sources as they are; default dist/ of the checkout. */
  dist?: string;
  print?: (line: string) => void;
}

/** Side by side: two cores. */
const LANES = 2;

/**
 * Builds the service wrongly in each of the listed ways, plays the story in which that does harm, and asks the checker;
 * and each story once with the service as it is. Prints the table `fault → found by` and writes `planted.json`.
 *
 * @returns a row for each fault; all is well when each is `caught` and `cleanBefore`
 */
export async function runPlanted(options: PlantedOptions = {}): Promise<PlantedRow[]> {
  const { only, print = (line) => process.stdout.write(`${line}\n`) } = options;
  const directory = options.directory ?? join(packageRoot(), '.run');
  const dist = options.dist ?? join(packageRoot(), 'dist');
  // Within the checkout, where the spoilt copies find their packages.
  const work = join(packageRoot(), '.run', `planted-${process.pid}`);
  const faults = PLANTED_FAULTS.filter(({ name, scenario }) => !only || `${name}\n${scenario}`.includes(only));
  if (faults.length === 0) {
    throw new Error(
      `no planted fault or story is named so: ${only}; they are\n${PLANTED_FAULTS.map(({ name }) => `  ${name}`).join('\n')}`,
    );
  }
  const scenarios = [...new Set(faults.map(({ scenario }) => scenario))];
  for (const needed of [directory, work]) mkdirSync(needed, { recursive: true });
  let mongo: Awaited<ReturnType<typeof mongoFor>> | undefined;
  try {
    // Before anything is played: a text that has changed is told at once.
    const copies = new Map<PlantedFault, string>();
    for (const [index, fault] of faults.entries()) {
      copies.set(fault, join(work, `${index}`));
      await spoil(packageRoot(), dist, join(work, `${index}`), fault);
    }
    mongo = await mongoFor(work);
    const { uri } = mongo;
    const clean = new Map<ScenarioName, Verdict>();
    const found = new Map<PlantedFault, Verdict>();
    const jobs: Job[] = [
      ...scenarios.map((scenario) => async (theatre: Theatre) => {
        clean.set(scenario, await verdictOf(theatre, uri, dist, scenario));
      }),
      ...faults.map((fault) => async (theatre: Theatre) => {
        found.set(fault, await verdictOf(theatre, uri, copies.get(fault) ?? dist, fault.scenario));
      }),
    ];
    await Promise.all(Array.from({ length: LANES }, (_, lane) => inLane(jobs, join(work, `lane-${lane}`), uri)));
    const rows = faults.map((fault) => rowOf(fault, clean.get(fault.scenario), found.get(fault)));
    writeFileSync(join(directory, 'planted.json'), `${JSON.stringify(rows, null, 2)}\n`);
    print(tableOf(rows));
    for (const [scenario, verdict] of clean) if (!isClean(verdict)) print(`not clean: "${scenario}": ${told(verdict)}`);
    return rows;
  } finally {
    await mongo?.stop();
    rmSync(work, { recursive: true, force: true });
  }
}

type Job = (theatre: Theatre) => Promise<void>;

/** One story after the other, as long as there are any. */
async function inLane(jobs: Job[], directory: string, mongo: string): Promise<void> {
  const theatre = await openTheatre(directory, mongo);
  try {
    for (let job = jobs.shift(); job; job = jobs.shift()) await job(theatre);
  } finally {
    await theatre.close();
  }
}

async function mongoFor(work: string): Promise<{ uri: string; stop(): Promise<void> }> {
  const { mongo } = await resolveServers({ needCli: false });
  if (mongo.source === 'environment') return { uri: mongo.address, stop: async () => undefined };
  const { program, flavour } = mongo;
  const { address, stop } = await startMongo({ program, flavour, storagePath: join(work, 'mongo') });
  return { uri: address, stop };
}

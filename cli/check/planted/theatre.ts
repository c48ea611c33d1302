import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from '../../local/managed-child';
import { type RunningSimulators, startSimulators } from '../../local/start-simulators';
import type { Assignment, Played } from './play';
import type { ScenarioName } from './scenarios';

/** The longest story takes seconds, or minutes where what was planted never comes to rest and the machine is busy. */
const PLAY_WITHIN_MS = 600_000;

/** Simulated systems of one's own, on which one story after the other is played. */
export interface Theatre {
  simulators: RunningSimulators;
  /** Plays it with the service built in `dist`, in a process of its own. @throws Error when that process fails */
  play(dist: string, scenario: ScenarioName): Promise<Played>;
  close(): Promise<void>;
}

/** @param directory for what the simulators shall hold at first: nothing */
export async function openTheatre(directory: string, mongo: string): Promise<Theatre> {
  const data = join(directory, 'no-rows');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'leads.jsonl'), '');
  const simulators = await startSimulators({ data });
  const { control, entra, dataverse, marketo } = simulators;
  return {
    simulators,
    async play(dist, scenario) {
      const assignment: Assignment = { scenario, addresses: { control, entra, dataverse, marketo }, mongo };
      const child = await startChild({
        name: `the player of "${scenario}"`,
        command: process.execPath,
        args: [join(dist, 'cli/check/planted/play.js'), JSON.stringify(assignment)],
      });
      try {
        return JSON.parse(await child.line((line) => line.startsWith('{"database"'), PLAY_WITHIN_MS)) as Played;
      } finally {
        await child.stop();
      }
    },
    close: () => simulators.stop(),
  };
}

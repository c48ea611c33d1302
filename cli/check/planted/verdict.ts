import { CLAUSES, type Clause, type Report } from '../../../checker';
import { Control } from '../stage/control';
import { judge } from '../stage/judge';
import type { PlantedFault, PlantedRow } from './fault';
import type { Played } from './play';
import type { Scenario } from './scenario';
import { SCENARIOS, type ScenarioName } from './scenarios';
import type { Theatre } from './theatre';

/** What the checker says of a story that was played, or what went wrong before it could say anything. */
export type Verdict = { played: Played; report: Report } | { failed: string };

/** Plays a story with the service built in `dist`, and asks the checker. */
export async function verdictOf(
  theatre: Theatre,
  mongo: string,
  dist: string,
  scenario: ScenarioName,
): Promise<Verdict> {
  try {
    const played = await theatre.play(dist, scenario);
    const { config }: Scenario = SCENARIOS[scenario];
    const report = await judge(new Control(theatre.simulators), { ...played, mongo, config: config ?? {} });
    return { played, report };
  } catch (error) {
    return { failed: (error as Error).message };
  }
}

/** It came to rest, and no promise was broken. */
export const isClean = (verdict: Verdict | undefined): boolean =>
  verdict !== undefined &&
  'report' in verdict &&
  verdict.report.breaches.length === 0 &&
  verdict.played.trouble === undefined;

/** In words: the breaches, or what went wrong. */
export function told(verdict: Verdict | undefined): string {
  if (verdict === undefined) return 'not played';
  if ('failed' in verdict) return verdict.failed;
  const breaches = verdict.report.breaches.map(
    ({ clause, entity, field, says }) => `${clause} ${entity}${field ? `.${field}` : ''}: ${says}`,
  );
  return (
    [...breaches, ...(verdict.played.trouble === undefined ? [] : [verdict.played.trouble])].join('; ') || 'no breach'
  );
}

/** The table's row of a fault. */
export function rowOf(
  { name, scenario, expect }: PlantedFault,
  clean: Verdict | undefined,
  found: Verdict | undefined,
): PlantedRow {
  const breaches = found && 'report' in found ? found.report.breaches : [];
  const by: Clause[] = CLAUSES.filter((clause) => breaches.some((breach) => breach.clause === clause));
  const first = breaches.find(({ clause }) => expect.includes(clause));
  return {
    fault: name,
    scenario,
    caught: first !== undefined,
    by,
    breach: first?.says ?? told(found),
    cleanBefore: isClean(clean),
  };
}

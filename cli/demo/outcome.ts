import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../local/paths';
import type { Checked } from './check/run';
import { DELETE, type Made, NEW_RECORD } from './edits/edit';
import { PARKED_BY_HAND } from './expected/exceptions';
import type { Imported } from './progress';
import type { Rest } from './rest';
import type { Status } from './status';

export interface Outcome {
  imported: ReadonlyMap<string, Imported>;
  status: Status;
  checked: Checked;
  edits: readonly Made[];
  rest: Rest;
  seconds: { servers: number; import: number; total: number };
  /** The hand-made list holds for the sample organisation only. */
  sample: boolean;
}

const CYCLES = 5;
const NOTHING: Imported = { total: 0, done: 0, eligible: 0, created: 0, updated: 0, unchanged: 0 };

/** What has to be parked: by hand for the sample, by the demo's own rule for another organisation. */
export function parkedShould({ sample, checked }: Outcome, entity: string): number {
  return sample ? (PARKED_BY_HAND[entity] ?? 0) : (checked.results.find((one) => one.entity === entity)?.parked ?? 0);
}

/** The import's own count against the rows that the demo has read, less what its edits added and took away. */
function miscounted({ imported, checked, edits }: Outcome): string[] {
  return Object.entries(checked.rows).flatMap(([entity, rows]) => {
    const of = (what: string): number => edits.filter((edit) => edit.entity === entity && edit.what === what).length;
    const before = rows - of(NEW_RECORD) + of(DELETE);
    const { total, done } = imported.get(entity) ?? NOTHING;
    return total === before && done === before
      ? []
      : [`${entity}: the import says ${done} of ${total} rows, Dynamics had ${before}`];
  });
}

/** Everything that did not hold, one line each. */
export function faults(outcome: Outcome): string[] {
  const { checked, edits, rest, status } = outcome;
  const lines: string[] = miscounted(outcome);
  for (const { entity, different, missing, extra, examples } of checked.results) {
    if (different + missing + extra === 0) continue;
    lines.push(
      `${entity}: ${different} different, ${missing} missing, ${extra} extra`,
      ...examples.map((one) => `  ${one}`),
    );
  }
  for (const { entity, parked } of checked.results) {
    const should = parkedShould(outcome, entity);
    const says = status.entities[entity]?.parked ?? parked;
    // Another organisation may also refer to rows that it hasn't: those references are parked as well.
    if (outcome.sample ? says !== should : says < should)
      lines.push(`${entity}: status says ${says} parked, the hand-made list ${should}`);
    if (parked !== should)
      lines.push(`${entity}: the data hold ${parked} values that Marketo can't take, the hand-made list ${should}`);
  }
  for (const { side, entity, field, what, seconds } of edits) {
    if (seconds === undefined) lines.push(`edit not arrived: ${what} in ${side}, ${entity}.${field}`);
  }
  if (rest.cycles < CYCLES) lines.push(`only ${rest.cycles} cycles at rest were seen`);
  if (rest.writes > 0) lines.push(`${rest.writes} writes at rest: ${rest.endpoints.join(', ')}`);
  return lines;
}

const sum = (outcome: Outcome, what: 'records' | 'fields' | 'different' | 'missing' | 'extra'): number =>
  outcome.checked.results.reduce((total, result) => total + result[what], 0);

/** The numbers as `.run/demo.json` has them. */
export function report(outcome: Outcome): object {
  const { imported, status, edits, rest, seconds } = outcome;
  const entities = Object.entries(status.entities).map(([name, { parked }]) => {
    const { total, eligible, created, updated, unchanged } = imported.get(name) ?? NOTHING;
    return [name, { source: total, eligible, created, updated, unchanged, parked }];
  });
  return {
    entities: Object.fromEntries(entities),
    check: {
      records: sum(outcome, 'records'),
      fields: sum(outcome, 'fields'),
      different: sum(outcome, 'different'),
      missing: sum(outcome, 'missing'),
      extra: sum(outcome, 'extra'),
    },
    edits: edits.map(({ side, entity, field, seconds: after }) => ({ side, entity, field, seconds: after ?? null })),
    rest: { cycles: rest.cycles, writes: rest.writes },
    seconds,
  };
}

const path = (): string => join(packageRoot(), '.run', 'demo.json');

/** An earlier demo's numbers must not be taken for this one's, should it fail. */
export const dropReport = (): void => rmSync(path(), { force: true });

/** Writes `.run/demo.json`; gives its path from the package's root. */
export function writeReport(outcome: Outcome): string {
  mkdirSync(dirname(path()), { recursive: true });
  writeFileSync(path(), `${JSON.stringify(report(outcome), null, 2)}\n`);
  return '.run/demo.json';
}

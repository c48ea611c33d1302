import type { PlantedRow } from './fault';

/** `fault → found by`, one row a line, and the sum. */
export function tableOf(rows: readonly PlantedRow[]): string {
  const width = Math.max(...rows.map(({ fault }) => fault.length));
  const lines = rows.map(({ fault, caught, by, breach, cleanBefore }) => {
    const found = caught ? `${by.join(', ')}: ${breach}` : `NOT FOUND: ${breach}`;
    return `${fault.padEnd(width)} → ${cleanBefore ? found : `NOT CLEAN BEFORE; ${found}`}`;
  });
  const caught = rows.filter((row) => row.caught).length;
  const clean = rows.filter((row) => row.cleanBefore).length;
  return [
    ...lines,
    '',
    `${rows.length} faults planted, ${caught} found; ${clean} of their stories are clean without them`,
  ].join('\n');
}

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Breach, CLAUSES, type Report } from '../../checker/index';

const EXAMPLES = 5;

/** `check.json`: { records, versions, breaches } and more; gives its path. */
export function writeReport(path: string, report: Report, seconds: object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ ...report, seconds }, null, 2)}\n`);
}

/** An earlier check's findings must not be taken for this one's, should it fail. */
export const dropReport = (path: string): void => rmSync(path, { force: true });

/** What a reader wants to know: how much was looked at, and the first breaches of each promise. */
export function reportLines({ records, versions, fields, excepted, breaches }: Report): string[] {
  const counted = `${records} records, ${fields} fields, ${versions} versions; ${excepted} listed exceptions`;
  if (breaches.length === 0) return [counted, 'no breach'];
  return [
    counted,
    `${breaches.length} breach${breaches.length === 1 ? '' : 'es'}:`,
    ...CLAUSES.flatMap((clause) => {
      const found = breaches.filter((one) => one.clause === clause);
      if (found.length === 0) return [];
      const more = found.length > EXAMPLES ? [`    and ${found.length - EXAMPLES} more`] : [];
      return [`  ${clause}: ${found.length}`, ...found.slice(0, EXAMPLES).map(lineOf), ...more];
    }),
  ];
}

const lineOf = ({ entity, id, field, seq, says }: Breach): string =>
  `    ${entity} ${id}${field === undefined ? '' : ` ${field}`}: ${says}${seq === undefined ? '' : ` (ledger ${seq})`}`;

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Store } from '../clients/mongo/store';
import { periodOf } from './digest/period';
import { type DigestRow, digestCsv, digestText, rowOf, rowOfParked } from './digest/report';
import { expectSynced, operatorCommand, Refused } from './operator';

const USAGE = `npm run digest [-- --day YYYY-MM-DD] [--csv FILE] [--entity NAME]
npm run digest -- --open [--csv FILE] [--entity NAME]

Prints what failed in the last 24 hours: operation, direction, code, message, record and field, never a value; what went
well since is counted as mended. Writes all of it as CSV. For a daily mail run it from cron.

  --day      of this day (UTC); failures are kept as long as sync.config.yaml says (failures.keepDays)
  --csv      where to write; default .run/digest-YYYY-MM-DD.csv
  --entity   only of this entity
  --open     instead: everything that is kept back now, since when, and how often it was tried
  --dev      of the running \`npm run dev\`, from .run/dev.json
`;

const TEXT = { type: 'string' } as const;

operatorCommand('digest', USAGE, { day: TEXT, csv: TEXT, entity: TEXT, open: { type: 'boolean' } }, async (asked) => {
  const { store, settings, values } = asked;
  if (values.entity !== undefined) expectSynced(settings, String(values.entity));
  const { from, to, title, day } = periodOf(values.day === undefined ? undefined : String(values.day));
  const all = values.open ? await openRows(store) : await failedRows(store, from, to);
  const rows = all.filter(({ entity }) => values.entity === undefined || entity === values.entity);
  const path =
    values.csv === undefined ? join('.run', `${values.open ? 'open' : 'digest'}-${day}.csv`) : String(values.csv);
  write(path, digestCsv(rows));
  process.stdout.write(`${digestText(values.open ? 'Kept back now' : title, rows)}\nwritten to ${path}\n`);
});

/** Into `.run`, which is made, or a directory that is there. */
function write(path: string, csv: string): void {
  try {
    if (dirname(path) === '.run') mkdirSync('.run', { recursive: true });
    writeFileSync(path, csv);
  } catch (error) {
    throw new Refused(`--csv ${path}: it can’t be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

async function failedRows({ failures }: Store, from: Date, to: Date): Promise<DigestRow[]> {
  const rows: DigestRow[] = [];
  for await (const failure of failures.between(from, to)) rows.push(rowOf(failure));
  return rows;
}

async function openRows({ parked }: Store): Promise<DigestRow[]> {
  const rows: DigestRow[] = [];
  for await (const entry of parked.all()) rows.push(rowOfParked(entry));
  return rows;
}

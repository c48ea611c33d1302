import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { interestOf } from '../../checker/history/interest';
import { check, type Report } from '../../checker/index';
import { configFile, settingsFrom } from '../../workers/config-file';
import { StatusReader } from '../demo/status';
import type { DevFile } from '../local/dev-file';
import { DataverseMetadata } from './dataverse-metadata';
import { LedgerReader } from './ledger';
import { checkedMap } from './map';
import { MarketoMetadata } from './marketo-metadata';
import type { CheckOptions } from './options';
import { readParked } from './parked';
import { untilRest, watchRest } from './rest';

/** The database of a worker that `npm run dev` started. */
const DATABASE = 'dynamics-marketo-sync';

/** What can't be checked: told without a stack. */
export class CannotCheck extends Error {}

export interface Checked {
  report: Report;
  seconds: { waiting: number; reading: number; checking: number };
}

const since = (began: number): number => Math.round((Date.now() - began) / 100) / 10;

/** Checks a running `npm run dev`, once it is at rest. */
export async function checkDev(options: CheckOptions, say: (text: string) => void): Promise<Checked> {
  const file = devFileIn(options.directory);
  const settings = settingsFrom(
    configFile.parse(existsSync(options.config) ? (parse(readFileSync(options.config, 'utf8')) ?? {}) : {}),
  );
  const status = await StatusReader.connect({ file });
  try {
    say('reading both systems’ metadata and ledgers');
    const reading = Date.now();
    const { map, labels } = await checkedMap(
      settings,
      await DataverseMetadata.open(file.dynamics),
      await MarketoMetadata.open(file.marketo),
    );
    const interest = interestOf(map);
    const ledgers = {
      dynamics: new LedgerReader(file.simulators, 'dynamics', (table) => interest.dynamics.get(table)),
      marketo: new LedgerReader(file.simulators, 'marketo', (table) => interest.marketo.get(table)),
    };
    await ledgers.dynamics.more();
    await ledgers.marketo.more();
    const read = since(reading);
    const waiting = Date.now();
    const restSince = await untilRest(status, ledgers, say);
    say(`at rest; watching for ${options.restSeconds} s that nothing is written`);
    await watchRest(ledgers, options.restSeconds);
    const waited = since(waiting);
    const checking = Date.now();
    const report = check({
      dynamics: ledgers.dynamics.entries,
      marketo: ledgers.marketo.entries,
      map,
      labels,
      parked: await readParked(file.mongodb, DATABASE),
      service: { dynamics: `api:${file.dynamics.clientId}`, marketo: `api:${file.marketo.clientId}` },
      restSince,
    });
    return { report, seconds: { waiting: waited, reading: read, checking: since(checking) } };
  } finally {
    await status.close();
  }
}

function devFileIn(directory: string): DevFile {
  const path = join(directory, 'dev.json');
  if (!existsSync(path)) throw new CannotCheck(`there is no ${path}: start \`npm run dev\` and the sync first`);
  return JSON.parse(readFileSync(path, 'utf8')) as DevFile;
}

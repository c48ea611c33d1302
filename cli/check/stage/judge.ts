import { MongoClient } from 'mongodb';
import { interestOf } from '../../../checker/history/interest';
import { check, type Report } from '../../../checker/index';
import { configFile, settingsFrom } from '../../../workers/config-file';
import { SIMULATED_ACCOUNTS } from '../../local/simulated-accounts';
import { DataverseMetadata } from '../dataverse-metadata';
import { LedgerReader, type System } from '../ledger';
import { checkedMap } from '../map';
import { MarketoMetadata } from '../marketo-metadata';
import { readParked } from '../parked';
import type { Control } from './control';
import type { Rested } from './rest';
import type { WorldOptions } from './world';

/** Which story is judged: where the service remembered it, how it was configured, and how it ended. */
export interface Trial extends Rested {
  mongo: string;
  database: string;
  config: NonNullable<WorldOptions['config']>;
}

/** Asks the checker about a story that was played on these systems; what the service remembered of it is then dropped. */
export async function judge(control: Control, trial: Trial): Promise<Report> {
  const { mongo, database, config, left, restSince, interrupted } = trial;
  const { dynamics, marketo } = SIMULATED_ACCOUNTS;
  const { simulators } = control;
  const dataverse = await DataverseMetadata.open({
    ...dynamics,
    url: simulators.dataverse,
    authority: simulators.entra,
  });
  const { map, labels } = await checkedMap(
    settingsFrom(configFile.parse(config)),
    dataverse,
    await MarketoMetadata.open({ ...marketo, url: simulators.marketo }),
  );
  // What the service said it can't sync is no breach where no feed tells of the table: it has no other ground.
  for (const name of left)
    if (!(await dataverse.isTracked(name))) map.entities = map.entities.filter((entity) => entity.name !== name);
  const interest = interestOf(map);
  const ledger = async (system: System) => {
    const reader = new LedgerReader(simulators.control, system, (table) => interest[system].get(table));
    await reader.more();
    return reader.entries;
  };
  const parked = await readParked(mongo, database);
  await drop(mongo, database);
  return check({
    dynamics: await ledger('dynamics'),
    marketo: await ledger('marketo'),
    map,
    labels,
    parked,
    service: { dynamics: `api:${dynamics.clientId}`, marketo: `api:${marketo.clientId}` },
    interrupted,
    ...(restSince === undefined ? {} : { restSince }),
  });
}

async function drop(mongo: string, database: string): Promise<void> {
  const client = await MongoClient.connect(mongo);
  await client.db(database).dropDatabase();
  await client.close();
}

import type { FastifyInstance } from 'fastify';
import { as } from '../../common/actor';
import { commonControl } from '../../common/control-routes';
import type { Common } from '../../common/types';
import { tableFor } from '../data/custom-table';
import { generate } from '../data/generate';
import type { RawRow } from '../data/infer';
import { insertRows, type TableRows } from '../data/insert';
import type { Database } from '../database';
import { changed, type DataverseSettings, tablesOf } from '../settings';
import { DATAVERSE_SWITCHES } from '../switches';
import type { Row } from '../types';
import { edit, type Operation } from './edit';
import { expireTokens } from './expire';
import { changeOrganisation, type OrganisationOperation } from './organisation';
import { changeSchema } from './schema';
import type { SchemaChange } from './schema-change';
import { applyTrackingDefaults } from './tracking';

export interface Controlled {
  database: () => Database;
  settings: () => DataverseSettings;
  setSettings(settings: DataverseSettings): void;
}

/** The control routes of the Dataverse side, under /_sim/dynamics. */
export function controlRoutes(app: FastifyInstance, common: Common, controlled: Controlled): void {
  commonControl<DataverseSettings>(app, 'dynamics', common, {
    get: controlled.settings,
    change(partial) {
      const next = changed(controlled.settings(), partial);
      for (const table of tablesOf(partial)) controlled.database().store(table); // refuses a name that is none
      if (partial.expireTokens) expireTokens(controlled.database(), partial.expireTokens);
      if (partial.trackingDefaults) applyTrackingDefaults(controlled.database(), partial.trackingDefaults);
      controlled.setSettings({ ...next, expireTokens: false });
      return controlled.settings();
    },
  });
  app.get('/_sim/dynamics/switches', async () => DATAVERSE_SWITCHES);
  app.post('/_sim/dynamics/organisation', async (request) =>
    changeOrganisation(controlled.database(), request.body as OrganisationOperation),
  );
  app.post('/_sim/dynamics/schema', async (request) =>
    changeSchema(controlled.database(), request.body as SchemaChange),
  );
  app.post('/_sim/dynamics/seed', async (request) => {
    const database = controlled.database();
    const tables: TableRows[] = Object.entries(request.body as Record<string, RawRow[]>).map(([name, rows]) => [
      tableFor(database, name, rows),
      rows,
    ]);
    return { ids: insertRows(database, tables) };
  });
  app.post('/_sim/dynamics/edit', async (request) => {
    const { operations, user } = request.body as { operations: Operation[]; user?: string };
    if (!Array.isArray(operations)) throw new Error('the body needs a list named operations');
    return { ids: edit(controlled.database(), controlled.settings(), operations, user) };
  });
  app.post('/_sim/dynamics/hold', async (request) => {
    const { operations, user } = request.body as { operations: Operation[]; user?: string };
    if (!Array.isArray(operations)) throw new Error('the body needs a list named operations');
    const database = controlled.database();
    const { transaction, result } = database.hold(() => edit(database, controlled.settings(), operations, user));
    return { transaction, ids: result };
  });
  app.post('/_sim/dynamics/release', async (request) => {
    const { transaction, rollback } = request.body as { transaction?: number; rollback?: boolean };
    const database = controlled.database();
    const numbers = transaction === undefined ? database.open.numbers : [transaction];
    for (const number of numbers) as({ by: 'user' }, () => database.release(number, rollback !== true));
    return { released: numbers };
  });
  app.get('/_sim/dynamics/rows/:table', async (request) => {
    const { table } = request.params as { table: string };
    const { ids } = request.query as { ids?: string };
    const store = controlled.database().store(table);
    if (ids === undefined) return [...store.rows.values()];
    return ids.split(',').flatMap((id): Row[] => {
      const row = store.get(id.toLowerCase());
      return row ? [row] : [];
    });
  });
  app.post('/_sim/dynamics/generate', async (request) => {
    const { table, count, seed } = request.body as { table: string; count: number; seed?: number };
    if (!Number.isInteger(count) || count < 0) throw new Error('count must be a whole number of rows');
    return { count: generate(controlled.database(), table, count, seed) };
  });
}

import type { FastifyInstance } from 'fastify';
import type { Common } from '../../common/app';
import { commonControl } from '../../common/control-routes';
import { tableFor } from '../data/custom-table';
import { generate } from '../data/generate';
import type { RawRow } from '../data/infer';
import { insertRows, type TableRows } from '../data/insert';
import type { Database } from '../database';
import { changed, type DataverseSettings } from '../settings';
import type { Row } from '../types';
import { edit, type Operation } from './edit';

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
      if (partial.expireTokens) expire(controlled.database(), partial.expireTokens);
      controlled.setSettings({ ...changed(controlled.settings(), partial), expireTokens: false });
      return controlled.settings();
    },
  });
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
    return { ids: edit(controlled.database(), operations, user) };
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

/** Tokens issued until now are expired; the counter moves, so that later tokens can be told from them. */
function expire(database: Database, tables: true | string[]): void {
  const below = database.nextVersion();
  const names = tables === true ? [...database.stores()].map((store) => store.table.logicalName) : tables;
  for (const name of names) database.expiredBelow.set(name, below);
}

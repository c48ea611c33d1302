import type { FastifyInstance } from 'fastify';
import { as } from '../common/actor';
import type { Common } from '../common/types';
import type { Tokens } from '../entra/tokens';
import { addBuiltinRows } from './builtin';
import { controlRoutes } from './control/routes';
import { loadDirectory } from './data/files';
import { sampleDirectory } from './data/sample';
import { Database } from './database';
import { createApi } from './web/app';

export interface DataverseOptions {
  /** A directory of JSONL files; null = no rows but the built-in ones; undefined = the sample. */
  data: string | null | undefined;
  tokens: Tokens;
  /** Origins under which the organisation is known to the token service. */
  resources: () => readonly string[];
  /** Address of the token service, for the 401 challenge. */
  entraUrl: () => string;
}

export interface Dataverse {
  app: FastifyInstance;
  control(app: FastifyInstance): void;
  reset(): void;
}

/** Creates the simulated organisation (Dataverse Web API 9.2). */
export function createDataverse(common: Common, options: DataverseOptions): Dataverse {
  let database = load(common, options.data);
  const { app, resetLimits } = createApi(common, {
    tokens: options.tokens,
    resources: options.resources,
    entraUrl: options.entraUrl,
    database: () => database,
    settings: () => database.settings,
  });
  return {
    app,
    control(control) {
      controlRoutes(control, common, {
        database: () => database,
        settings: () => database.settings,
        setSettings(next) {
          database.settings = next;
        },
      });
    },
    reset() {
      database = load(common, options.data);
      resetLimits();
    },
  };
}

function load(common: Common, data: string | null | undefined): Database {
  const database = new Database(common.clock, common.ledger);
  as({ by: 'data' }, () => {
    addBuiltinRows(database);
    if (data !== null) loadDirectory(database, data ?? sampleDirectory());
  });
  return database;
}

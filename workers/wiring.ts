import { join } from 'node:path';
import type { Deps } from '../activities/deps';
import { Schema } from '../activities/schema';
import { createDynamicsClient } from '../clients/dynamics/index';
import { Health } from '../clients/health';
import { marketoDay } from '../clients/marketo/day';
import { createMarketoClient } from '../clients/marketo/index';
import { Budget } from '../clients/mongo/budget';
import { openStore } from '../clients/mongo/store';
import type { Config } from './config';
import { versionOf } from './version';

/** Dataverse counts 6,000 requests over five minutes: a lease for each would be 6,000 documents. */
const DYNAMICS_CALLS_PER_LEASE = 50;

/** Everything an activity needs, made from the configuration: the one place where the parts are put together. */
export async function createDeps({ dynamics, marketo, mongo, limits, settings }: Config): Promise<Deps> {
  const store = await openStore(mongo.uri, mongo.database, mongo.dataKey);
  const forDynamics = new Budget(store.db, {
    api: 'dynamics',
    calls: Math.floor(limits.dynamics.requestsPer5Minutes * limits.dynamics.share),
    windowMs: 300_000,
    concurrent: Math.max(1, Math.floor(limits.dynamics.concurrent * limits.dynamics.share)),
    callsPerLease: DYNAMICS_CALLS_PER_LEASE,
  });
  const forMarketo = new Budget(store.db, {
    api: 'marketo',
    calls: Math.floor(limits.marketo.callsPer20Seconds * limits.marketo.share),
    windowMs: 20_000,
    concurrent: Math.max(1, Math.floor(limits.marketo.concurrent * limits.marketo.share)),
    callsPerLease: 1,
    daily: { calls: Math.floor(limits.marketo.callsPerDay * limits.marketo.share), ...marketoDay },
  });
  const health = new Health();
  const dynamicsClient = createDynamicsClient({ ...dynamics, governor: forDynamics, health });
  const marketoClient = createMarketoClient({ ...marketo, governor: forMarketo, health });
  return {
    dynamics: dynamicsClient,
    marketo: marketoClient,
    store,
    health,
    settings,
    version: versionOf(join(__dirname, '..')),
    schema: new Schema(dynamicsClient, marketoClient, store, settings),
  };
}

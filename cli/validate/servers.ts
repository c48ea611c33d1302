import { MongoClient } from 'mongodb';
import type { DynamicsBinding, MarketoBinding } from '../../clients/mongo/bindings';
import { openStore } from '../../clients/mongo/store';
import { connectClient } from '../../clients/temporal/connect';
import type { KnownField } from '../../model/field-state';
import type { Config } from '../../workers/config';
import { attempt, type Check, fault, ok } from './check';

const PATIENCE_MS = 10_000;

export interface Pinned {
  dynamics?: DynamicsBinding;
  marketo?: MarketoBinding;
  /** What the sync remembers of each entity's fields. */
  fields?: ReadonlyMap<string, readonly KnownField[]>;
}

/** Is there a Temporal server, and the namespace on it? */
export async function checkTemporal(): Promise<Check[]> {
  const what = 'Temporal';
  const remedy =
    'Is it up? TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and TEMPORAL_TLS_… as for the Temporal CLI';
  const tried = await attempt(what, remedy, () =>
    within(async () => {
      const { connection, namespace } = await connectClient();
      try {
        await connection.workflowService.describeNamespace({ namespace });
        return namespace;
      } finally {
        await connection.close();
      }
    }),
  );
  return 'failed' in tried ? [tried.failed] : [ok(what, `reachable, namespace ${tried.value}`)];
}

/** Is there a Mongo, may we read it, and was it written with this key? Tells which systems the database belongs to. */
export async function checkMongo({ mongo }: Config): Promise<{ checks: Check[]; pinned: Pinned; reachable: boolean }> {
  const what = 'MongoDB';
  const tried = await attempt(what, 'Is it up, and are user and password in MONGODB_URI right?', async () => {
    // Before anything else is tried: the driver itself would wait for half a minute.
    const client = await MongoClient.connect(mongo.uri, { serverSelectionTimeoutMS: PATIENCE_MS / 2 });
    try {
      await client.db(mongo.database).command({ ping: 1 });
    } finally {
      await client.close();
    }
    const store = await openStore(mongo.uri, mongo.database, mongo.dataKey);
    try {
      const [dynamics, marketo, fields] = await Promise.all([
        store.bindings.get<DynamicsBinding>('dynamics'),
        store.bindings.get<MarketoBinding>('marketo'),
        store.fields.all(),
      ]);
      const keyFits = await store.checkpoints.get('marketo/leadchanges').then(
        () => true,
        () => false,
      );
      return { pinned: { ...(dynamics ? { dynamics } : {}), ...(marketo ? { marketo } : {}), fields }, keyFits };
    } finally {
      await store.close();
    }
  });
  if ('failed' in tried) return { checks: [tried.failed], pinned: {}, reachable: false };
  const { pinned, keyFits } = tried.value;
  const state = pinned.dynamics ? 'a sync has run here before' : 'empty';
  const checks = [ok(what, `reachable, database ${mongo.database}: ${state}`)];
  if (!keyFits)
    checks.push(
      fault(
        'SYNC_DATA_KEY',
        'does not open what this database holds',
        'Give the key that it was written with, or an empty database (MONGODB_DATABASE)',
      ),
    );
  return { checks, pinned, reachable: true };
}

async function within<T>(work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error(), { name: 'no answer', code: 'TIMEOUT' })), PATIENCE_MS);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

import { MongoClient } from 'mongodb';
import type { Exception } from '../../checker/index';
import { Failures } from '../../clients/mongo/failures';
import { ParkedStore } from '../../clients/mongo/parked';

/** What the service lists as kept back. */
export async function readParked(uri: string, database: string): Promise<Exception[]> {
  const client = await MongoClient.connect(uri, { appName: 'dynamics-marketo-sync-check' });
  try {
    const store = new ParkedStore(client.db(database), new Failures(client.db(database)));
    const parked: Exception[] = [];
    for await (const { id: row, field, reason, code } of store.all()) {
      const [entity = '', id = ''] = row.split(':');
      parked.push({ entity, id, reason, ...(field ? { field } : {}), ...(code === undefined ? {} : { code }) });
    }
    return parked;
  } finally {
    await client.close();
  }
}

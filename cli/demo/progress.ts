import { MongoClient } from 'mongodb';
import type { DevHandle } from '../local/dev-environment';

export interface Imported {
  total: number;
  done: number;
  eligible: number;
  created: number;
  updated: number;
  unchanged: number;
}

type Document = Partial<Imported> & { _id: string };

/** What the import counted, by entity: its documents are `<entity>/<generation>`, and the import is the first generation. */
export async function readImported({ file, workerEnv }: DevHandle): Promise<Map<string, Imported>> {
  const client = await MongoClient.connect(file.mongodb);
  try {
    const documents = await client.db(workerEnv.MONGODB_DATABASE).collection<Document>('progress').find({}).toArray();
    const imported = new Map<string, { generation: number; counts: Imported }>();
    for (const { _id, total = 0, done = 0, eligible = 0, created = 0, updated = 0, unchanged = 0 } of documents) {
      const [entity = '', generation = '0'] = _id.split('/');
      const known = imported.get(entity);
      if (known && known.generation < Number(generation)) continue;
      imported.set(entity, {
        generation: Number(generation),
        counts: { total, done, eligible, created, updated, unchanged },
      });
    }
    return new Map([...imported].map(([entity, { counts }]) => [entity, counts]));
  } finally {
    await client.close();
  }
}

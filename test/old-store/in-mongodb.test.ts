import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { openStore, type Store } from '../../clients/mongo/store';
import { FIXTURES, type Fixture, type FixtureName, read, reopen } from './fixture';
import { openAll } from './open-all';

jest.mock('@temporalio/activity', () => jest.requireActual('../truth/memory/activity'));

/** Each document of the fixture, in a database of its own. */
async function inMongo({ key, memory: { database } }: Fixture): Promise<{ store: Store; drop(): Promise<void> }> {
  const uri = String(process.env.TEST_MONGODB_URI);
  const name = `old-store-${process.pid}-${randomBytes(3).toString('hex')}`;
  const client = await MongoClient.connect(uri);
  const collection = (of: string) => client.db(name).collection<{ _id: string | number }>(of);
  for (const [of, documents] of Object.entries(database))
    if (documents.length > 0) await collection(of).insertMany([...documents]);
  const store = await openStore(uri, name, Buffer.from(key, 'base64'));
  const drop = async () => {
    await store.close();
    await client.db(name).dropDatabase();
    await client.close();
  };
  return { store, drop };
}

/** In an order that no database decides, and bytes as bytes. */
const plain = (opened: object): string[][] =>
  Object.values(opened).map((all: unknown[]) =>
    all
      .map((one) =>
        JSON.stringify(one, (_key, value: unknown) => {
          if (typeof value === 'bigint') return String(value);
          if (value instanceof Map) return [...value];
          return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
        }),
      )
      .sort(),
  );

it.each<FixtureName>([...FIXTURES])('MongoDB gives of %s what the store in memory gives', async (name) => {
  const fixture = read(name);
  const expected = await openAll((await reopen(read(name))).store, fixture.memory.database);
  const { store, drop } = await inMongo(fixture);
  try {
    expect(plain(await openAll(store, fixture.memory.database))).toEqual(plain(expected));
  } finally {
    await drop();
  }
});

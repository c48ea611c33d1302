import { createHash } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import type { FieldMap } from '../../model/settings';
import { isDuplicateKey } from './bulk';

type Document = FieldMap & { _id: string; digest: string };

const CURRENT = 'current';

/**
 * The one field map that all workers go by: that of the sync.config.yaml which was changed last. So a worker that was
 * started with an older file, or has not read the new one yet, does not take back what a newer one has brought.
 */
export class FieldMaps {
  readonly #collection: Collection<Document>;

  constructor(db: Db) {
    this.#collection = db.collection('fieldMap');
  }

  /** What tells whether the map is another one than was read last. */
  async digest(): Promise<string | undefined> {
    const found = await this.#collection.findOne({ _id: CURRENT }, { projection: { digest: 1 } });
    return found?.digest;
  }

  /** Puts a map in the place of an older one. @returns the map that counts now. */
  async offer(map: FieldMap): Promise<FieldMap & { digest: string }> {
    const digest = digestOf(map);
    const document = { version: map.version, rules: map.rules, digest };
    try {
      // Two files of one moment: any order will do, if it is the same for everyone.
      const older = {
        _id: CURRENT,
        $or: [{ version: { $lt: map.version } }, { version: map.version, digest: { $lt: digest } }],
      };
      await this.#collection.updateOne(older, { $set: document }, { upsert: true });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    const { _id, ...current } = (await this.#collection.findOne({ _id: CURRENT })) ?? { _id: CURRENT, ...document };
    return current;
  }
}

/** Names only: the map is no secret. */
const digestOf = ({ rules }: FieldMap): string =>
  createHash('sha256').update(JSON.stringify(rules)).digest('hex').slice(0, 16);

import type { Collection, Db } from 'mongodb';
import { isDuplicateKey } from './bulk';

/** What makes an organisation that organisation (dataverse-api §10). */
export interface DynamicsBinding {
  organizationId: string;
  url: string;
  createdOn: string;
}

export interface MarketoBinding {
  munchkinId: string;
  /** Preflight created `microsoftId` for this binding: no person can hold one that we didn't write. */
  createdIdentityField: boolean;
  /** Record-call names of the custom objects that preflight made or found. */
  customObjects: Record<string, string>;
}

/** The two systems this database belongs to, pinned at the first start: insert-if-absent. */
export class Bindings {
  readonly #collection: Collection<{ _id: string; value: unknown }>;

  constructor(db: Db) {
    this.#collection = db.collection('bindings');
  }

  /** @returns what is pinned: the value given, or the earlier one. */
  async pin<T>(system: string, value: T): Promise<T> {
    try {
      await this.#collection.insertOne({ _id: system, value });
      return value;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return (await this.get<T>(system)) ?? value;
    }
  }

  async get<T>(system: string): Promise<T | undefined> {
    return (await this.#collection.findOne({ _id: system }))?.value as T | undefined;
  }

  async set<T>(system: string, value: T): Promise<void> {
    await this.#collection.updateOne({ _id: system }, { $set: { value } }, { upsert: true });
  }
}

import type { Collection, Db } from 'mongodb';
import type { RoleSources } from '../../model/role-sources';
import type { WrittenRole } from '../../model/roles';
import { ignoreDuplicateKeys } from './bulk';

/** An opportunity's contact roles: what each source says, and what Marketo was last given. */
export interface RoleRecord {
  /** The opportunity's GUID. */
  opportunity: string;
  sources: RoleSources;
  written: WrittenRole[];
  /** Sent or deleted, and not answered yet: each may be in Marketo or not. */
  unsure?: WrittenRole[];
  /** What Marketo refused when it was sent last, by `leadId|role`, with the vendor's code: not sent again but in a resync. */
  refused?: Record<string, string>;
  /** A contact of it is not in Marketo yet. */
  parked?: boolean;
}

/** The epoch of the attempt that wrote it; absent: version 0.1 did. */
interface Written {
  writer?: number;
}
type RoleDocument = Omit<RoleRecord, 'opportunity'> & Written & { _id: string };
type ConnectionDocument = Written & { _id: string; opportunity: string };

/** An attempt that was taken for dead, and wakes up after a later one has written, changes nothing. */
const notAfter = (writer: number) => ({ writer: { $not: { $gt: writer } } });

export class Roles {
  readonly #collection: Collection<RoleDocument>;
  /** connection id → opportunity id: a deletion brings only the connection's id. */
  readonly #connections: Collection<ConnectionDocument>;

  constructor(db: Db) {
    this.#collection = db.collection('roles');
    this.#connections = db.collection('connections');
  }

  async get(opportunities: readonly string[]): Promise<Map<string, RoleRecord>> {
    if (opportunities.length === 0) return new Map();
    const documents = await this.#collection.find({ _id: { $in: [...new Set(opportunities)] } }).toArray();
    return new Map(documents.map(({ _id, writer: _writer, ...rest }) => [_id, { opportunity: _id, ...rest }]));
  }

  /** Opportunities that have a role of one of these contacts in Marketo. */
  async ofContacts(contacts: readonly string[]): Promise<string[]> {
    if (contacts.length === 0) return [];
    const found = this.#collection
      .find({ 'written.contact': { $in: [...contacts] } })
      .project<{ _id: string }>({ _id: 1 });
    return (await found.toArray()).map(({ _id }) => _id);
  }

  /** Writes only where the writer's epoch is not older than that of what is there. */
  async put(records: readonly RoleRecord[], writer: number): Promise<void> {
    if (records.length === 0) return;
    const operations = records.map(({ opportunity, ...rest }) => ({
      replaceOne: { filter: { _id: opportunity, ...notAfter(writer) }, replacement: { ...rest, writer }, upsert: true },
    }));
    await ignoreDuplicateKeys(this.#collection.bulkWrite(operations, { ordered: false }));
  }

  async opportunitiesOf(connections: readonly string[]): Promise<Map<string, string>> {
    if (connections.length === 0) return new Map();
    const documents = await this.#connections.find({ _id: { $in: [...connections] } }).toArray();
    return new Map(documents.map(({ _id, opportunity }) => [_id, opportunity]));
  }

  /** Likewise guarded. */
  async remember(connections: readonly { id: string; opportunity: string }[], writer: number): Promise<void> {
    if (connections.length === 0) return;
    const operations = connections.map(({ id, opportunity }) => ({
      replaceOne: { filter: { _id: id, ...notAfter(writer) }, replacement: { opportunity, writer }, upsert: true },
    }));
    await ignoreDuplicateKeys(this.#connections.bulkWrite(operations, { ordered: false }));
  }

  /** Ids of all connections that make a role, by one cursor. */
  async *connections(): AsyncGenerator<string> {
    for await (const { _id } of this.#connections.find({}).project<{ _id: string }>({ _id: 1 })) yield _id;
  }

  /** Connections that are gone; likewise guarded. */
  async forget(connections: readonly string[], writer: number): Promise<void> {
    if (connections.length === 0) return;
    await this.#connections.deleteMany({ _id: { $in: [...connections] }, ...notAfter(writer) });
  }
}

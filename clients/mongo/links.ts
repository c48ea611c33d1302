import type { AnyBulkWriteOperation, Binary, Collection, Db } from 'mongodb';
import {
  isKeyOf,
  type Marks,
  packMarks,
  packReceipts,
  type Receipt,
  unpackMarks,
  unpackReceipts,
} from '../../model/fingerprint';
import type { LinkState } from '../../model/identity';
import { ignoreDuplicateKeys, insertNew } from './bulk';
import { bytes } from './bytes';

export type { LinkState } from '../../model/identity';

/** What we know of one row of Dynamics. No values: only ids, versions and fingerprints. */
export interface Link {
  /** `entity:guid`, the GUID in lower case. */
  id: string;
  state: LinkState;
  /** Person, company, sales person: a number; other objects: `marketoGUID`. */
  marketoId?: number | string;
  /** The highest version whose every mapped field is settled in Marketo. Only decides what may be skipped. */
  appliedVersion: number;
  /** The highest version that any merge used, or that our own PATCH returned: no merge uses an older row. */
  seenVersion: number;
  marks: Marks;
  /** Key of the fingerprints; those of another are no base. */
  epoch: string;
  /** What our last writes to the person sent, until the feed has told of them. */
  receipts?: Receipt[];
  /** Writes whose answer was lost, by the side that was written: it may hold what was sent, as our own copy. */
  unsureMarketo?: Receipt[];
  unsureDynamics?: Receipt[];
  /** Of a superseded row: `entity:guid` of the one that stands for it. */
  into?: string;
  /** Names of the fields that are parked. */
  parked: string[];
  /** An edit was met while the row was frozen, parked or stopped: it gets a full merge when it is eligible again. */
  dirty?: boolean;
  /** Marketo said that the person exists, and it was looked for since. */
  lookedFor?: true;
  /** A contact's account, for the opportunities of which it is the customer. */
  account?: string;
  /** Marketo id of the person or company that a custom row's record belongs to. */
  owner?: number;
  /** What others take from it has changed, and they have not been queued yet (activities/dependants.ts). */
  moved?: true;
  /** The owning team that the person's bridge record names. */
  team?: string;
  /** Of an untracked entity: the whole read that last saw it. */
  generation?: number;
  /** What happened to the record, for people to read; packed (model/trail.ts). */
  trail?: Uint8Array;
}

export type TargetLink = Pick<Link, 'state' | 'marketoId' | 'account' | 'owner'>;

/** Packed where they lie. */
const RECEIPTS = ['receipts', 'unsureMarketo', 'unsureDynamics'] as const;
type ReceiptsKey = (typeof RECEIPTS)[number];

type LinkDocument = Omit<Link, 'id' | 'marks' | 'trail' | ReceiptsKey> & {
  _id: string;
  marks: Binary | Buffer;
  trail?: Binary | Uint8Array;
} & Partial<Record<ReceiptsKey, Binary | Buffer>> & {
    writer: number;
  };

export const linkId = (entity: string, guid: string): string => `${entity}:${guid.toLowerCase()}`;
export const guidOf = (id: string): string => id.slice(id.indexOf(':') + 1);
export const entityOf = (id: string): string => id.slice(0, id.indexOf(':'));

/** As many ids as are remembered at most: a few pages under way. */
const ABSENT_LIMIT = 50_000;

export class Links {
  readonly #collection: Collection<LinkDocument>;
  /** Ids that were looked for and not found: to insert them costs a quarter of a guarded upsert. A guess, no more. */
  readonly #absent = new Set<string>();

  constructor(
    db: Db,
    /** Fingerprints of another epoch are not read. */
    readonly epoch: string,
    /** Is told of links whose fingerprints are damaged. */
    private readonly onDamaged: (ids: readonly string[]) => Promise<void>,
  ) {
    this.#collection = db.collection('links');
  }

  async get(ids: readonly string[]): Promise<Map<string, Link>> {
    if (ids.length === 0) return new Map();
    const documents = await this.#collection.find({ _id: { $in: [...new Set(ids)] } }).toArray();
    const damaged: string[] = [];
    const links = new Map(documents.map((document) => [document._id, this.#read(document, damaged)]));
    if (damaged.length > 0) await this.onDamaged(damaged);
    if (this.#absent.size > ABSENT_LIMIT) this.#absent.clear();
    for (const id of ids) if (!links.has(id)) this.#absent.add(id);
    return links;
  }

  /** What a reference has to know of its target. */
  async marketoIds(ids: readonly string[]): Promise<Map<string, TargetLink>> {
    if (ids.length === 0) return new Map();
    const cursor = this.#collection
      .find({ _id: { $in: [...new Set(ids)] } })
      .project<LinkDocument>({ state: 1, marketoId: 1, account: 1, owner: 1 });
    return new Map((await cursor.toArray()).map(({ _id, ...link }) => [_id, link]));
  }

  /** How many of these rows have a record in Marketo. */
  async linked(ids: readonly string[]): Promise<number> {
    const linked = this.#collection.find({ _id: { $in: [...ids] }, marketoId: { $exists: true } });
    return (await linked.project({ _id: 1 }).toArray()).length;
  }

  /**
   * Writes only where neither the writer's epoch nor the row's version is older than what is there:
   * a zombie's late outcome is dropped.
   */
  async put(links: readonly Link[], writer: number): Promise<void> {
    if (links.length === 0) return;
    const documents = links.map(
      ({ id, marks, receipts, unsureMarketo, unsureDynamics, ...rest }): LinkDocument => ({
        ...rest,
        _id: id,
        epoch: this.epoch,
        marks: packMarks(marks),
        ...packedReceipts({ receipts, unsureMarketo, unsureDynamics }),
        writer,
      }),
    );
    const fresh = documents.filter(({ _id }) => this.#absent.delete(_id));
    const met = new Set(await insertNew(this.#collection, fresh));
    const inserted = new Set(fresh.filter((document) => !met.has(document)));
    const operations = documents
      .filter((document) => !inserted.has(document))
      .map(({ _id, ...replacement }): AnyBulkWriteOperation<LinkDocument> => {
        const filter = { _id, writer: { $lte: writer }, seenVersion: { $lte: replacement.seenVersion } };
        return { replaceOne: { filter, replacement, upsert: true } };
      });
    if (operations.length > 0) await ignoreDuplicateKeys(this.#collection.bulkWrite(operations, { ordered: false }));
  }

  /** These persons' bridges are written again, whichever team they named. */
  async forgetTeams(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#collection.updateMany({ _id: { $in: [...ids] } }, { $unset: { team: '' } });
  }

  /** Rows with this record in Marketo: one scan, for reports. */
  async idsOfRecord(marketoId: number | string): Promise<string[]> {
    return (await this.#collection.find({ marketoId }).project<{ _id: string }>({ _id: 1 }).toArray()).map(
      ({ _id }) => _id,
    );
  }

  /** Takes links back whose row was not made after all, but for those of a later attempt. */
  async unmake(ids: readonly string[], writer: number): Promise<void> {
    if (ids.length === 0) return;
    await this.#collection.deleteMany({ _id: { $in: [...ids] }, state: 'pushed', writer: { $lte: writer } });
  }

  /** Every link of an entity, by one cursor. For whole-read differences and reports, not for the daily flow. */
  async *all(entity: string): AsyncGenerator<Link> {
    const range = { _id: { $gte: `${entity}:`, $lt: `${entity};` } };
    for await (const document of this.#collection.find(range)) yield this.#read(document);
  }

  /** @param damaged gets the id of a link whose fingerprints are damaged: they are no base, like those of another epoch */
  #read(document: LinkDocument, damaged: string[] = []): Link {
    const { _id, marks, trail, receipts, unsureMarketo, unsureDynamics, writer: _writer, ...rest } = document;
    const link = { ...rest, id: _id, marks: new Map(), ...(trail && { trail: bytes(trail) }) };
    if (!isKeyOf(rest.epoch, this.epoch)) return link;
    try {
      const known = {
        marks: unpackMarks(bytes(marks)),
        ...unpackedReceipts({ receipts, unsureMarketo, unsureDynamics }),
      };
      return { ...link, ...known };
    } catch {
      damaged.push(_id);
      return link;
    }
  }
}

type Of<T> = Record<ReceiptsKey, T | undefined>;

const packedReceipts = (of: Of<Receipt[]>): Partial<Record<ReceiptsKey, Buffer>> =>
  Object.fromEntries(RECEIPTS.flatMap((key) => (of[key] ? [[key, packReceipts(of[key])]] : [])));

const unpackedReceipts = (of: Of<Binary | Buffer>): Partial<Record<ReceiptsKey, Receipt[]>> =>
  Object.fromEntries(RECEIPTS.flatMap((key) => (of[key] ? [[key, unpackReceipts(bytes(of[key]))]] : [])));

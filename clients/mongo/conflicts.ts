import type { Binary, Collection, Db } from 'mongodb';
import type { Settled } from '../../model/decide-field';
import type { Side } from '../../model/policy';
import { bytes } from './bytes';
import { notLaterThan } from './epoch';
import type { Sealer } from './sealer';

/** Both sides had changed a field: which one won, by which rule, when. */
export interface Conflict extends Settled {
  /** `entity:guid` */
  id: string;
  field: string;
  /** Names the two edits: a retry finds the same conflict again. */
  seq: string;
  at: Date;
  /** As each side holds them. */
  values: { dynamics: unknown; marketo: unknown };
  /** What was stored of them cannot be opened any more: neither value is known. */
  damaged?: true;
  /** What an operator decided afterwards, and what came of it. */
  decided?: { take: Side; at: Date; outcome: DecisionOutcome };
  /** Nobody need decide it any more: people have made both sides equal, or edited the field once more. */
  outdatedAt?: Date;
}

/** It waits for someone's decision. */
export const isOpen = ({ winner, decided, outdatedAt }: Conflict): boolean =>
  winner === 'ask' && decided === undefined && outdatedAt === undefined;

/** `queued` also while the row is frozen; `gone`: row or person is there no more; `done` may also mean that there was nothing to do: both held the chosen value already. */
export type DecisionOutcome = 'queued' | 'done' | 'edited-since' | 'gone';

type Document = Omit<Conflict, 'id' | 'field' | 'seq' | 'values' | 'damaged'> & {
  _id: string;
  values: Binary | Buffer;
  /** Of the attempt that met it last. */
  epoch?: number;
};

export const conflictKey = ({ id, field, seq }: Pick<Conflict, 'id' | 'field' | 'seq'>): string =>
  `${id}:${field}:${seq}`;

/** Every conflict, with both values sealed. */
export class Conflicts {
  readonly #collection: Collection<Document>;

  constructor(
    db: Db,
    readonly sealer: Sealer,
  ) {
    this.#collection = db.collection('conflicts');
  }

  /** @param epoch of the attempt (activities/conflicts.ts asks afterwards whether it was still the last one) */
  async add(conflicts: readonly Conflict[], epoch: number): Promise<void> {
    if (conflicts.length === 0) return;
    await this.#collection.bulkWrite(
      conflicts.map(({ winner, rule, at, values, ...conflict }) => ({
        updateOne: {
          filter: { _id: conflictKey(conflict) },
          update: { $setOnInsert: { winner, rule, at, values: this.sealer.seal(values) }, $max: { epoch } },
          upsert: true,
        },
      })),
      { ordered: false },
    );
    // A later edit of the same field asks once more.
    const asking = conflicts.filter(({ winner }) => winner === 'ask');
    await this.outdate(asking, epoch, asking.map(conflictKey));
  }

  /** What these fields' conflicts asked is answered by now, but for what a later attempt has met. @param except that ask still. */
  async outdate(
    fields: readonly Pick<Conflict, 'id' | 'field'>[],
    epoch: number,
    except: readonly string[] = [],
  ): Promise<void> {
    const still = new Set(except);
    for (const { id, field } of fields) {
      const open = (await this.of(id, field)).filter((one) => isOpen(one) && !still.has(conflictKey(one)));
      if (open.length === 0) continue;
      const _id = { $in: open.map(conflictKey) };
      const filter = { _id, epoch: notLaterThan(epoch) };
      await this.#collection.updateMany(filter, { $set: { outdatedAt: new Date() } });
    }
  }

  /** Decided, but not carried out: someone edited once more in the meantime. */
  async withdraw(conflicts: readonly Conflict[], epoch: number): Promise<void> {
    if (conflicts.length === 0) return;
    await this.#collection.deleteMany({ _id: { $in: conflicts.map(conflictKey) }, epoch: notLaterThan(epoch) });
  }

  async get(keys: readonly string[]): Promise<Map<string, Conflict>> {
    if (keys.length === 0) return new Map();
    const found = await this.#collection.find({ _id: { $in: [...keys] } }).toArray();
    return new Map(found.map((document) => [document._id, this.#read(document)]));
  }

  async *all(): AsyncGenerator<Conflict> {
    for await (const document of this.#collection.find({})) yield this.#read(document);
  }

  /** Of one row, or of a field of it, oldest first. */
  async of(id: string, field?: string): Promise<Conflict[]> {
    const place = field === undefined ? id : `${id}:${field}`;
    const found = await this.#collection.find({ _id: { $gte: `${place}:`, $lt: `${place};` } }).toArray();
    return found.map((document) => this.#read(document)).sort((a, b) => a.at.getTime() - b.at.getTime());
  }

  /** An operator's decision, before the row is told of it. @returns false where there is no such conflict, or it is outdated. */
  async decide(key: string, take: Side): Promise<boolean> {
    const decided = { take, at: new Date(), outcome: 'queued' as const };
    const open = { _id: key, outdatedAt: { $exists: false } };
    const { matchedCount } = await this.#collection.updateOne(open, { $set: { decided } });
    return matchedCount > 0;
  }

  /** Decisions on conflicts of these rows that nobody has carried out yet. */
  async waiting(ids: readonly string[]): Promise<{ id: string; conflict: string; take: Side }[]> {
    if (ids.length === 0) return [];
    const found = await this.#collection
      .find({ 'decided.outcome': 'queued', $or: ids.map((id) => ({ _id: { $gte: `${id}:`, $lt: `${id};` } })) })
      .toArray();
    return found.flatMap(({ _id, decided }) => {
      const id = ids.find((one) => _id.startsWith(`${one}:`));
      return id && decided ? [{ id, conflict: _id, take: decided.take }] : [];
    });
  }

  /** What came of a decision. @param take what was decided: another decision since stays open */
  async close(key: string, take: Side, outcome: DecisionOutcome, epoch: number): Promise<void> {
    const filter = { _id: key, 'decided.take': take, epoch: notLaterThan(epoch) };
    await this.#collection.updateOne(filter, { $set: { 'decided.outcome': outcome, epoch } });
  }

  async count(): Promise<number> {
    return this.#collection.countDocuments();
  }

  #read({ _id, values, epoch: _epoch, ...rest }: Document): Conflict {
    const [entity = '', guid = '', field = '', seq = ''] = _id.split(':');
    return {
      ...rest,
      id: `${entity}:${guid}`,
      field,
      seq,
      ...this.#open(values),
    };
  }

  /** @throws UnreadableError where the key may be another one */
  #open(values: Document['values']): Pick<Conflict, 'values' | 'damaged'> {
    const opened = this.sealer.openWhole<Conflict['values']>(bytes(values));
    return opened ? { values: opened } : { values: { dynamics: undefined, marketo: undefined }, damaged: true };
  }
}

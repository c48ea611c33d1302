import { setTimeout } from 'node:timers/promises';
import type { ApiError } from '../clients/errors';
import { isOutage } from '../clients/health';
import type { Aside } from '../clients/mongo/aside';
import { type Feed, INBOX_PAGE, type InboxItem } from '../clients/mongo/inbox';
import { guidOf, linkId } from '../clients/mongo/links';
import { nextSize, onlyWaits, PROBE_MS } from '../model/set-aside';
import { allEnded } from './all-ended';
import type { Deps } from './deps';
import { withoutRefused } from './refused-reads';
import { versionOf } from './rows';
import { forgetAside, type ItemTrouble, setAside } from './set-aside';
import { isVendorTrouble } from './trouble';
import { Unexpected, withoutUnexpected } from './unexpected';
import { parkUnexpected } from './unexpected-rows';
import type { Writer } from './writer';

/** Nothing came of what was read, so it may be read again: many a failure is over by then. */
const RETRY_MS = 2_000;
/** Parts of rows that were set aside, at once. */
const AT_ONCE = 4;

/** What is done with some rows; what of it is left undone stands on the writer's part. */
export type Work<R> = (items: InboxItem[], part: Writer) => Promise<R>;

/** The work of one entity in one direction. A row that fails is set aside, and the others go on. */
export class Lane {
  /** Rows that were set aside before, by id: what is done of them is forgotten. */
  #known = new Map<string, Aside>();
  /** Rows of which something was left undone. */
  readonly #undone = new Set<string>();
  /** Those of them at which something failed: the others only wait. */
  readonly #failed = new Set<string>();
  /** Rows that are under way in several kinds of work: they are forgotten once all of it is done. */
  readonly #pending = new Set<string>();

  constructor(
    readonly deps: Deps,
    readonly entity: string,
    readonly feed: Feed,
    readonly writer: Writer,
  ) {}

  /** Work that comes for rows that are set aside waits with them. @returns the rest */
  async join(items: readonly InboxItem[]): Promise<InboxItem[]> {
    const { others, parked } = await this.deps.store.asides.join(this.entity, this.feed, items);
    this.#remember(parked);
    return others;
  }

  #remember(asides: readonly Aside[]): void {
    for (const aside of asides) this.#known.set(aside.id, aside);
  }

  /** Rows whose work meets an error that nobody expected are parked once the whole unit has been worked on. @param rows of the unit */
  unit(rows: number): Unexpected<InboxItem> {
    return new Unexpected(rows);
  }

  /** A row of which a newer version was settled meanwhile, in another unit, is none of them. */
  async endUnit({ rows }: Unexpected<InboxItem>): Promise<void> {
    const idOfLink = (id: string) => linkId(this.entity, id);
    const links = await this.deps.store.links.get(rows.map(({ row }) => idOfLink(row.id)));
    const open = rows.filter(({ row: { id, row } }) => {
      const settled = links.get(idOfLink(id))?.appliedVersion ?? 0;
      return !row || settled === 0 || versionOf(row) >= settled;
    });
    await parkUnexpected(this.deps, this.entity, this.feed, open, this.writer);
  }

  /** Works on rows together. @returns what came of them, in parts where they could not be worked on as one */
  async work<R>(items: readonly InboxItem[], unexpected: Unexpected<InboxItem>, work: Work<R>): Promise<R[]> {
    const troubles: ItemTrouble[] = [];
    const again = () => this.writer.lookIntoUnanswered();
    const attempt = (some: readonly InboxItem[]) => this.#attempt(some, work, troubles);
    let results: R[][];
    try {
      results = await withoutUnexpected(
        items,
        unexpected,
        (some) => withoutRefused(some, attempt, troubles, again),
        again,
      );
    } finally {
      // Also where something else is thrown: else the same rows would be tried first the next time.
      await this.#setAside(troubles);
    }
    for (const { row } of unexpected.rows) this.#undone.add(row.id.toLowerCase());
    const done = new Set(items.map(({ id }) => id.toLowerCase()));
    const were = [...done].flatMap((id) =>
      this.#undone.has(id) || this.#pending.has(id) ? [] : (this.#known.get(id) ?? []),
    );
    await this.#forget(were);
    return results.flat();
  }

  /** Once more where a read failed; then nobody knows which of the rows it is about. */
  async #attempt<R>(
    items: readonly InboxItem[],
    work: Work<R>,
    troubles: ItemTrouble[],
    before?: ApiError,
  ): Promise<R[]> {
    const part = this.writer.part();
    try {
      const clear = await part.withoutUnclear(items, ({ id }) => [linkId(this.entity, id)]);
      const free = part.withoutBusy(clear, ({ id }) => [linkId(this.entity, id)]);
      const result = await work(free, part);
      await part.recorded();
      troubles.push(...part.troubles.map((trouble) => this.#byItem(items, trouble)));
      return [result];
    } catch (error) {
      // While the operation is down nothing more is tried: what failed before stands.
      const [tried = before] = part.troubles.flatMap(({ failed }) => failed?.error ?? []);
      const trouble = tried && isOutage(error) ? tried : error;
      if (!isVendorTrouble(trouble)) throw error;
      const isSoon = trouble.kind === 'transient' && (trouble.retryAfterMs ?? 0) <= RETRY_MS;
      if (!tried && isSoon) {
        await part.failed();
        await this.writer.lookIntoUnanswered();
        await setTimeout(RETRY_MS);
        return await this.#attempt(items, work, troubles, trouble);
      }
      const failed = { error: trouble, size: items.length };
      troubles.push(...items.map((item) => this.#waiting(item, { item, failed })));
      return [];
    } finally {
      await part.failed();
    }
  }

  #byItem(items: readonly InboxItem[], { row, ...trouble }: Writer['troubles'][number]): ItemTrouble {
    const id = guidOf(row);
    const item = items.find((one) => one.id.toLowerCase() === id) ?? { id };
    return this.#waiting(item, { item, ...trouble });
  }

  /** A call without an answer may still be carried out: its rows are not touched before. */
  #waiting(item: InboxItem, trouble: ItemTrouble): ItemTrouble {
    const until = this.writer.busyUntil([linkId(this.entity, item.id)]);
    return until === undefined ? trouble : { ...trouble, waitUntil: Math.max(until, trouble.waitUntil ?? 0) };
  }

  /**
   * Rows that were set aside and whose time has come, in parts that are small enough.
   *
   * @param byKind parts work that is done in another way; one kind is done after the other, as a row may have work of several
   */
  async workOnDue(
    most: number,
    byKind: (items: InboxItem[]) => { items: InboxItem[] }[],
    work: (items: InboxItem[]) => Promise<unknown>,
  ): Promise<void> {
    const { asides } = this.deps.store;
    const due = [...(await asides.probes(this.entity, this.feed)), ...(await asides.due(this.entity, this.feed, most))];
    this.#remember(due);
    for (const { id } of due) this.#pending.add(id);
    const rows = new Map(due.map((aside) => [aside.id, aside]));
    for (const { items } of byKind(due.flatMap((aside) => aside.items))) {
      const parts = this.#inParts(items, rows);
      await this.#atOnce(parts.proven, work);
      await this.#probe(parts.unproven, work);
    }
    this.#pending.clear();
    await this.#forget(due.filter(({ id }) => !this.#undone.has(id)));
  }

  /** Parts in which no row is with more others than it may be; those apart of which nobody knows whether the vendor is up. */
  #inParts(
    items: readonly InboxItem[],
    rows: ReadonlyMap<string, Aside>,
  ): { proven: InboxItem[][]; unproven: InboxItem[][] } {
    const byRow = new Map<string, InboxItem[]>();
    for (const item of items) {
      const own = byRow.get(item.id.toLowerCase()) ?? [];
      byRow.set(item.id.toLowerCase(), own);
      own.push(item);
    }
    const all = [...byRow].flatMap(([id, own]) => {
      const trouble = rows.get(id)?.trouble;
      if (!trouble) return [];
      const succeededAt = this.deps.health.succeededAt(trouble.api, trouble.operation);
      const isProven = onlyWaits(trouble) || succeededAt > trouble.first;
      return [{ own, isProven, last: trouble.last, size: nextSize(trouble, succeededAt, INBOX_PAGE) }];
    });
    const partsOf = (some: typeof all): InboxItem[][] => {
      const bySize = [...some].sort((a, b) => a.size - b.size);
      const parts: { last: number; items: InboxItem[] }[] = [];
      for (let at = 0; at < bySize.length; ) {
        const part = bySize.slice(at, at + Number(bySize[at]?.size));
        parts.push({ last: Math.max(...part.map(({ last }) => last)), items: part.flatMap(({ own }) => own) });
        at += part.length;
      }
      // Those first that failed longest ago: others than the last probe's.
      return parts.sort((a, b) => a.last - b.last).map((part) => part.items);
    };
    return {
      proven: partsOf(all.filter(({ isProven }) => isProven)),
      unproven: partsOf(all.filter(({ isProven }) => !isProven)),
    };
  }

  async #atOnce(parts: InboxItem[][], work: (items: InboxItem[]) => Promise<unknown>): Promise<void> {
    const queue = [...parts];
    const worker = async () => {
      for (let part = queue.shift(); part; part = queue.shift()) await work(part);
    };
    await allEnded(
      Array.from({ length: AT_ONCE }, () => worker()),
      () => queue.splice(0),
    );
  }

  /** One part after the other as long as they get through; the first that does not sends the rest to wait. */
  async #probe(parts: InboxItem[][], work: (items: InboxItem[]) => Promise<unknown>): Promise<void> {
    for (const [index, part] of parts.entries()) {
      await work(part);
      if (!part.some(({ id }) => this.#failed.has(id.toLowerCase()))) continue;
      const waitUntil = Date.now() + PROBE_MS;
      const waits = parts
        .slice(index + 1)
        .flat()
        .map((item): ItemTrouble => ({ item, waitUntil }));
      await this.#setAside(waits);
      return;
    }
  }

  async #setAside(troubles: readonly ItemTrouble[]): Promise<void> {
    for (const { item, failed } of troubles) {
      this.#undone.add(item.id.toLowerCase());
      if (failed) this.#failed.add(item.id.toLowerCase());
    }
    if (troubles.length === 0) return;
    await this.writer.check();
    await setAside(this.deps, this.entity, this.feed, troubles, this.#known, this.writer);
  }

  /** An attempt that was taken for dead and wakes up must not: the next one may have set the same rows aside again. */
  async #forget(done: readonly Aside[]): Promise<void> {
    if (done.length === 0) return;
    await this.writer.check();
    await forgetAside(this.deps, this.entity, this.feed, done, this.writer);
  }
}

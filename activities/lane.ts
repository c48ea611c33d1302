import { setTimeout } from 'node:timers/promises';
import type { ApiError } from '../clients/errors';
import { isOutage } from '../clients/health';
import type { Aside } from '../clients/mongo/aside';
import type { Feed, InboxItem } from '../clients/mongo/inbox';
import { guidOf, linkId } from '../clients/mongo/links';
import { nextSize } from '../model/set-aside';
import type { Deps } from './deps';
import { forgetAside, type ItemTrouble, setAside } from './set-aside';
import { isVendorTrouble } from './trouble';
import { Unexpected, withoutUnexpected } from './unexpected';
import { parkUnexpected } from './unexpected-rows';
import type { Writer } from './writer';

/** Nothing came of what was read, so it may be read again: many a failure is over by then. */
const RETRY_MS = 2_000;
/** Parts of rows that were set aside, at once. */
const AT_ONCE = 4;
/** While nobody knows whether the vendor is up, one part asks in this time. */
const PROBE_MS = 60_000;

/** What is done with some rows; what of it is left undone stands on the writer's part. */
export type Work<R> = (items: InboxItem[], part: Writer) => Promise<R>;

/** The work of one entity in one direction. A row that fails is set aside, and the others go on. */
export class Lane {
  /** Rows that were set aside before, by id: what is done of them is forgotten. */
  #known = new Map<string, Aside>();

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

  async endUnit(unexpected: Unexpected<InboxItem>): Promise<void> {
    await parkUnexpected(this.deps, this.entity, this.feed, unexpected.rows, this.writer.epoch);
  }

  /** Works on rows together. @returns what came of them, in parts where they could not be worked on as one */
  async work<R>(items: readonly InboxItem[], unexpected: Unexpected<InboxItem>, work: Work<R>): Promise<R[]> {
    const troubles: ItemTrouble[] = [];
    const again = () => this.writer.lookIntoUnanswered();
    const results = await withoutUnexpected(
      items,
      unexpected,
      async (some) => {
        const part = await this.#attempt(some, work);
        troubles.push(...part.troubles);
        return part.results;
      },
      again,
    );
    await setAside(this.deps, this.entity, this.feed, troubles, this.#known, this.writer.epoch);
    const undone = new Set([...troubles, ...unexpected.rows.map(({ row }) => ({ item: row }))].map(({ item }) => item));
    const done = items.filter((item) => !undone.has(item));
    const were = done.flatMap(({ id }) => this.#known.get(id.toLowerCase()) ?? []);
    await forgetAside(this.deps, this.entity, this.feed, were);
    return results.flat();
  }

  /** Once more where a read failed; then nobody knows which of the rows it is about. */
  async #attempt<R>(items: readonly InboxItem[], work: Work<R>, before?: ApiError): Promise<Attempt<R>> {
    const part = this.writer.part();
    try {
      const free = part.withoutBusy(items, ({ id }) => [linkId(this.entity, id)]);
      const result = await work(free, part);
      await part.recorded();
      return { results: [result], troubles: part.troubles.map((trouble) => this.#byItem(items, trouble)) };
    } catch (error) {
      // While the operation is down nothing more is tried: what failed before stands.
      const trouble = before && isOutage(error) ? before : error;
      if (!isVendorTrouble(trouble)) throw error;
      if (!before && trouble.kind === 'transient') {
        await part.failed();
        await this.writer.lookIntoUnanswered();
        await setTimeout(RETRY_MS);
        return await this.#attempt(items, work, trouble);
      }
      const failed = { error: trouble, size: items.length };
      return { results: [], troubles: items.map((item) => this.#waiting(item, { item, failed })) };
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

  /** Rows that were set aside and whose time has come, in parts that are small enough. @returns how many there were */
  async workOnDue<R>(
    most: number,
    byKind: (items: InboxItem[]) => { items: InboxItem[] }[],
    work: (items: InboxItem[]) => Promise<R[]>,
  ): Promise<R[]> {
    const { store, health } = this.deps;
    const due = [
      ...(await store.asides.probes(this.entity, this.feed)),
      ...(await store.asides.due(this.entity, this.feed, most)),
    ];
    if (due.length === 0) return [];
    this.#remember(due);
    const succeededAt = ({ trouble: { api, operation } }: Aside) => health.succeededAt(api, operation);
    const isProven = (aside: Aside) => aside.trouble.size === 1 || succeededAt(aside) > aside.trouble.first;
    const sizes = new Map(due.map((aside) => [aside.item, nextSize(aside.trouble, succeededAt(aside))]));
    const partsOf = (asides: readonly Aside[]) =>
      byKind(asides.map(({ item }) => item)).flatMap(({ items }) => inParts(items, (item) => sizes.get(item) ?? 1));
    const results: R[] = [];
    const queue = partsOf(due.filter(isProven));
    const worker = async () => {
      for (let part = queue.shift(); part; part = queue.shift()) results.push(...(await work(part)));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    // Those first that failed longest ago: others than the last probe's.
    const unproven = due.filter((aside) => !isProven(aside));
    const failedAt = new Map(unproven.map(({ item, trouble }) => [item, trouble.last]));
    const lastOf = (part: readonly InboxItem[]) => Math.max(...part.map((item) => failedAt.get(item) ?? 0));
    const probes = partsOf(unproven).sort((a, b) => lastOf(a) - lastOf(b));
    results.push(...(await this.#probe(probes, work)));
    return results;
  }

  /** One part after the other as long as they get through; the first that does not sends the rest to wait. */
  async #probe<R>(parts: InboxItem[][], work: (items: InboxItem[]) => Promise<R[]>): Promise<R[]> {
    const { asides } = this.deps.store;
    const results: R[] = [];
    for (const [index, part] of parts.entries()) {
      results.push(...(await work(part)));
      const left = await asides.get(
        this.entity,
        this.feed,
        part.map(({ id }) => id.toLowerCase()),
      );
      if (left.size === 0) continue;
      const waitUntil = Date.now() + PROBE_MS;
      const others = parts.slice(index + 1).flat();
      const waits = others.map((item): ItemTrouble => ({ item, waitUntil }));
      await setAside(this.deps, this.entity, this.feed, waits, this.#known, this.writer.epoch);
      break;
    }
    return results;
  }
}

interface Attempt<R> {
  results: R[];
  troubles: ItemTrouble[];
}

/** Parts in which no row is with more others than it may be. */
function inParts(items: readonly InboxItem[], sizeOf: (item: InboxItem) => number): InboxItem[][] {
  const parts: InboxItem[][] = [];
  const bySize = [...items].sort((a, b) => sizeOf(a) - sizeOf(b));
  for (let at = 0; at < bySize.length; ) {
    const size = sizeOf(bySize[at] as InboxItem);
    parts.push(bySize.slice(at, at + size));
    at += size;
  }
  return parts;
}

import type { Mode } from '../../../activities/fetch';
import type { Outcome } from '../../../activities/outcome';
import type { EntityPlan, Preflight } from '../../../activities/preflight';
import type { World } from './world';

type Done<T> = { kind: 'done' } & T;

/** What the workflow would go on with; a wait or a stop is a fault of the test. */
export function expectDone<T>(outcome: Outcome<T>): Done<T> {
  if (outcome.kind === 'done') return outcome;
  throw new Error(`expected done, got ${outcome.kind}: ${outcome.reason}`);
}

/** The flow of the workflows, one activity after the other: the same activities in the same order. */
export class Driver {
  plan: Preflight | undefined;
  /** By entity; a catch-up raises it. */
  readonly generation = new Map<string, number>();

  constructor(readonly world: World) {}

  async preflight(): Promise<Preflight> {
    this.plan = expectDone(await this.world.run('preflight'));
    return this.plan;
  }

  get entities(): EntityPlan[] {
    return [...(this.plan?.entities ?? [])].sort((a, b) => a.wave - b.wave);
  }

  /** Preflight, and every entity's import in the order of the waves. */
  async importAll(): Promise<void> {
    await this.preflight();
    for (const { name } of this.entities) await this.import(name);
  }

  /** One entity; `between` is called after each page was fetched, before it is applied. */
  async import(entity: string, mode: Mode = 'import', between?: (unit: number) => Promise<void>): Promise<void> {
    const generation = this.generation.get(entity) ?? 1;
    this.generation.set(entity, generation);
    const begun = expectDone(await this.world.run('beginImport', entity, generation, mode));
    for (const unit of begun.staged) expectDone(await this.world.run('applyUnit', entity, generation, unit, mode));
    for (let next = begun.next; next !== undefined; ) {
      const fetched = expectDone(await this.world.run('fetchPage', entity, generation, next, mode));
      await between?.(next);
      if (fetched.rows > 0) expectDone(await this.world.run('applyUnit', entity, generation, next, mode));
      next = fetched.more ? next + 1 : undefined;
    }
    expectDone(await this.world.run('finishImport', entity, generation));
  }

  /** Reads the entity whole once more: a resync, a catch-up, an untracked table. */
  async reread(entity: string, mode: Mode = 'import'): Promise<void> {
    this.generation.set(entity, (this.generation.get(entity) ?? 1) + 1);
    await this.import(entity, mode);
  }

  /** One cycle: looks at everything that is tracked, and works off what came. @returns the items that the look brought. */
  async cycle(): Promise<number> {
    const tables = this.entities.filter(({ untracked }) => !untracked).map(({ name }) => name);
    const dynamics = expectDone(await this.world.run('lookDynamics', tables));
    const marketo = expectDone(await this.world.run('lookMarketo', ['leadchanges', 'activities', 'deletedleads']));
    const feeds = [...Object.entries(dynamics.feeds), ...Object.entries(marketo.feeds)];
    for (const [name, { fault, expired }] of feeds) {
      if (fault !== undefined || expired) throw new Error(`feed ${name}: ${fault ?? 'expired'}`);
    }
    await this.workOff();
    return feeds.reduce((sum, [, { items }]) => sum + items, 0);
  }

  /** Some turns of the loop, where a delta token may be too old: then the table is read whole once more. */
  async rounds(count: number): Promise<void> {
    for (let round = 0; round < count; round += 1) {
      const tables = this.entities.filter(({ untracked }) => !untracked).map(({ name }) => name);
      const dynamics = expectDone(await this.world.run('lookDynamics', tables));
      const marketo = expectDone(await this.world.run('lookMarketo', ['leadchanges', 'activities', 'deletedleads']));
      for (const [name, feed] of Object.entries({ ...dynamics.feeds, ...marketo.feeds })) {
        if (feed.fault !== undefined) throw new Error(`feed ${name}: ${feed.fault}`);
        if (feed.expired) await this.reread(name);
      }
      await this.workOff();
    }
  }

  /** Carries out what is in the inboxes, until nothing is left. */
  async workOff(): Promise<void> {
    for (let round = 0; round < 20; round += 1) {
      const { inbox, asides } = this.world.deps.store;
      const [pending, due] = [await inbox.pending(), await asides.counts()];
      const waits = (name: string, feed: 'dynamics' | 'marketo') =>
        (pending.get(name)?.[feed] ?? 0) + (due.get(name)?.[feed] ?? 0) > 0;
      const names = this.entities.map(({ name }) => name);
      if (!names.some((name) => waits(name, 'dynamics') || waits(name, 'marketo'))) return;
      for (const name of names) {
        if (waits(name, 'dynamics')) expectDone(await this.world.run('applyInbox', name));
        if (waits(name, 'marketo')) expectDone(await this.world.run('writeBack', name));
      }
    }
    throw new Error('the inboxes do not get empty');
  }

  /** Cycles until one brings nothing: both ends are settled. */
  async settle(): Promise<void> {
    for (let round = 0; round < 12; round += 1) if ((await this.cycle()) === 0) return;
    throw new Error('the feeds do not come to rest');
  }

  /** Fields and rows that are kept back, as `entity:guid:field` → reason. */
  async parked(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for await (const { id, field, reason } of this.world.deps.store.parked.all()) {
      found[field === undefined ? id : `${id}:${field}`] = reason;
    }
    return found;
  }
}

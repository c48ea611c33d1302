import { ApplicationFailure } from '@temporalio/common';
import type { Mode } from '../../../activities/fetch';
import type { Outcome } from '../../../activities/outcome';
import type { EntityPlan } from '../../../activities/preflight';
import { Died, Mortal } from './mortal';
import type { Process, Stage } from './stage';
import type { ActivityName, World, WorldOptions } from './world';

/** As workflows/options.ts says. */
const ATTEMPTS = 5;
/** An import that came no further for so long is not waited for, nor is one that is refused twice (workflows/holds.ts). */
const GIVE_UP_MS = 10 * 60_000;
const IMPORTING: readonly ActivityName[] = ['beginImport', 'fetchPage', 'applyUnits', 'finishImport'];
/** Pages that are written together (workflows/initial-import.ts). */
const TOGETHER = 2;
/** A child whose activity failed so often is started again after this long (workflows/child.ts). */
const AFTER_FAILURE_MS = 30_000;
/** Marketo shows an activity a little later; longer than any delay that is drawn. */
const BETWEEN_CYCLES_MS = 15_000;
/** Once nothing is left but rows that were set aside: one of them may wait for an hour (model/set-aside.ts). */
const ASIDE_MS = 5 * 60_000;
const FEEDS = ['leadchanges', 'activities', 'deletedleads'];
/** Cycles within which both systems have to be at rest once nobody edits. */
const CYCLES_TO_REST = 60;
/** Runs of one entity's child in a cycle; what is left then is the next cycle's. */
const ROUNDS = 12;

/** Of the state that a parent carries over to its next run, what decides which work there is. */
export interface Carried {
  entities: EntityPlan[];
  imported: string[];
  resyncing: string[];
  generation: Record<string, number>;
  highest: Record<string, number>;
}

type Done<T> = { kind: 'done' } & T;
type Answer<N extends ActivityName> = Extract<Awaited<ReturnType<World['activities'][N]>>, { kind: 'done' }>;

/**
 * The whole service without Temporal: the activities in the order of the workflows, with their retries, waits,
 * catch-ups and probes, whatever goes wrong around them. Nothing here decides what is right.
 */
export class Service<P extends Process = World> {
  /** Why nothing at all is done: the wrong organisation, a wrong credential. */
  stopped: string | undefined;
  /** What kept an activity from ending well in the last cycle, for messages. */
  trouble: string[] = [];
  /** Entities that can't be synced until someone acts, and what the service says of them. */
  readonly left = new Map<string, string>();
  /** Since when an import came no further. */
  readonly #failing = new Map<string, number>();
  /** Each `seq` of the ledgers at which a worker was ended, or died. */
  readonly interrupted: number[] = [];
  /** Entities to be imported before all others, whatever their waves. */
  importOrder: readonly string[] = [];
  /** How long the organisations are taken for checked; the parent's own rhythm is 15 minutes. */
  checkEveryMs = 0;
  #checkedAt = 0;
  /** Called in an import after a page was read, before it is written. */
  between: ((entity: string, unit: number) => Promise<unknown>) | undefined;
  #entities: EntityPlan[] = [];
  #imported = new Set<string>();
  #resyncing = new Set<string>();
  #more = false;
  #generation = new Map<string, number>();
  #highest = new Map<string, number>();
  #mortal: Mortal;

  private constructor(
    readonly stage: Stage<P>,
    private options: WorldOptions,
    private opened: P,
  ) {
    this.#mortal = options.mortal as Mortal;
  }

  static async on<P extends Process>(stage: Stage<P>, options: WorldOptions = {}): Promise<Service<P>> {
    const mortal = { ...options, mortal: new Mortal() };
    return new Service(stage, mortal, await stage.open(mortal));
  }

  get world(): P {
    return this.opened;
  }

  /** In the order of the import's waves; empty before a preflight. */
  get entities(): readonly EntityPlan[] {
    return this.#entities;
  }

  get mortal(): Mortal {
    return this.#mortal;
  }

  /** The worker ends and another one starts; with `parent`, the workflow too: only Mongo remembers. */
  async restart({ parent = false, ...options }: WorldOptions & { parent?: boolean } = {}): Promise<void> {
    const { database } = this.opened;
    await this.opened.close();
    this.interrupted.push(await this.stage.seq());
    this.#mortal = new Mortal();
    this.options = { ...this.options, ...options, mortal: this.#mortal };
    this.opened = await this.stage.open({ ...this.options, database });
    if (!parent) return;
    this.#entities = [];
    this.#imported.clear();
    this.#resyncing.clear();
    this.#generation.clear();
    this.#highest.clear();
  }

  /** What the parent would carry over to its next run (workflows/state.ts). */
  get carried(): Carried {
    return {
      entities: this.#entities,
      imported: [...this.#imported],
      resyncing: [...this.#resyncing],
      generation: Object.fromEntries(this.#generation),
      highest: Object.fromEntries(this.#highest),
    };
  }

  /** Goes on where another parent stopped, without a preflight. */
  carryOn({ entities, imported, resyncing, generation, highest }: Carried): void {
    this.#entities = [...entities].sort((a, b) => a.wave - b.wave);
    this.#imported = new Set(imported);
    this.#resyncing = new Set(resyncing);
    this.#generation = new Map(Object.entries(generation));
    this.#highest = new Map(Object.entries(highest));
  }

  /** One turn of the parent: preflight or check, imports that are due, both looks, and everything that they brought. @returns items found. */
  async cycle(): Promise<number> {
    this.trouble = [];
    if (!(await this.#ready())) return 0;
    const names = new Set([...this.importOrder, ...this.#entities.map(({ name }) => name)]);
    for (const name of names)
      if (!this.#imported.has(name) && this.#waveIsOpen(name)) await this.#import(name, 'import');
    for (const name of [...this.#resyncing]) await this.#import(name, 'resync');
    const items = await this.look();
    await this.workOff();
    return items;
  }

  /** Both looks; a table whose token is too old is read whole once more. @returns items found. */
  async look(feeds: readonly string[] = FEEDS): Promise<number> {
    const tables = this.#entities
      .filter(({ name, untracked }) => !untracked && this.#imported.has(name))
      .map(({ name }) => name);
    const found = [await this.#run('lookDynamics', tables), await this.#run('lookMarketo', [...feeds])];
    let items = 0;
    this.#more = false;
    for (const look of found) {
      for (const [name, feed] of Object.entries(look?.feeds ?? {})) {
        items += feed.items;
        if (feed.fault !== undefined) this.trouble.push(`${name}: ${feed.fault}`);
        if (feed.more || feed.expired) this.#more = true;
        if (feed.expired) await this.reread(name);
      }
    }
    return items;
  }

  /** The children of all entities that have work, one after the other. */
  async workOff(): Promise<void> {
    for (let round = 0; round < ROUNDS; round += 1) {
      const pending = await this.#pending();
      const before = this.trouble.length;
      if (![...pending.values()].some(({ dynamics, marketo }) => dynamics + marketo > 0)) return;
      for (const { name } of this.#entities) {
        const work = pending.get(name);
        if (work?.dynamics) await this.#run('applyInbox', name);
        if (work?.marketo) await this.#run('writeBack', name);
      }
      if (this.trouble.length > before) return;
    }
  }

  /** The way back of one entity alone, ahead of what came from Dynamics. */
  async writeBack(entity: string): Promise<void> {
    if (this.#imported.has(entity)) await this.#run('writeBack', entity);
  }

  /** Reads an entity whole once more: a catch-up, an untracked table, a resync. */
  async reread(entity: string, mode: Mode = 'import'): Promise<void> {
    const next = (this.#highest.get(entity) ?? 1) + 1;
    this.#highest.set(entity, next);
    this.#generation.set(entity, next);
    // Live changes go on while a resync is under way; a catch-up is an import.
    if (mode === 'resync') this.#resyncing.add(entity);
    else this.#imported.delete(entity);
    await this.#import(entity, mode);
  }

  /**
   * Cycles until both systems are at rest: nothing is written, nothing waits, nothing went wrong, twice in a row. What
   * a feed tells again is no unrest.
   *
   * @throws Error when they do not come to rest, with what kept them
   */
  async settle(): Promise<void> {
    let writes = await this.stage.writes();
    let unrest = '';
    let waitMs = BETWEEN_CYCLES_MS;
    for (let quiet = 0, cycle = 0; quiet < 2; cycle += 1) {
      if (cycle === CYCLES_TO_REST) throw new Error(`the systems do not come to rest: ${unrest}`);
      await this.stage.pass(waitMs);
      await this.cycle();
      if (this.stopped !== undefined) return;
      const pending = await this.#pending();
      const written = await this.stage.writes();
      const kept = [...pending].map(
        ([entity, { dynamics, marketo, setAside }]) =>
          `${entity} has ${dynamics}+${marketo} items, and ${setAside} rows set aside`,
      );
      const isDue = this.#more || [...pending.values()].some(({ dynamics, marketo }) => dynamics + marketo > 0);
      waitMs = this.trouble.length === 0 && pending.size > 0 && !isDue ? ASIDE_MS : BETWEEN_CYCLES_MS;
      const wrote = written === writes ? [] : [`${written - writes} writes`];
      unrest = [...this.trouble, ...kept, ...wrote, ...(this.#more ? ['a feed has more'] : [])].join('; ');
      quiet = unrest === '' ? quiet + 1 : 0;
      writes = written;
    }
    await this.rereadUntracked();
    await this.cycle();
  }

  /** Tables of whose changes no feed tells. */
  async rereadUntracked(): Promise<void> {
    for (const { name, untracked } of this.#entities) if (untracked) await this.reread(name);
    await this.workOff();
  }

  async close(): Promise<void> {
    await this.opened.close();
  }

  async #ready(): Promise<boolean> {
    if (this.#entities.length > 0) {
      if (this.stopped === undefined && Date.now() - this.#checkedAt < this.checkEveryMs) return true;
      const checked = await this.#run('checkOrganisations');
      // One that failed tells nothing: what was stopped stays so, what goes on goes on.
      if (checked || this.stopped === undefined) this.#checkedAt = Date.now();
      return this.stopped === undefined;
    }
    const found = await this.#run('preflight');
    if (!found) return false;
    this.#checkedAt = Date.now();
    this.#entities = [...found.entities].sort((a, b) => a.wave - b.wave);
    for (const { name, generation, highest } of found.entities) {
      this.#generation.set(name, generation ?? 1);
      this.#highest.set(name, highest ?? 1);
    }
    return true;
  }

  /** Every entity of an earlier wave is imported, or stopped for good; an import that is told to come first waits for none. */
  #waveIsOpen(entity: string): boolean {
    const wave = this.#entities.find(({ name }) => name === entity)?.wave ?? 0;
    const settled = (name: string) => this.#imported.has(name) || this.left.has(name);
    return (
      this.importOrder.includes(entity) || this.#entities.every((other) => other.wave >= wave || settled(other.name))
    );
  }

  async #import(entity: string, mode: Mode): Promise<void> {
    const generation = this.#generation.get(entity) ?? 1;
    const begun = await this.#run('beginImport', entity, generation, mode);
    if (!begun) return;
    const staged = [...begun.staged];
    for (let next = begun.next; next !== undefined || staged.length > 0; ) {
      if (next !== undefined && staged.length < TOGETHER) {
        const fetched = await this.#run('fetchPage', entity, generation, next, mode);
        if (!fetched) return;
        await this.between?.(entity, next);
        if (fetched.rows > 0) staged.push(next);
        next = fetched.more ? next + 1 : undefined;
      } else if (!(await this.#run('applyUnits', entity, generation, staged.splice(0, TOGETHER), mode))) return;
    }
    if (!(await this.#run('finishImport', entity, generation))) return;
    if (mode === 'resync') this.#resyncing.delete(entity);
    else this.#imported.add(entity);
  }

  #cameFurther(entity: string): void {
    this.#failing.delete(entity);
    this.left.delete(entity);
  }

  #cameNoFurther(entity: string, reason: string, final: boolean, stopped: boolean): void {
    const since = this.#failing.get(entity);
    this.#failing.set(entity, since ?? Date.now());
    const over = since !== undefined && (final || Date.now() - since >= GIVE_UP_MS);
    if (stopped || over) this.left.set(entity, reason);
  }

  /** One activity with its retries. @returns undefined when it has to be tried again later; `trouble` says why. */
  async #run<N extends ActivityName>(
    name: N,
    ...args: Parameters<World['activities'][N]>
  ): Promise<Answer<N> | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      try {
        const outcome = (await this.opened.run(name, ...args)) as Outcome<object>;
        if (outcome.kind === 'done') {
          if (name === 'preflight' || name === 'checkOrganisations') this.stopped = undefined;
          if (IMPORTING.includes(name) && name !== 'beginImport') this.#cameFurther(String(args[0]));
          return outcome as Done<object> as Answer<N>;
        }
        if (outcome.kind === 'stopped' && (name === 'preflight' || name === 'checkOrganisations'))
          this.stopped = outcome.reason;
        if (outcome.kind === 'wait') await this.stage.pass(outcome.waitUntil - Date.now() + 1_000);
        const stopped = outcome.kind === 'stopped';
        if (IMPORTING.includes(name)) this.#cameNoFurther(String(args[0]), outcome.reason, stopped, stopped);
        if (!stopped || name !== 'beginImport')
          this.trouble.push(`${name} ${String(args[0] ?? '')}: ${outcome.reason}`);
        return undefined;
      } catch (error) {
        const hopeless = error instanceof ApplicationFailure && error.nonRetryable === true;
        if (this.#mortal.dead) await this.restart();
        if (hopeless || attempt === ATTEMPTS - 1) {
          if (IMPORTING.includes(name)) this.#cameNoFurther(String(args[0]), (error as Error).message, hopeless, false);
          this.trouble.push(`${name} ${String(args[0] ?? '')}: ${(error as Error).message}`);
          break;
        }
      }
    }
    await this.stage.pass(AFTER_FAILURE_MS);
    return undefined;
  }

  /** What waits, by entity: items, rows that were set aside and are due, and all that were set aside. */
  async #pending(): Promise<Map<string, { dynamics: number; marketo: number; setAside: number }>> {
    const inbox = await this.#alive(() => this.world.deps.store.inbox.pending());
    const asides = await this.#alive(() => this.world.deps.store.asides.counts());
    const found = new Map<string, { dynamics: number; marketo: number; setAside: number }>();
    for (const entity of new Set([...inbox.keys(), ...asides.keys()])) {
      const queued = inbox.get(entity);
      const { dynamics = 0, marketo = 0, waiting = 0 } = asides.get(entity) ?? {};
      if (!queued && waiting === 0) continue;
      const due = { dynamics: (queued?.dynamics ?? 0) + dynamics, marketo: (queued?.marketo ?? 0) + marketo };
      found.set(entity, { ...due, setAside: waiting });
    }
    return found;
  }

  /** What the parent asks of Mongo by an activity of its own. */
  async #alive<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#mortal.dead) await this.restart();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      await this.restart();
      return ask();
    }
  }
}

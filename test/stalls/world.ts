import { contact } from '../../cli/check/stage/organisation';
import { Service } from '../../cli/check/stage/service';
import type { Process } from '../../cli/check/stage/stage';
import { guidOf } from '../../clients/mongo/links';
import type { Sealer } from '../../clients/mongo/sealer';
import { configFile, settingsFrom } from '../../workers/config-file';
import { circumstances } from '../deaths/story';
import { BEFORE_MS, configOf } from '../truth/circumstances';
import { Memory } from '../truth/memory/stage';
import { clock } from '../truth/memory/time';
import type { Schedule } from '../truth/schedule';
import type { System } from '../truth/step';

const PLAIN = circumstances('persons', { adoption: 'create' });

const CYCLE_MS = 15_000;

/** Many contacts, imported and at rest, in both systems in memory. */
export class World {
  private constructor(
    readonly memory: Memory,
    readonly service: Service<Process>,
    readonly contacts: readonly string[],
  ) {}

  /** At rest. */
  static async of(contacts: number, sealer?: Sealer): Promise<World> {
    const world = await World.begun(contacts, {}, sealer);
    await world.service.settle();
    return world;
  }

  /** Before its import. */
  static async begun(
    contacts: number,
    others: Record<string, readonly object[]> = {},
    sealer?: Sealer,
    config: Partial<Schedule> & { whenMergedInDynamics?: 'flag' } = {},
  ): Promise<World> {
    clock.begin();
    const { whenMergedInDynamics = 'merge', ...more } = config;
    const schedule = { ...PLAIN, ...more };
    const settings = settingsFrom(configFile.parse({ ...configOf(schedule), whenMergedInDynamics }));
    const memory = new Memory(schedule, settings, sealer);
    const rows = Array.from({ length: contacts }, (_, number) => contact(number + 10));
    memory.organisation.seed({ ...others, contact: [...rows, ...(others.contact ?? [])] });
    clock.pass(BEFORE_MS);
    const service = await Service.on(memory);
    service.checkEveryMs = 15 * 60_000;
    return new World(
      memory,
      service,
      rows.map((row) => String((row as { contactid: string }).contactid)),
    );
  }

  /** A user's edit of some contacts. */
  async edit(contacts: readonly string[], values: object): Promise<void> {
    for (const id of contacts) await this.memory.editDynamics({ op: 'update', table: 'contact', id, values });
  }

  /** A marketer's edit of the people of some contacts. */
  async market(contacts: readonly string[], values: object): Promise<void> {
    for (const guid of contacts) {
      const person = await this.person(guid);
      await this.memory.editMarketo({ op: 'update', id: Number(person?.id), values: { ...values } });
    }
  }

  async person(guid: string): Promise<Record<string, unknown> | undefined> {
    return (await this.memory.records()).find(({ microsoftId }) => microsoftId === guid);
  }

  async row(guid: string): Promise<Record<string, unknown> | undefined> {
    return (await this.memory.rows('contact')).find(({ contactid }) => contactid === guid);
  }

  /** Cycles, 15 s apart, until this is true. @returns the seconds that it took; undefined: it did not come to pass in time */
  async until(isTrue: () => Promise<boolean>, withinMs: number): Promise<number | undefined> {
    const begun = clock.now();
    while (clock.now() - begun <= withinMs) {
      if (await isTrue()) return Math.round((clock.now() - begun) / 1_000);
      await this.memory.pass(CYCLE_MS);
      await this.service.cycle();
    }
    return undefined;
  }

  async cycles(ms: number, each: () => Promise<void> = async () => undefined): Promise<void> {
    const until = clock.now() + ms;
    while (clock.now() < until) {
      await each();
      await this.memory.pass(CYCLE_MS);
      await this.service.cycle();
    }
  }

  /** Fails at these contacts' rows, or at their people. */
  poison(system: System, contacts: readonly string[], fault: 'refused' | 'lost-before'): void {
    for (const guid of contacts) this.memory.poison({ system, fault, guid });
  }

  /** The work of an entity is not done from now on, as where an operator pauses it. */
  pause(entity: string): void {
    const { world } = this.service;
    const run = world.run.bind(world) as (name: string, ...args: unknown[]) => Promise<unknown>;
    const without = async (name: string, ...args: unknown[]) => {
      const isPaused = args[0] === entity && (name === 'applyInbox' || name === 'writeBack');
      return isPaused ? { kind: 'done', more: false } : run(name, ...args);
    };
    world.run = without as typeof world.run;
  }

  async parked(): Promise<string[]> {
    const found: string[] = [];
    for await (const { id, reason, code } of this.service.world.deps.store.parked.all())
      found.push(`${id} ${reason} ${code}`);
    return found;
  }

  /** What is listed of each row, by its GUID: fields, and `row` for the whole of it. */
  async listed(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for await (const { id, field = 'row', reason } of this.service.world.deps.store.parked.all())
      found[guidOf(id)] = `${field}: ${reason}`;
    return found;
  }

  async setAside(entity = 'contact'): Promise<{ waiting: number; outages: number }> {
    const { asides } = this.service.world.deps.store;
    const counts = await asides.counts();
    return { waiting: counts.get(entity)?.waiting ?? 0, outages: (await asides.outages()).size };
  }
}

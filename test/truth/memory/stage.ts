import { createActivities } from '../../../activities';
import { Schema } from '../../../activities/schema';
import type { Row } from '../../../cli/check/stage/control';
import type { Mortal } from '../../../cli/check/stage/mortal';
import type { Process, Stage } from '../../../cli/check/stage/stage';
import type { ActivityName, WorldOptions } from '../../../cli/check/stage/world';
import { Health } from '../../../clients/health';
import { Sealer } from '../../../clients/mongo/sealer';
import { storeOn } from '../../../clients/mongo/store';
import type { Settings } from '../../../model/settings';
import type { Schedule } from '../schedule';
import type { Systems } from '../step';
import { process as activity } from './activity';
import { OPERATIONS } from './collection';
import { MemoryDatabase } from './database';
import { type DynamicsSwitches, MemoryDynamics } from './dynamics';
import { Instance, type MarketoSwitches } from './instance';
import { Ledger } from './ledger';
import { memoryMarketo } from './marketo';
import { type Operation, Organisation } from './organisation';
import { clock } from './time';
import { type Poison, Wire } from './wire';

/** As the simulators have them (docs/simulators.md), but for a feed that is told at once and without gaps. */
const DYNAMICS: DynamicsSwitches = { deltaTokenFrom: 'first', deltaOverlap: false, deltaShuffle: false };
const MARKETO: MarketoSwitches = {
  activityDelayMs: [0, 0],
  emptyPages: false,
  newLeadReady: 'atOnce',
  nullsInReads: 'explicit',
  sameValueActivity: false,
  sameKeyInBatch: 'update',
  createOnlyEmailClash: 'ignore',
  mergeLosersInDeleted: true,
  mergeLogsChanges: false,
  mergeMovesRoles: true,
};

type MarketoOperation =
  | { op: 'create'; values: Row }
  | { op: 'update'; id: number; values: Row }
  | { op: 'delete'; id: number }
  | { op: 'merge'; winner: number; losers: number[] };

/** Nobody looks into this database: what a schedule costs is time. */
class OpenSealer extends Sealer {
  override seal(value: unknown): Buffer {
    return Buffer.from(JSON.stringify(value));
  }

  override open<T>(sealed: Uint8Array): T {
    return JSON.parse(sealed.toString()) as T;
  }
}
const openSealer = new OpenSealer(Buffer.alloc(32, 1));

/** Both systems, what lies between, and the service's database: in this process, and on the clock of time.ts. */
export class Memory implements Stage<Process>, Systems {
  readonly ledger = new Ledger();
  readonly wire = new Wire(this.ledger);
  readonly organisation = new Organisation(this.ledger);
  readonly instance: Instance;
  readonly dynamics: MemoryDynamics;
  readonly #database = new MemoryDatabase();

  constructor(
    { switches, repeats, pageRows }: Pick<Schedule, 'switches' | 'repeats' | 'pageRows'>,
    /** Those of the next process that is started. */
    public settings: Settings,
    private readonly sealer: Sealer = openSealer,
  ) {
    this.instance = new Instance(this.ledger, { ...MARKETO, ...switches.marketo }, repeats);
    this.dynamics = new MemoryDynamics(this.organisation, this.wire, { ...DYNAMICS, ...switches.dynamics }, pageRows);
  }

  /** Of several processes at once, the one that may die: its errors are expected then. */
  attend(mortal: Mortal): void {
    activity.isDead = () => mortal.dead;
  }

  async open({ mortal }: WorldOptions): Promise<Process> {
    if (mortal) this.attend(mortal);
    const store = storeOn(
      this.#database.open((operation) => mortal?.before(operation, OPERATIONS[operation] === 'write')),
      this.sealer,
      async () => undefined,
    );
    const health = new Health();
    const line = this.wire.lineOf((operation, write) => mortal?.before(operation, write), health);
    const dynamics = this.dynamics.client(line);
    const marketo = memoryMarketo(this.instance, this.ledger, line);
    const { settings } = this;
    const deps = {
      dynamics,
      marketo,
      store,
      health,
      settings,
      schema: new Schema(dynamics, marketo, store, settings),
    };
    const activities = createActivities(deps);
    const run = async (name: ActivityName, ...args: unknown[]) =>
      (activities[name] as unknown as (...given: unknown[]) => Promise<unknown>)(...args);
    return { database: 'memory', deps, run: run as Process['run'], close: async () => undefined };
  }

  /** Everything, at this moment: what `load` takes. Faults that are still to come are no part of it. */
  dump() {
    if (this.wire.open > 0) throw new Error('a call is on its way: let time pass first');
    return {
      now: clock.now(),
      database: this.#database.dump(),
      organisation: this.organisation.dump(),
      instance: this.instance.dump(),
      links: this.dynamics.dump(),
      ledger: this.ledger.dump(),
    };
  }

  /** Into a new one, in which nothing has happened; puts the clock to that moment. */
  load({ now, database, organisation, instance, links, ledger }: ReturnType<Memory['dump']>): void {
    clock.begin(now);
    this.#database.load(database);
    this.organisation.load(organisation);
    this.instance.load(instance);
    this.dynamics.load(links);
    this.ledger.load(ledger);
  }

  /** A system fails at each write, or also each read, that this row, or the person that has it by then, is in. */
  poison({ guid, ...how }: Omit<Poison, 'isIn'> & { guid: string }): void {
    const isIn = ({ id, leadId, microsoftId, email }: Record<string, unknown>) => {
      const person = this.instance.persons.get(Number(leadId ?? id)) ?? this.#personAt(email);
      return [id, microsoftId, person?.values.microsoftId].some((one) => String(one).toLowerCase() === guid);
    };
    this.wire.poisons.push({ ...how, isIn });
  }

  /** One that a read by its address asks for. */
  #personAt(email: unknown) {
    return email === undefined ? undefined : this.instance.readable().find(({ values }) => values.email === email);
  }

  async seq(): Promise<number> {
    return this.ledger.seq;
  }

  async writes(): Promise<number> {
    return this.ledger.writes;
  }

  async pass(ms: number): Promise<void> {
    this.wire.pass(ms);
  }

  async rows(table: string): Promise<Row[]> {
    return [...this.organisation.rows(table).values()];
  }

  async records(): Promise<Row[]> {
    return [...this.instance.persons.values()].map(({ id, values }) => ({ ...values, id }));
  }

  async editDynamics(...operations: object[]): Promise<void> {
    this.wire.pass(1);
    this.organisation.edit(...(operations as Operation[]));
  }

  async holdDynamics(...operations: object[]): Promise<void> {
    this.wire.pass(1);
    this.organisation.hold(...(operations as Operation[]));
  }

  async editMarketo(...operations: object[]): Promise<void> {
    this.wire.pass(1);
    for (const operation of operations as MarketoOperation[]) this.#edit(operation);
  }

  #edit(operation: MarketoOperation): void {
    const { instance } = this;
    const actor = { by: 'marketer' };
    const person = (id: number) => {
      const found = instance.persons.get(id);
      if (found) return found;
      throw new Error(`an edit answered 400: there is no person ${id}`);
    };
    switch (operation.op) {
      case 'create':
        instance.create(operation.values, actor);
        break;
      case 'update':
        instance.change(person(operation.id), operation.values, actor);
        break;
      case 'delete':
        instance.remove(person(operation.id), actor);
        break;
      case 'merge':
        instance.merge(person(operation.winner), operation.losers.map(person), actor);
        break;
    }
  }
}

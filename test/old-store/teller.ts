import type { Row } from '../../cli/check/stage/control';
import { id } from '../../cli/check/stage/organisation';
import { Service } from '../../cli/check/stage/service';
import type { Process } from '../../cli/check/stage/stage';
import type { ActivityName } from '../../cli/check/stage/world';
import type { Store } from '../../clients/mongo/store';
import type { Memory } from '../truth/memory/stage';
import type { Fault, System } from '../truth/step';

export type PersonTable = 'lead' | 'contact';

const KINDS: Readonly<Record<string, string>> = {
  ...{ systemuser: 'e0', team: '70', account: 'ac', lead: '1e', contact: 'c0', opportunity: '0b' },
  ...{ connection: 'cc', connectionrole: 'd0', new_orderline: '01', teammembership: '3e' },
};
/** The nth row of a table. */
export const rowId = (table: string, number: number): string => id(KINDS[table] ?? 'ff', number);

const TURN_MS = 15_000;

/** Tells a story of both systems and the service between them: rows are numbers of their table, people those of their rows. */
export class Teller {
  private constructor(
    readonly memory: Memory,
    readonly service: Service<Process>,
  ) {}

  static async of(memory: Memory): Promise<Teller> {
    const service = await Service.on(memory);
    service.checkEveryMs = TURN_MS * 60;
    return new Teller(memory, service);
  }

  get store(): Store {
    return this.service.world.deps.store;
  }

  row(table: string, number: number): Row | undefined {
    return this.memory.organisation.rows(table).get(rowId(table, number));
  }

  /** The one person that carries the row's id. */
  person(table: PersonTable, number: number): Row | undefined {
    const guid = rowId(table, number);
    const found = [...this.memory.instance.persons.values()].filter(
      ({ values }) => String(values.microsoftId ?? '').toLowerCase() === guid,
    );
    if (found.length > 1) throw new Error(`${found.length} people carry the id of ${table} ${number}`);
    return found[0] && { ...found[0].values, id: found[0].id };
  }

  personId(table: PersonTable, number: number): number {
    const found = this.person(table, number);
    if (!found) throw new Error(`nobody carries the id of ${table} ${number}`);
    return Number(found.id);
  }

  async inDynamics(table: string, number: number, values: Row): Promise<void> {
    await this.memory.editDynamics({ op: 'update', table, id: rowId(table, number), values });
  }

  async makeRow(table: string, number: number, values: Row): Promise<void> {
    await this.memory.editDynamics({ op: 'create', table, id: rowId(table, number), values });
  }

  async deleteRow(table: string, number: number): Promise<void> {
    await this.memory.editDynamics({ op: 'delete', table, id: rowId(table, number) });
  }

  async mergeRows(table: PersonTable, winner: number, loser: number): Promise<void> {
    const [into, lost] = [rowId(table, winner), rowId(table, loser)];
    await this.memory.editDynamics({ op: 'merge', table, winner: into, loser: lost });
  }

  async inMarketo(table: PersonTable, number: number, values: Row): Promise<void> {
    await this.memory.editMarketo({ op: 'update', id: this.personId(table, number), values });
  }

  async deletePerson(table: PersonTable, number: number): Promise<void> {
    await this.memory.editMarketo({ op: 'delete', id: this.personId(table, number) });
  }

  async mergePeople(table: PersonTable, winner: number, loser: number): Promise<void> {
    const losers = [this.personId(table, loser)];
    await this.memory.editMarketo({ op: 'merge', winner: this.personId(table, winner), losers });
  }

  /** Both sides are looked at, and what they brought is carried out. */
  async turn(turns = 1): Promise<void> {
    for (let turn = 0; turn < turns; turn += 1) {
      await this.memory.pass(TURN_MS);
      await this.service.cycle();
    }
  }

  /** Both sides are looked at, and nothing is carried out. */
  async look(): Promise<void> {
    await this.memory.pass(TURN_MS);
    await this.service.look();
  }

  /** The next write's answer to this system is lost, or another fault befalls it. */
  strike(system: System, fault: Fault = 'lost'): void {
    this.memory.wire.strike({ system, fault, writes: true, after: 0, times: 1 });
  }

  /** One activity, once. @returns how it ended: its outcome's kind, or `failed`. */
  async once(name: ActivityName, ...args: unknown[]): Promise<string> {
    const run = this.service.world.run as unknown as (...given: unknown[]) => Promise<{ kind: string }>;
    try {
      return (await run(name, ...args)).kind;
    } catch (error) {
      return `failed: ${(error as Error).message}`;
    }
  }
}

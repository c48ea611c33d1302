import { type Driver, expectDone } from './driver';
import { contact, id, lead, people } from './organisation';
import { allWaitsEnd } from './waits';
import type { Stage, World } from './world';

/** The row filter's column is there, and empty. */
const ANNA = { firstname: 'Anna', new_synctomkto: null };

export const GUID = { lead: id('1e', 1), contact: id('c0', 1) } as const;
export type Table = keyof typeof GUID;
export const TABLES = ['lead', 'contact'] as const;

/** Where a change is made, the activity that carries it, and the table on which the other side wins what looks like a conflict. */
export const CHANGES = [
  ['Dynamics', 'applyInbox', 'lead'],
  ['Marketo', 'writeBack', 'contact'],
] as const;

/** Each name is used once, so that no test's value can be taken for another's. */
let names = 0;
export const fresh = (what: string): string => {
  names += 1;
  return `${what}${names}`;
};

/** One lead and one contact, linked and at rest: what an interleaving needs. */
export class Pair {
  constructor(
    readonly driver: Driver,
    private readonly persons: Record<Table, number>,
  ) {}

  static async open(stage: Stage, config: object = {}): Promise<Pair> {
    const rows = people([lead(1, ANNA)], [contact(1, ANNA)]);
    const { world, driver } = await stage.imported({ rows, config });
    const personOf = async (table: Table) => Number((await world.control.person(GUID[table])).id);
    return new Pair(driver, { lead: await personOf('lead'), contact: await personOf('contact') });
  }

  get world(): World {
    return this.driver.world;
  }

  guid(table: Table): string {
    return GUID[table];
  }

  inDynamics(table: Table, values: object): Promise<unknown> {
    return this.world.control.editDynamics({ op: 'update', table, id: GUID[table], values });
  }

  inMarketo(table: Table, values: object): Promise<unknown> {
    return this.world.control.editMarketo({ op: 'update', id: this.persons[table], values });
  }

  change(side: (typeof CHANGES)[number][0], table: Table, firstName: string): Promise<unknown> {
    return side === 'Dynamics'
      ? this.inDynamics(table, { firstname: firstName })
      : this.inMarketo(table, { firstName });
  }

  /** Both looks, as the parent does them while children run. @returns the items that they brought. */
  async look(): Promise<number> {
    const looks = [
      expectDone(await this.world.run('lookDynamics', [...TABLES])),
      expectDone(await this.world.run('lookMarketo', ['leadchanges'])),
    ];
    return looks.flatMap(({ feeds }) => Object.values(feeds)).reduce((sum, { items }) => sum + items, 0);
  }

  /** Looks and works off what came, until a look brings nothing: then nothing is written any more. */
  async settle(): Promise<void> {
    await this.driver.workOff();
    for (let round = 0; round < 12; round += 1) {
      if ((await this.look()) === 0) return;
      await this.driver.workOff();
    }
    throw new Error('the feeds do not come to rest');
  }

  waitsEnd(): Promise<void> {
    return allWaitsEnd(this.world);
  }

  /** First and last name on both sides. */
  async held(table: Table): Promise<{ dynamics: unknown[]; marketo: unknown[] }> {
    const row = await this.world.control.row(table, GUID[table]);
    const person = await this.world.control.person(GUID[table]);
    return { dynamics: [row.firstname, row.lastname], marketo: [person.firstName, person.lastName] };
  }

  /** Once settled, that is when nothing is written any more: both sides hold these first and last names, and nobody is doubled. */
  async expectAtRest(names: Partial<Record<Table, readonly unknown[]>>): Promise<void> {
    await this.settle();
    for (const table of TABLES) {
      const expected = names[table];
      const held = { table, ...(await this.held(table)) };
      expect(held).toEqual({ table, dynamics: expected ?? held.marketo, marketo: expected ?? held.dynamics });
    }
    expect(await this.world.control.records('leads')).toHaveLength(2);
  }

  async conflicts(): Promise<number> {
    return this.world.deps.store.conflicts.count();
  }
}

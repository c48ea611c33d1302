import type { DynamicsRow } from '../../clients/dynamics/types';
import type { Activity } from '../../clients/marketo/types';
import { fresh, Pair, TABLES } from './pair';
import { type Stage, startStage } from './world';

jest.setTimeout(600_000);

let stage: Stage;
let pair: Pair;
beforeAll(async () => {
  stage = await startStage();
  pair = await Pair.open(stage);
});
afterAll(() => stage.close());

/** Every order of these; of two that are the same, neither comes first. */
function orders<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return [...new Set(items)].flatMap((item) => {
    const at = items.indexOf(item);
    return orders(items.filter((_, other) => other !== at)).map((rest) => [item, ...rest]);
  });
}

/** All at once, or each in a look of its own. */
const looksOf = <T>(order: readonly T[]): T[][][] => [[[...order]], order.map((one) => [one])];

/** Keeps back what the feeds say, to tell it in an order of the test's own. */
class HeldFeed<T> {
  #held: T[] = [];
  #told: T[] = [];

  /** @returns what the feed says now instead of that. */
  pass(said: T[], isOf: (one: T) => boolean = () => true): T[] {
    this.#held.push(...said);
    const told = this.#told.filter(isOf);
    this.#told = this.#told.filter((one) => !isOf(one));
    return told;
  }

  /** What has been kept back since the last call. */
  async take(look: () => Promise<unknown>): Promise<T[]> {
    await look();
    return this.#held.splice(0);
  }

  async tell(what: T[], look: () => Promise<unknown>): Promise<void> {
    this.#told = [...what];
    await look();
  }
}

const lookMarketo = () => pair.world.run('lookMarketo', ['leadchanges']);
const lookDynamics = () => pair.world.run('lookDynamics', [...TABLES]);

let release: () => unknown = () => undefined;
afterEach(() => release());

function holdMarketo(): HeldFeed<Activity> {
  const { marketo } = pair.world.deps;
  const read = marketo.leadChanges;
  const feed = new HeldFeed<Activity>();
  marketo.leadChanges = async (token, fields) => {
    const page = await read(token, fields);
    return { ...page, activities: feed.pass(page.activities) };
  };
  release = () => Object.assign(marketo, { leadChanges: read });
  return feed;
}

describe('a field changed and changed back, told late, twice and in any order', () => {
  it('in Marketo, by a marketer: both sides keep what it holds, and an edit in Dynamics meanwhile stands', async () => {
    const feed = holdMarketo();
    const was = fresh('Was');
    for (const table of TABLES) await pair.inDynamics(table, { firstname: was });
    await pair.settle();
    await feed.tell(await feed.take(lookMarketo), lookMarketo);
    await pair.settle();
    for (const value of [fresh('There'), was]) {
      for (const table of TABLES) {
        await pair.inMarketo(table, { firstName: value });
        // Brought over before the feed tells of it.
        await pair.world.deps.store.inbox.add(table, 'marketo', [{ id: pair.guid(table) }], new Date());
      }
      await pair.driver.workOff();
    }
    const said = await feed.take(lookMarketo);
    expect(said).toHaveLength(4);
    const [there, back] = [
      said.filter(({ fields }) => fields[0]?.newValue !== was),
      said.filter(({ fields }) => fields[0]?.newValue === was),
    ];
    let held = was;
    for (const order of orders([there, back, there])) {
      for (let editedBefore = 0; editedBefore <= order.length; editedBefore += 1) {
        for (const [index, entries] of order.entries()) {
          if (index === editedBefore) {
            held = fresh('Dynamics');
            for (const table of TABLES) await pair.inDynamics(table, { firstname: held });
          }
          await feed.tell(entries, lookMarketo);
          await lookDynamics();
          await pair.driver.workOff();
        }
        await pair.expectAtRest({ lead: [held, 'Last1'], contact: [held, 'Last1'] });
        await feed.take(lookMarketo);
      }
    }
    expect(await pair.conflicts()).toBe(0);
  });

  it('in Marketo, by writes of ours, and then by a marketer to what it was: the marketer’s edit stands', async () => {
    const feed = holdMarketo();
    const three = [0, 1, 2];
    for (const order of orders(three).flatMap(looksOf)) {
      const [was, then] = [fresh('Was'), fresh('Then')];
      for (const value of [was, then]) {
        for (const table of TABLES) await pair.inDynamics(table, { firstname: value });
        await lookDynamics();
        await pair.driver.workOff();
      }
      for (const table of TABLES) await pair.inMarketo(table, { firstName: was });
      const said = await feed.take(lookMarketo);
      expect(said).toHaveLength(6);
      // In the order of their making: was, then, was again; of the lead and of the contact.
      const entries = three.map((which) => [said[which * 2], said[which * 2 + 1]] as Activity[]);
      for (const look of order) {
        await feed.tell(
          look.flatMap((which) => entries[which] ?? []),
          lookMarketo,
        );
        await pair.driver.workOff();
      }
      await pair.expectAtRest({ lead: [was, 'Last1'], contact: [was, 'Last1'] });
      await feed.take(lookMarketo);
    }
  });

  it('in Marketo, by a marketer before our write is recorded: told before the trace of that write, it stands', async () => {
    const feed = holdMarketo();
    const { marketo } = pair.world.deps;
    for (const order of orders([0, 1])) {
      const [was, then] = [fresh('Was'), fresh('Then')];
      for (const table of TABLES) await pair.inDynamics(table, { firstname: was });
      await pair.settle();
      await feed.tell(await feed.take(lookMarketo), lookMarketo);
      for (const table of TABLES) {
        const write = marketo.syncLeads;
        marketo.syncLeads = async (...given) => {
          marketo.syncLeads = write;
          const answer = await write(...given);
          await pair.inMarketo(table, { firstName: was });
          const said = await feed.take(lookMarketo);
          expect(said).toHaveLength(2);
          await feed.tell([said[order[0] ?? 0] as Activity], lookMarketo);
          late = [said[order[1] ?? 0] as Activity];
          return answer;
        };
        let late: Activity[] = [];
        await pair.inDynamics(table, { firstname: then });
        await lookDynamics();
        await pair.world.run('applyInbox', table);
        await feed.tell(late, lookMarketo);
        await pair.driver.workOff();
      }
      await pair.expectAtRest({ lead: [was, 'Last1'], contact: [was, 'Last1'] });
    }
  });

  it('in Marketo, there and back, by a marketer after a write of ours, all in one page: no edit is taken for overtaken', async () => {
    const feed = holdMarketo();
    const before = await pair.conflicts();
    for (const order of orders([0, 1, 2])) {
      const [was, there] = [fresh('Was'), fresh('There')];
      for (const table of TABLES) await pair.inDynamics(table, { firstname: was });
      await lookDynamics();
      await pair.driver.workOff();
      for (const value of [there, was]) for (const table of TABLES) await pair.inMarketo(table, { firstName: value });
      const said = await feed.take(lookMarketo);
      expect(said).toHaveLength(6);
      const entries = order.flatMap((which) => [said[which * 2], said[which * 2 + 1]] as Activity[]);
      await feed.tell(entries, lookMarketo);
      await pair.driver.workOff();
      await pair.expectAtRest({ lead: [was, 'Last1'], contact: [was, 'Last1'] });
      await feed.take(lookMarketo);
    }
    expect(await pair.conflicts()).toBe(before);
  });

  it('in Dynamics: old rows after new ones are no edits, and an edit in Marketo meanwhile stands', async () => {
    const { dynamics } = pair.world.deps;
    const follow = dynamics.follow;
    const feed = new HeldFeed<{ set: string; row: DynamicsRow }>();
    release = () => Object.assign(dynamics, { follow });
    dynamics.follow = async (link, ...given) => {
      const page = await follow(link, ...given);
      const set = link.includes('/leads') ? 'leads' : 'contacts';
      const told = feed.pass(
        page.rows.map((row) => ({ set, row })),
        (one) => one.set === set,
      );
      return { ...page, rows: told.map(({ row }) => row) };
    };
    for (const order of orders(['then', 'was', 'then'] as const)) {
      for (let editedBefore = 0; editedBefore <= order.length; editedBefore += 1) {
        const [was, then] = [fresh('Was'), fresh('Then')];
        const rows: Record<string, { set: string; row: DynamicsRow }[]> = {};
        for (const [name, value] of [
          ['start', was],
          ['then', then],
          ['was', was],
        ] as const) {
          for (const table of TABLES) await pair.inDynamics(table, { firstname: value });
          rows[name] = await feed.take(lookDynamics);
          expect(rows[name]).toHaveLength(2);
          if (name !== 'start') continue;
          await feed.tell(rows[name] ?? [], lookDynamics);
          await pair.driver.workOff();
        }
        let held = was;
        for (const [index, name] of order.entries()) {
          if (index === editedBefore) {
            held = fresh('Marketo');
            for (const table of TABLES) await pair.inMarketo(table, { firstName: held });
          }
          await feed.tell(rows[name] ?? [], lookDynamics);
          await lookMarketo();
          await pair.driver.workOff();
        }
        // Told of the first change alone, the service has carried it over: the second then meets the marketer's edit.
        const told = order.slice(0, editedBefore);
        const meet = told.includes('then') && !told.includes('was') && editedBefore < order.length;
        await pair.expectAtRest({ lead: [held, 'Last1'], contact: [meet ? was : held, 'Last1'] });
        await feed.take(lookDynamics);
      }
    }
  });
});

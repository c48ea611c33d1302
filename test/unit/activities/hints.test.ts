import { handHints, keepHints } from '../../../activities/hints';
import { Sealer } from '../../../clients/mongo/sealer';
import { type Store, storeOn } from '../../../clients/mongo/store';
import { MemoryDatabase } from '../../truth/memory/database';

const ROW = 'contact:c0000000-0000-4000-8000-000000000001';
const PERSON = 1_001;

/** Two processes on one store: the poll, which can be held up before any of its calls, and the writer. */
function processes(): {
  poll: Store;
  writer: Store;
  holdPollAt: (operation: number) => { held: Promise<void>; go: () => void };
} {
  const database = new MemoryDatabase();
  const sealer = new Sealer(Buffer.alloc(32, 1));
  let left = 0;
  let wait: () => Promise<void> = async () => undefined;
  const before = () => {
    left -= 1;
    return left === 0 ? wait() : undefined;
  };
  const on = (hook: () => Promise<void> | undefined) => storeOn(database.open(hook), sealer, async () => undefined);
  return {
    poll: on(before),
    writer: on(() => undefined),
    holdPollAt: (operation) => {
      left = operation;
      let go: () => void = () => undefined;
      const released = new Promise<void>((resolve) => {
        go = resolve;
      });
      let reached: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        reached = resolve;
      });
      wait = () => {
        reached();
        return released;
      };
      return { held, go: () => go() };
    },
  };
}

const told = async (store: Store) => (await store.inbox.take('contact', 'marketo', 9)).flatMap(({ items }) => items);

describe('a hint for a person that nobody owned when the poll looked', () => {
  it.each([1, 2, 3])(
    'reaches the row that is linked meanwhile, whatever the poll has done by then (call %i)',
    async (call) => {
      const { poll, writer, holdPollAt } = processes();
      const { held, go } = holdPollAt(call);
      const polling = keepHints({ store: poll }, [{ marketoId: PERSON }]);
      await Promise.race([held, polling]);
      await writer.people.claim([{ marketoId: PERSON, owner: ROW }], 1);
      await handHints({ store: writer }, new Map([[PERSON, ROW]]));
      go();
      await polling;
      expect(await told(writer)).toContainEqual({ id: ROW.slice(8), person: PERSON });
    },
  );

  it('stays for whoever is linked later, where nobody is', async () => {
    const { poll, writer } = processes();
    await keepHints({ store: poll }, [{ marketoId: PERSON, lost: true, into: 7 }]);
    expect(await told(writer)).toEqual([]);
    await handHints({ store: writer }, new Map([[PERSON, ROW]]));
    expect(await told(writer)).toEqual([{ id: ROW.slice(8), person: PERSON, lost: { person: PERSON, into: 7 } }]);
    expect(await writer.unowned.of([PERSON])).toEqual([]);
  });
});

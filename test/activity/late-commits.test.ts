import { loseAnswer } from './lost-answers';
import { fresh, Pair, TABLES, type Table } from './pair';
import { type Stage, startStage } from './world';

jest.setTimeout(600_000);

let stage: Stage;
let pair: Pair;
beforeAll(async () => {
  stage = await startStage();
  pair = await Pair.open(stage);
});
afterAll(() => stage.close());

const EDITS = [
  'nobody edits',
  'Dynamics is edited',
  'Dynamics is set back',
  'Marketo is edited',
  'Marketo is set back',
] as const;
type Edit = (typeof EDITS)[number];

const WINNER = { lead: 'Marketo', contact: 'Dynamics' } as const;

async function edit(table: Table, what: Edit, was: string, other: string): Promise<void> {
  const value = what.endsWith('back') ? was : other;
  if (what.startsWith('Dynamics')) await pair.inDynamics(table, { firstname: value });
  if (what.startsWith('Marketo')) await pair.inMarketo(table, { firstName: value });
}

/** Both start from the same name, agreed on. */
async function agreed(): Promise<string> {
  const was = fresh('Was');
  for (const table of TABLES) await pair.inDynamics(table, { firstname: was });
  await pair.settle();
  return was;
}

describe('an update of Marketo that timed out and is carried out later, or never', () => {
  const ORDERS = [['edit'], ['commit', 'edit'], ['edit', 'commit']] as const;

  /** While nobody knows whether our write came, an edit of Marketo's meets it; one to what it held before is not seen. */
  const expected = (table: Table, what: Edit, was: string, sent: string, other: string): string => {
    if (what === 'Dynamics is edited') return other;
    if (what === 'Dynamics is set back') return was;
    return what === 'Marketo is edited' && WINNER[table] === 'Marketo' ? other : sent;
  };

  it.each(EDITS)('while %s: both sides agree, and what was sent late does not stay', async (what) => {
    for (const order of ORDERS) {
      const was = await agreed();
      const [sent, other] = [fresh('Sent'), fresh('Other')];
      for (const table of TABLES) {
        await pair.inDynamics(table, { firstname: sent });
        await pair.look();
        const lost = loseAnswer(pair.world, { api: 'marketo', name: 'syncLeads' });
        await expect(pair.world.run('applyInbox', table)).rejects.toMatchObject({ type: 'ambiguous' });
        for (const step of order) {
          if (step === 'commit') await lost.commit();
          else await edit(table, what, was, other);
          await pair.look();
          expect(await pair.world.run('applyInbox', table)).toMatchObject({ kind: 'wait' });
        }
        await pair.waitsEnd();
      }
      await pair.expectAtRest({
        lead: [expected('lead', what, was, sent, other), 'Last1'],
        contact: [expected('contact', what, was, sent, other), 'Last1'],
      });
    }
  });
});

describe('an update of Dynamics that timed out and is carried out later, or never', () => {
  const ORDERS = [
    ['edit', 'retry'],
    ['retry', 'edit'],
    ['commit', 'edit', 'retry'],
    ['commit', 'retry', 'edit'],
    ['edit', 'commit', 'retry'],
    ['edit', 'retry', 'commit'],
    ['retry', 'commit', 'edit'],
    ['retry', 'edit', 'commit'],
  ] as const;

  const expected = (table: Table, what: Edit, order: readonly string[], was: string, sent: string, other: string) => {
    if (what === 'nobody edits') return sent;
    if (what === 'Marketo is edited') return other;
    if (what === 'Marketo is set back') return was;
    // Once the retry has been answered, an edit is an edit.
    if (order.indexOf('edit') > order.indexOf('retry')) return what === 'Dynamics is edited' ? other : was;
    return what === 'Dynamics is edited' && WINNER[table] === 'Dynamics' ? other : sent;
  };

  it.each(EDITS)('while %s: both sides agree, and what was sent late does not stay', async (what) => {
    // Without an edit, some of them are the same.
    const without = (order: readonly string[]) => order.filter((step) => what !== 'nobody edits' || step !== 'edit');
    for (const order of new Map(ORDERS.map((order) => [without(order).join(), without(order)])).values()) {
      const was = await agreed();
      const [sent, other] = [fresh('Sent'), fresh('Other')];
      for (const table of TABLES) {
        await pair.inMarketo(table, { firstName: sent });
        await pair.look();
        const lost = loseAnswer(pair.world, { api: 'dynamics', name: 'patch' });
        await expect(pair.world.run('writeBack', table)).rejects.toMatchObject({ type: 'transient' });
        for (const step of order) {
          if (step === 'commit') await lost.commit();
          else if (step === 'edit') await edit(table, what, was, other);
          else await pair.world.run('writeBack', table);
        }
      }
      const names = TABLES.map((table) => [table, [expected(table, what, order, was, sent, other), 'Last1']]);
      await pair.expectAtRest(Object.fromEntries(names)).catch((error: Error) => {
        error.message = `${order.join(', ')}: ${error.message}`;
        throw error;
      });
    }
  });
});

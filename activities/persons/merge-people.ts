import { MERGE_LOSERS } from '../../clients/marketo/merge-leads';
import { forMarketo } from '../../model/decision';
import { optOutsToKeep, type Succession } from '../../model/identity';
import type { Deps } from '../deps';
import type { BoundEntity } from '../schema';
import { type Failed, failTogether, type Sending, sendEach } from '../send';
import { goneMeanwhile, isGone } from '../send-rows';
import { failureOf, type MarketoTask, toMarketo } from '../task';
import type { WriteRow, Writer } from '../writer';
import { mergePair } from './pair';
import { consentsOf, type Succeeded } from './successors';

/** A row that another one stands for, and what becomes of it. */
export type Settled = Succeeded & {
  outcome: Succession;
  /** Marketo's code against what was to be done. */
  refused?: string;
  /** What came of it is not known. */
  failed?: Failed;
};

const MERGE = 'leads.merge';

/** Done twice it finds no loser any more, and does nothing. */
export async function mergeAll(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  rows: readonly Settled[],
): Promise<void> {
  // Before the merge, which leaves nobody to ask.
  await keepOptOuts(deps, bound, writer, rows);
  const open = rows.filter(({ refused, failed }) => refused === undefined && failed === undefined);
  const sending = intoWinner(deps, writer);
  await failTogether(open, sending, async (answered) => {
    for (const losers of byWinner(open).values()) await sendEach(deps.health, losers, sending, answered);
  });
}

export function byWinner(rows: readonly Settled[]): Map<string, Settled[]> {
  const found = new Map<string, Settled[]>();
  for (const row of rows) found.set(row.into.id, [...(found.get(row.into.id) ?? []), row]);
  return found;
}

/** One record on its way to Marketo: the winner's person, for these losers. */
interface OptOuts extends MarketoTask {
  row: string;
  person: unknown;
  losers: readonly Settled[];
}

/** The winners' people are told what the losers had said no to. A loser whose no does not arrive keeps its person. */
export async function keepOptOuts(
  deps: Deps,
  bound: BoundEntity,
  writer: Writer,
  rows: readonly Settled[],
): Promise<void> {
  const consents = rows.length > 0 ? await consentsOf(deps) : [];
  const tasks = [...byWinner(rows)].flatMap(([row, losers]): OptOuts[] => {
    const winner = losers[0]?.into.person;
    const agreed = losers.map((loser) => agreedConsents(deps, bound, loser));
    const values = winner ? optOutsToKeep(consents, winner, agreed) : {};
    return Object.keys(values).length > 0 ? [{ row, person: winner?.id, losers, values, refused: new Map() }] : [];
  });
  await sendEach(
    deps.health,
    tasks,
    toMarketo('leads.sync', (batch: OptOuts[]) => {
      const sent = batch.map(
        ({ row, person, values }): WriteRow => ({ linkId: row, record: { id: person, ...values } }),
      );
      const input = sent.map(({ record }) => record);
      return writer.send('update', sent, (beforeSend) =>
        deps.marketo.syncLeads({ action: 'updateOnly', lookupField: 'id', input }, beforeSend),
      );
    }),
  );
  for (const task of tasks) {
    const { losers, failed, refused } = task;
    const code = failureOf(task) ?? [...refused.values()][0];
    for (const loser of losers) {
      if (failed) loser.failed = failed;
      else if (code !== undefined) refuse(loser, code, 'leads.sync');
    }
  }
}

/** What row and person would agree on: an edit of the row may not have come to its person yet. */
function agreedConsents(deps: Deps, bound: BoundEntity, { candidate, person }: Settled): Record<string, unknown> {
  const consents = { ...bound, fields: bound.fields.filter(({ rule }) => rule.consent) };
  const decisions = mergePair(deps, consents, candidate, person ?? null, {
    values: new Map(),
    missing: [],
    hoping: [],
  });
  return { ...person, ...forMarketo(decisions) };
}

/** How the people of one winner's losers go into the winner's. */
const intoWinner = ({ marketo }: Deps, writer: Writer): Sending<Settled> => ({
  api: 'marketo',
  operation: MERGE,
  most: MERGE_LOSERS,
  call: async (losers) => {
    const winner = Number(losers[0]?.into.person?.id);
    const ids = losers.map(({ person }) => Number(person?.id));
    const rows = losers.map(({ candidate, person }): WriteRow => {
      return { linkId: candidate.linkId, record: { id: person?.id } };
    });
    await writer.send('merge', rows, async (beforeSend) => {
      await marketo.mergeLeads(winner, ids, beforeSend);
      return [];
    });
  },
  refusalOf: ({ refused }) => (refused === undefined ? undefined : { code: refused }),
  refuse: (loser, code) => refuse(loser, code, MERGE),
  fail: (loser, failed) => {
    loser.failed = failed;
  },
  failedOf: ({ failed }) => failed,
  leaveOut: () => false,
});

function refuse(loser: Settled, code: string, operation: string): void {
  if (isGone(code)) loser.failed = goneMeanwhile(operation, code);
  else loser.refused = code;
}

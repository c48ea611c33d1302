import type { Link } from '../../clients/mongo/links';
import type { Receipt } from '../../model/fingerprint';
import { lastWords } from '../../model/receipts';
import type { Deps } from '../deps';
import type { Candidate } from '../rows';
import { traceId } from './feed';

/**
 * Writes that Marketo answered, and of which its feed never told: they may not have arrived. What Marketo held before them is then no
 * edit if it holds it still, and they are sent again. A trace is forgotten after a day: from then on an edit to the very value of before
 * that no feed told of either is taken for one of these.
 */
export async function noteUnarrived({ store }: Deps, candidates: readonly Candidate[]): Promise<void> {
  const untold = candidates.flatMap(({ link }): { link: Link; receipt: Receipt }[] =>
    link?.receipts ? lastWords(link.receipts, link.marks, Date.now()).map((receipt) => ({ link, receipt })) : [],
  );
  const told = await store.traces.get(untold.map(({ link, receipt }) => traceId(link, receipt)));
  for (const { link, receipt } of untold) {
    if (told.has(traceId(link, receipt)) || receipt.before === receipt.sent) continue;
    link.unsureMarketo = [...(link.unsureMarketo ?? []), { ...receipt, sent: receipt.before }];
  }
}

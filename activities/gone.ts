import { entityOf, type Link } from '../clients/mongo/links';
import { type DeletePolicy, onRecordOf, stateWhenGone } from '../model/deletion';
import { stateIs, type TrailEvent, trailed } from '../model/trail';
import { touchesMarketo } from './breaker';
import type { Deps } from './deps';
import { park } from './park';
import type { Writer } from './writer';

/**
 * Links of rows that are gone from Dynamics. Nothing of them stays parked but Marketo's refusal. Where Marketo's record
 * was deleted, the link forgets it: a row that is restored is made anew, with all its fields.
 *
 * @param counted links whose deletions the breaker has counted before
 */
export async function recordGone(
  { store }: Deps,
  writer: Writer,
  gone: readonly Link[],
  refused: ReadonlyMap<string, string>,
  policy: DeletePolicy,
  counted: ReadonlySet<string> = new Set(),
): Promise<void> {
  await park(
    { store },
    writer,
    gone.map(({ id, parked }) => {
      const code = refused.get(id);
      const now = code === undefined ? [] : [{ reason: 'refused-by-marketo' as const, code }];
      return { id, was: parked, now, operation: 'delete' as const };
    }),
  );
  const links = gone.map((link): Link => {
    const { marketoId: _marketoId, receipts: _told, ...rest } = link;
    const state = stateWhenGone(link.state);
    const parked = refused.has(link.id) ? [''] : [];
    const trail = trailed(link, [deletionOf(link, policy, refused.get(link.id))]);
    if (onRecordOf(link.state, policy) !== 'delete' || refused.has(link.id))
      return { ...link, ...trail, state, parked };
    return { ...rest, ...trail, state, marks: new Map(), appliedVersion: 0, parked };
  });
  await store.links.put(links, writer.epoch);
  const first = gone[0];
  const carriedOut = gone.filter((link) => touchesMarketo(link) && !refused.has(link.id));
  const done = carriedOut.filter(({ id }) => !counted.has(id)).length;
  if (first && done > 0) await store.deletions.add(entityOf(first.id), done);
}

/** What became of the Marketo record, as a step of the row's story. */
function deletionOf(link: Link, policy: DeletePolicy, refusal: string | undefined): TrailEvent {
  const at = Date.now();
  if (refusal !== undefined) return { at, what: 'refused-by-marketo', code: refusal, keys: [] };
  if (!touchesMarketo(link) || policy === 'ignore') return stateIs('deleted', at);
  return { at, what: policy === 'flag' ? 'flagged' : 'deleted', keys: [] };
}

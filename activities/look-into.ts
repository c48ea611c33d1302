import { bytes } from '../clients/mongo/bytes';
import type { JournalEntry } from '../clients/mongo/journal';
import type { Link } from '../clients/mongo/links';
import { unpackMarks, unpackReceipts, withoutParked } from '../model/fingerprint';
import { trailed } from '../model/trail';
import type { Deps } from './deps';
import { doubt } from './doubt';
import { findCarriers } from './persons/find';
import { wake } from './references';
import { newLink } from './rows';
import type { Writer } from './writer';

/** Their record says itself what is not known of them (roles/apply.ts). */
const ROLES = 'opportunities/roles';

/** What came of a batch without an answer. The time for a late commit has passed: what is there now was committed, what isn't never will be. */
export async function lookInto(deps: Deps, writer: Writer, entry: JournalEntry): Promise<void> {
  const { store } = deps;
  const kept = (index: number): Uint8Array => {
    const receipt = entry.receipts[index];
    return receipt === undefined ? Buffer.alloc(0) : bytes(receipt);
  };
  if (entry.object === 'person' && entry.action === 'create') {
    const before = await store.links.get(entry.keys);
    const carriers = await findCarriers(deps, writer, entry.keys);
    const links = entry.keys.flatMap((key, index): Link[] => {
      const marketoId = carriers.get(key);
      if (typeof marketoId !== 'number') return [];
      // A row that was parked, or had another person, has a link, which says what is listed of it.
      const fresh: Link = { ...(before.get(key) ?? newLink(key, store.links.epoch)), state: 'linked' };
      const at = entry.sentAt.getTime();
      const made = trailed(fresh, [
        { at, what: 'lost-answer', keys: [] },
        { at, what: 'created', rule: 'first-copy', keys: [] },
      ]);
      const marks = unpackMarks(kept(index));
      // A value that was parked is not listed yet: the next merge parks it again and lists it.
      const agreed = withoutParked(marks, new Set(marks.keys()));
      return [{ ...fresh, ...made, marketoId, marks: agreed, dirty: true }];
    });
    await store.links.put(links, writer.epoch);
    await wake(
      store,
      links.map(({ id }) => id),
    );
  }
  if (entry.object === 'person' && entry.action === 'delete') await forgetDeleted(deps, entry.keys, writer.epoch);
  // Whether a merge was done shows when its rows are next worked on: the losers' people are there, or they are not.
  // Updates are merged again on what both sides hold now: Marketo may hold what was sent, as our own copy, and the feed
  // may tell of it.
  if (entry.object === 'person' && entry.action === 'update') {
    const links = await store.links.get(entry.keys);
    const adopted = entry.keys.filter((key) => links.get(key)?.marketoId === undefined);
    const carriers = await findCarriers(deps, writer, adopted);
    const told = entry.keys.flatMap((key, index): Link[] => {
      // One that was adopted has no link yet: what it was given is our own copy all the same.
      const known = links.get(key) ?? { ...newLink(key, store.links.epoch), dirty: true };
      const person = carriers.get(key);
      const link: Link = typeof person === 'number' ? { ...known, state: 'linked', marketoId: person } : known;
      const receipts = unpackReceipts(kept(index));
      if (receipts.length === 0) return [];
      const unsureMarketo = [...(link.unsureMarketo ?? []), ...receipts];
      const keys = receipts.map((receipt) => receipt.key);
      const lost = trailed(link, [{ at: entry.sentAt.getTime(), what: 'lost-answer', keys }]);
      return [{ ...link, ...lost, receipts: [...(link.receipts ?? []), ...receipts], unsureMarketo }];
    });
    await store.links.put(told, writer.epoch);
  }
  if (entry.object !== 'person' && entry.object !== ROLES) await doubt(deps, entry.keys, writer.epoch);
}

/** People who turn out to be deleted by us: their links forget them, so that a row which has come back meanwhile is made again. */
async function forgetDeleted({ store, marketo }: Deps, rows: readonly string[], epoch: number): Promise<void> {
  const links = [...(await store.links.get(rows)).values()].filter(({ marketoId }) => typeof marketoId === 'number');
  const ids = links.map(({ marketoId }) => Number(marketoId));
  const there = new Set((await marketo.leadsBy('id', ids, ['id'])).map(({ id }) => Number(id)));
  const gone = links.filter(({ marketoId }) => !there.has(Number(marketoId)));
  await store.links.put(
    gone.map((link): Link => {
      const { marketoId: _deleted, receipts: _told, unsureMarketo: _unsure, ...rest } = link;
      return { ...rest, marks: new Map(), appliedVersion: 0, dirty: true };
    }),
    epoch,
  );
}

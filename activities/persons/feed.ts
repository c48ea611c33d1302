import type { Activity } from '../../clients/marketo/types';
import type { FeedEntry } from '../../clients/mongo/inbox';
import type { Link } from '../../clients/mongo/links';
import type { Trace } from '../../clients/mongo/traces';
import type { BoundField } from '../../model/bind';
import type { Receipt } from '../../model/fingerprint';
import { normalise } from '../../model/normalise';
import { type EntryVerdict, matching, verdictOn } from '../../model/receipts';
import type { Deps } from '../deps';
import type { BoundEntity } from '../schema';

export interface Judged {
  entry: FeedEntry;
  /** The field as this entity has it; undefined where it is not mapped. */
  bound?: BoundField;
  verdict: EntryVerdict;
  /** What the entry's new value is, as a fingerprint. */
  to: bigint;
}

/** The changed fields of an activity, as the inbox keeps them. */
export const entriesOf = ({ marketoGUID, activityDate, fields }: Activity): FeedEntry[] =>
  fields.map(({ name, oldValue, newValue }) => ({
    guid: marketoGUID,
    at: Date.parse(activityDate) || Date.now(),
    field: name,
    from: oldValue,
    to: newValue,
    told: Date.now(),
  }));

/** A receipt, as its trace in the feed names it. */
export const traceId = (link: Link, { key, sent, at }: Receipt): string => `${link.id}/${key}/${at}/${sent}`;

/**
 * Which entries of a person's feed are traces of our own writes, and which of those wrote over someone's edit
 * (DESIGN §5, three-way merge). Remembers what matched what, so that no receipt explains two entries.
 */
export async function judgeEntries(
  { store }: Deps,
  people: readonly { link: Link; bound: BoundEntity; entries: readonly FeedEntry[] }[],
): Promise<Map<string, Judged[]>> {
  const print = ({ kind, field }: BoundField, value: unknown) =>
    store.fingerprinter.of(normalise(kind, field.dataType, value));
  const open = people.flatMap(({ link, bound, entries }) =>
    entries.map((entry) => {
      const field = bound.fields.find((one) => one.field.name.toLowerCase() === entry.field.toLowerCase());
      if (!field) return { link, entry, candidates: [], to: 0n, from: 0n };
      const to = print(field, entry.to);
      const { at, told } = entry;
      const change = { key: field.key, from: print(field, entry.from), to, at, ...(told !== undefined && { told }) };
      return { link, entry, bound: field, candidates: matching(link.receipts ?? [], change), to, from: change.from };
    }),
  );
  const matched = await store.traces.get(
    open.flatMap(({ link, candidates }) => candidates.map((c) => traceId(link, c))),
  );
  const traces: Trace[] = [];
  const judged = new Map<string, Judged[]>();
  const startsAsRead = ({ candidates, from }: (typeof open)[number]) =>
    candidates.find(({ before }) => before === from);
  // The feed has no order. What starts from the very value that we had read is the trace of that write, whichever came first; and
  // an entry that changed something is, before one that did not.
  const likelihood = (one: (typeof open)[number]) => (startsAsRead(one) ? 0 : one.from !== one.to ? 1 : 2);
  const inTurn = [...open].sort((a, b) => likelihood(a) - likelihood(b));
  for (const one of inTurn) {
    const { link, entry, bound, candidates, from, to } = one;
    const certain = startsAsRead(one);
    const receipt =
      certain ?? candidates.find((free) => (matched.get(traceId(link, free)) ?? entry.guid) === entry.guid);
    if (receipt && matched.get(traceId(link, receipt)) !== entry.guid) {
      matched.set(traceId(link, receipt), entry.guid);
      traces.push({ receipt: traceId(link, receipt), entry: entry.guid, certain: certain !== undefined });
    }
    const verdict = bound
      ? verdictOn({ key: bound.key, from, to, at: entry.at }, receipt, link.receipts ?? [])
      : 'ours'; // not mapped: none of our business
    judged.set(link.id, [...(judged.get(link.id) ?? []), { entry, verdict, to, ...(bound && { bound }) }]);
  }
  await store.traces.add(traces);
  return judged;
}

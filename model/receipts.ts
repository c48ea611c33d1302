import { type FieldDecision, forMarketo } from './decision';
import type { Fingerprinter, Marks, Receipt } from './fingerprint';
import type { MergeInput } from './merge';
import { normalise } from './normalise';

/** Receipts of the fields that are about to be written; one-way fields never come back by the feed and need none. */
export function receiptsOf(
  decisions: readonly FieldDecision[],
  record: NonNullable<MergeInput['record']>,
  sent: Readonly<Record<string, unknown>>,
  fingerprinter: Fingerprinter,
  at: number,
): Receipt[] {
  const values = forMarketo(decisions);
  return decisions.flatMap(({ bound }): Receipt[] => {
    const { name, dataType } = bound.field;
    if (bound.rule.direction !== 'both' || !(name in values) || !(name in sent)) return [];
    const print = (value: unknown) => fingerprinter.of(normalise(bound.kind, dataType, value));
    return [{ key: bound.key, before: print(record[name]), sent: print(sent[name]), at }];
  });
}

/**
 * What a feed entry is.
 * - `ours`      the trace of a write of ours: nothing new
 * - `overtook`  the trace of a write of ours, which wrote over an edit that we had not seen: the entry's old value is
 *               neither what we had read nor anything that we sent
 * - `news`      an edit by someone else
 */
export type EntryVerdict = 'ours' | 'overtook' | 'news';

/** One field's change as the feed tells it: fingerprints of the old and the new value. */
export interface FeedChange {
  key: number;
  from: bigint;
  to: bigint;
  /** Epoch ms; Marketo dates an activity to the second. */
  at: number;
  /** When the feed told of it, by our clock, as far as that is known. */
  told?: number;
}

/** The vendor's longest time-out, and clocks that differ. */
const AROUND_MS = 5 * 60_000;

/**
 * The receipts that this change may be the trace of, oldest first: not of a write that we made once the feed had told of the change. A
 * receipt matches one entry: the caller sees to that.
 */
export const matching = (
  receipts: readonly Receipt[],
  { key, to, at, told = Number.POSITIVE_INFINITY }: FeedChange,
): Receipt[] =>
  receipts.filter((one) => one.key === key && one.sent === to && Math.abs(one.at - at) <= AROUND_MS && one.at <= told);

/** @param receipt the one that the entry is the trace of, if any. */
export function verdictOn(
  { key, from }: FeedChange,
  receipt: Receipt | undefined,
  receipts: readonly Receipt[],
): EntryVerdict {
  if (!receipt) return 'news';
  const known = receipt.before === from || receipts.some((one) => one.key === key && one.sent === from);
  return known ? 'ours' : 'overtook';
}

/**
 * Of writes whose answer was lost, those that a merge of both sides has not settled: of fields that were none of its business, of
 * fields that it leaves to the other direction, and those that may yet be carried out.
 * @param open the direction that is still to come
 */
export function stillUnsure(
  receipts: readonly Receipt[],
  decisions: readonly FieldDecision[],
  open: 'to-marketo' | 'to-dynamics',
  mayCome: (receipt: Receipt) => boolean = () => false,
): Receipt[] {
  if (receipts.length === 0) return [];
  const actions = new Map(decisions.map(({ bound, action }) => [bound.key, action]));
  return receipts.filter((one) => (actions.get(one.key) ?? open) === open || mayCome(one));
}

/** A write to Dynamics that was sent for this version of the row: while it holds that one, the write may be carried out. */
export const mayComeAt =
  (version: number) =>
  ({ before }: Receipt): boolean =>
    before === BigInt(version);

/** Dynamics holds such a write's value since then: later, it is somebody's edit. */
export const mayHaveComeBy = (receipts: readonly Receipt[], changedAt: number | undefined): Receipt[] =>
  receipts.filter(({ at }) => changedAt === undefined || changedAt - at <= AROUND_MS);

/** A feed that lags longer than this tells of our writes as of anyone's: both sides are read then, and nothing is overtaken unseen but this. */
const KEPT_MS = 24 * 3_600_000;
/** Within this the feed has told of a write, if it was carried out. */
const TOLD_MS = 3_600_000;

const newestOfEach = (receipts: readonly Receipt[]): Set<Receipt> =>
  new Set(new Map(receipts.map((receipt) => [receipt.key, receipt])).values());

/** Of each field the newest is kept: it tells what Marketo holds if that write never arrived. */
export function stillNeeded(receipts: readonly Receipt[], now: number): Receipt[] {
  const newest = newestOfEach(receipts);
  return receipts.filter((receipt) => now - receipt.at < KEPT_MS || newest.has(receipt));
}

/** Writes that are the last word on their field, and of which the feed has had the time to tell. */
export const lastWords = (receipts: readonly Receipt[], marks: Marks, now: number): Receipt[] =>
  [...newestOfEach(receipts)].filter(
    ({ key, sent, at }) =>
      now - at >= TOLD_MS && marks.get(key)?.state === 'agreed' && marks.get(key)?.fingerprint === sent,
  );

import type { Receipt } from './fingerprint';
import type { ValueKind } from './normalise';
import type { FeedChange } from './receipts';

/**
 * What a vendor makes of a value by itself when it takes it: it cuts, cleans, rounds, reformats or clears it. Nobody has edited anything then.
 * Values are normalised (model/normalise.ts).
 */

/** Beyond the Basic Multilingual Plane; what is left of such a character that was cut in two; control characters. */
const ASTRAL = /[\u{10000}-\u{10ffff}]/gu;
const HALVES = /[\ud800-\udfff\ufffd]/g;
const CONTROL = /\p{Cc}/gu;

const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The text, and the text without what a vendor may take out of it. */
const cleaned = (sent: string): string[] => [
  sent,
  sent.replace(ASTRAL, ''),
  sent.replace(CONTROL, ''),
  sent.replace(CONTROL, ' '),
  sent.replace(ASTRAL, '').replace(CONTROL, ''),
];

/** A text that is cut may end in half a character, or within blanks. */
function isCut(sent: string, held: string): boolean {
  const whole = tidy(held.replace(/[\ud800-\udfff\ufffd]+$/, ''));
  return whole !== '' && cleaned(sent).some((text) => tidy(text).startsWith(whole));
}

/** Each character outside the plane may stand as one that says so. */
const isReplaced = (sent: string, held: string): boolean => {
  const rest = (text: string) => tidy(text.replace(HALVES, '').replace(/\?/g, ''));
  const without = sent.replace(ASTRAL, '');
  return without !== sent && rest(without) === rest(held);
};

const decimalsOf = (text: string): number => /\.(\d+)$/.exec(text)?.[1]?.length ?? 0;

/** To fewer decimals, or to the digits that a number of 32 or 64 bits has; cut, or to the nearest. */
function isRounded(sent: string, held: string): boolean {
  const [from, to] = [Number(sent), Number(held)];
  if (!Number.isFinite(from) || !Number.isFinite(to) || sent.trim() === '' || held.trim() === '') return false;
  if (String(Math.fround(from)) === String(to) || String(from) === held) return true;
  const decimals = decimalsOf(held);
  const unit = 10 ** -decimals;
  const isNearest = Math.abs(from - to) <= 0.5000001 * unit;
  return decimals < decimalsOf(sent) && (isNearest || Math.abs(Math.trunc(from / unit) * unit - to) < unit / 1_000);
}

/** A time without its seconds, minutes or hours. */
function isTruncated(sent: string, held: string): boolean {
  const [from, to] = [Date.parse(sent), Date.parse(held)];
  return [60_000, 3_600_000, 86_400_000].some((unit) => from - (from % unit) === to);
}

/**
 * Whether `held` may be all that a vendor has left of `sent`: a proper prefix, the text without characters outside the Basic Multilingual Plane or
 * control characters, a rounded value, or nothing.
 */
export function isRemainder(kind: ValueKind, sent: string | null, held: string | null): boolean {
  if (sent === null || sent === held) return false;
  if (held === null) return true;
  switch (kind) {
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return isRounded(sent, held);
    case 'date':
    case 'datetime':
      return isTruncated(sent, held);
    default:
      return isCut(sent, held) || isReplaced(sent, held);
  }
}

const substance = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{So}]/gu, '');

/** The same letters, digits and pictures, written in another way: a telephone number, a name in other case. */
export const isReformat = (sent: string | null, held: string | null): boolean =>
  sent !== null && held !== null && sent !== held && substance(sent) !== '' && substance(sent) === substance(held);

/** What is known of a field whose value in Marketo is another one than Dynamics sent, and holds still: of values their fingerprints. */
export interface Evidence {
  sent: bigint;
  held: bigint;
  /** It was found altered before, and Marketo holds the same. */
  standing: boolean;
  /** Of this field, the newest last. */
  receipts: readonly Receipt[];
  /** What Marketo's feed told of this field just now. */
  changes: readonly FeedChange[];
  /** The last write to either side's field was one of ours to Marketo. */
  isLastWord: () => boolean;
  /** What is held may be all that a vendor has left of what was sent, or is the same in another spelling. */
  isLeft: () => boolean;
  /** Nothing is held. */
  isCleared: boolean;
}

/** Somebody has edited it, or Marketo has made something else of it. */
export type HeldVerdict = 'edit' | 'altered';

/** An activity of an alteration is dated to so long before the call was sent, or after: clocks differ, and an answer takes a minute at most. */
const [BEFORE_MS, AFTER_MS] = [5 * 60_000, 150_000];

/**
 * What it means that Marketo holds another value than we sent. An activity that starts from what we sent, or ends in it, says that Marketo took it as
 * it was: what is there now is somebody's. Where no activity tells, what is left of the value is an alteration, and anything else, nothing too, an edit
 * whose activity is lost.
 */
export function judgeHeld(evidence: Evidence): HeldVerdict {
  const { sent, held, standing, receipts, changes, isLastWord, isLeft, isCleared } = evidence;
  if (changes.some(({ from, to }) => from === sent || to === sent)) return 'edit';
  if (standing) return 'altered';
  const ends = changes.filter(({ to }) => to === held);
  if (ends.length === 0) return !isCleared && isLastWord() && isLeft() ? 'altered' : 'edit';
  const write = receipts.filter((one) => one.sent === sent).at(-1);
  const isOfWrite = ({ from, at }: FeedChange, { at: sentAt, before }: Receipt) =>
    at >= sentAt - BEFORE_MS && at <= sentAt + AFTER_MS && (from === before || isLeft());
  return write && ends.some((change) => isOfWrite(change, write)) ? 'altered' : 'edit';
}

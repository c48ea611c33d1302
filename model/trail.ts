import type { ConflictPolicy } from './policy';

/** By which rule a field's value went the way it did: the merge's own (model/merge.ts), then the policies of a conflict. */
export type Rule =
  | 'first-copy'
  | 'one-way'
  | 'one-side'
  | 'value-beats-empty'
  | 'own-copy'
  | 'restored'
  | ConflictPolicy;

/** What links remember of a rule; 0: none. A code is never given to another rule. */
const RULE_CODES: Readonly<Record<Rule, number>> = {
  'first-copy': 1,
  'one-way': 2,
  'one-side': 3,
  'value-beats-empty': 4,
  'own-copy': 5,
  restored: 6,
  dynamics: 7,
  marketo: 8,
  newest: 9,
  'non-empty': 10,
  'most-restrictive': 11,
  ask: 12,
};

/**
 * What happened to a record, and what links remember of it; a code is never given to another happening.
 * - `created`, `linked`       the Marketo record was made, or one that was there was taken; both concern every field
 * - `sent-…`, `refused-by-…`  a call about these fields, and its outcome; a refusal without fields is of the whole record
 * - `parked`                  values that were kept back without a call
 * - `flagged`, `deleted`      what became of the Marketo record of a row that was deleted
 * - `state`                   the link's state is another one
 * - `lost-answer`             a call whose answer was lost
 * - `merged`                  the record was merged into another one in Marketo, or another one into it
 * - `kept`                    an operator let the record of a deleted row stay as it is
 */
const HAPPENING_CODES = {
  created: 0,
  linked: 1,
  'sent-to-marketo': 2,
  'sent-to-dynamics': 3,
  'refused-by-marketo': 4,
  'refused-by-dynamics': 5,
  parked: 6,
  flagged: 7,
  deleted: 8,
  state: 9,
  'lost-answer': 10,
  merged: 11,
  kept: 12,
} as const;
export type Happening = keyof typeof HAPPENING_CODES;

export const RULES = Object.keys(RULE_CODES) as Rule[];
export const HAPPENINGS = Object.keys(HAPPENING_CODES) as Happening[];
const RULE_OF = new Map(RULES.map((rule) => [RULE_CODES[rule], rule]));
const HAPPENING_OF = new Map<number, Happening>(HAPPENINGS.map((what) => [HAPPENING_CODES[what], what]));

/** One step of a record's story: what, by which rule, about which fields, when; never a value. */
export interface TrailEvent {
  /** Epoch ms. */
  at: number;
  what: Happening;
  rule?: Rule;
  /** The vendor's code, the reason of a parking, a state, how a person was found: printable ASCII of our own or a vendor's code. */
  code?: string;
  /** The fields' keys (model/bind.ts); none: the record as a whole. */
  keys: readonly number[];
}

/** So many of the latest stay whole; of those before only what is the last word on a field, or how the record began. */
const WHOLE = 8;
/** Vendor codes are a dozen characters, park reasons at most twice that. */
const CODE_LENGTH = 32;
const HEAD = 11;

/** An event as it is stored: what a later version of this service writes stays as it is, though nobody here can read it. */
interface Stored extends Pick<TrailEvent, 'at' | 'keys'> {
  what: number;
  rule: number;
  code: string;
}

const stored = ({ at, what, rule, code = '', keys }: TrailEvent): Stored => ({
  at,
  what: HAPPENING_CODES[what],
  rule: rule === undefined ? 0 : RULE_CODES[rule],
  code: code.slice(0, CODE_LENGTH),
  keys,
});

const isOrigin = ({ what }: Stored): boolean => what === HAPPENING_CODES.created || what === HAPPENING_CODES.linked;
const isKnown = ({ what }: Stored): boolean => HAPPENING_OF.has(what);

/** Bounded by the number of fields: each field is in one event only, but for the latest few. */
function trimmed(events: readonly Stored[]): readonly Stored[] {
  if (events.length <= WHOLE) return events;
  const latest = events.slice(-WHOLE);
  const told = new Set(latest.flatMap((event) => (isKnown(event) ? event.keys : [])));
  let begun = latest.some(isOrigin);
  const older: Stored[] = [];
  for (const event of events.slice(0, -WHOLE).reverse()) {
    if (!isKnown(event)) {
      older.unshift(event);
      continue;
    }
    const keys = event.keys.filter((key) => !told.has(key));
    for (const key of keys) told.add(key);
    if (keys.length > 0 || (isOrigin(event) && !begun)) older.unshift({ ...event, keys });
    begun ||= isOrigin(event);
  }
  return [...older, ...latest];
}

/** A link's trail with these events behind it; the trail itself, where nothing happened. @param events oldest first. */
export function follow(trail: Uint8Array | undefined, events: readonly TrailEvent[]): Uint8Array | undefined {
  if (events.length === 0) return trail;
  if (trail === undefined) return packTrail(events);
  return pack(trimmed([...unpack(trail), ...events.map(stored)]));
}

/** Whether the last that is known to have been written of a field, to either side, went to Marketo. */
export function wentToMarketo(trail: Uint8Array | undefined, key: number): boolean {
  const events = trail === undefined ? [] : unpackTrail(trail);
  const last =
    events.findLast(({ what, keys }) => what.startsWith('sent-') && keys.includes(key)) ??
    events.findLast(({ what }) => what === 'created' || what === 'linked');
  return last?.what === 'created' || last?.what === 'sent-to-marketo';
}

/** The same as a part of a link: nothing, where there is no trail. */
export function trailed(
  { trail }: { trail?: Uint8Array },
  events: readonly TrailEvent[],
): { trail: Uint8Array } | Record<string, never> {
  const after = follow(trail, events);
  return after === undefined ? {} : { trail: after };
}

/** The link's state is this now. */
export const stateIs = (state: string, at: number): TrailEvent => ({ at, what: 'state', code: state, keys: [] });

/** 11 bytes an event, and its code; four a field. */
export const packTrail = (events: readonly TrailEvent[]): Buffer => pack(events.map(stored));

function pack(events: readonly Stored[]): Buffer {
  let size = 0;
  for (const { code, keys } of events) size += HEAD + code.length + 4 * keys.length;
  const packed = Buffer.allocUnsafe(size);
  let offset = 0;
  for (const { at, what, rule, code, keys } of events) {
    packed.writeUIntBE(at, offset, 6);
    packed.writeUInt8(what, offset + 6);
    packed.writeUInt8(rule, offset + 7);
    packed.writeUInt8(code.length, offset + 8);
    packed.writeUInt16BE(keys.length, offset + 9);
    packed.write(code, offset + HEAD, 'latin1');
    offset += HEAD + code.length;
    for (const key of keys) offset = packed.writeUInt32BE(key, offset);
  }
  return packed;
}

/** What this version can read: an event of an unknown kind is passed over, an unknown rule left out. */
export const unpackTrail = (packed: Uint8Array): TrailEvent[] =>
  unpack(packed).flatMap(({ at, what: happening, rule: by, code, keys }) => {
    const [what, rule] = [HAPPENING_OF.get(happening), RULE_OF.get(by)];
    return what ? [{ at, what, ...(rule && { rule }), ...(code !== '' && { code }), keys }] : [];
  });

function unpack(packed: Uint8Array): Stored[] {
  const buffer = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const events: Stored[] = [];
  for (let offset = 0; offset + HEAD <= buffer.length; ) {
    const codeEnd = offset + HEAD + buffer.readUInt8(offset + 8);
    const keysEnd = codeEnd + 4 * buffer.readUInt16BE(offset + 9);
    const keys: number[] = [];
    for (let at = codeEnd; at < keysEnd; at += 4) keys.push(buffer.readUInt32BE(at));
    events.push({
      at: buffer.readUIntBE(offset, 6),
      what: buffer.readUInt8(offset + 6),
      rule: buffer.readUInt8(offset + 7),
      code: buffer.toString('latin1', offset + HEAD, codeEnd),
      keys,
    });
    offset = keysEnd;
  }
  return events;
}

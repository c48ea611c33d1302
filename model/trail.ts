import { CONFLICT_POLICIES } from './policy';

/** By which rule a field's value went the way it did: the merge's own (model/merge.ts), then the policies of a conflict. */
export const RULES = [
  'first-copy',
  'one-way',
  'one-side',
  'value-beats-empty',
  'own-copy',
  'restored',
  ...CONFLICT_POLICIES,
] as const;
export type Rule = (typeof RULES)[number];

/**
 * What happened to a record. New ones go to the end: links remember the place.
 * - `created`, `linked`       the Marketo record was made, or one that was there was taken; both concern every field
 * - `sent-…`, `refused-by-…`  a call about these fields, and its outcome; a refusal without fields is of the whole record
 * - `parked`                  values that were kept back without a call
 * - `flagged`, `deleted`      what became of the Marketo record of a row that was deleted
 * - `state`                   the link's state is another one
 * - `lost-answer`             a call whose answer was lost
 * - `merged`                  the record was merged into another one in Marketo, or another one into it
 * - `kept`                    an operator let the record of a deleted row stay as it is
 */
export const HAPPENINGS = [
  'created',
  'linked',
  'sent-to-marketo',
  'sent-to-dynamics',
  'refused-by-marketo',
  'refused-by-dynamics',
  'parked',
  'flagged',
  'deleted',
  'state',
  'lost-answer',
  'merged',
  'kept',
] as const;
export type Happening = (typeof HAPPENINGS)[number];

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

const isOrigin = ({ what }: Pick<TrailEvent, 'what'>): boolean => what === 'created' || what === 'linked';

/** Bounded by the number of fields: each field is in one event only, but for the latest few. */
function trimmed(events: readonly TrailEvent[]): readonly TrailEvent[] {
  if (events.length <= WHOLE) return events;
  const latest = events.slice(-WHOLE);
  const told = new Set(latest.flatMap(({ keys }) => keys));
  let begun = latest.some(isOrigin);
  const older: TrailEvent[] = [];
  for (const event of events.slice(0, -WHOLE).reverse()) {
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
  return packTrail(trail === undefined ? events : trimmed([...unpackTrail(trail), ...events]));
}

/** Whether the last that is known to have been written of a field, to either side, went to Marketo. */
export function wentToMarketo(trail: Uint8Array | undefined, key: number): boolean {
  const writes =
    trail === undefined ? [] : unpackTrail(trail).filter(({ what }) => isOrigin({ what }) || /^sent-/.test(what));
  const last = writes.findLast(({ keys }) => keys.includes(key)) ?? writes.findLast(isOrigin);
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
export function packTrail(events: readonly TrailEvent[]): Buffer {
  let size = 0;
  for (const { code = '', keys } of events) size += HEAD + Math.min(code.length, CODE_LENGTH) + 4 * keys.length;
  const packed = Buffer.allocUnsafe(size);
  let offset = 0;
  for (const { at, what, rule, code = '', keys } of events) {
    const text = code.slice(0, CODE_LENGTH);
    packed.writeUIntBE(at, offset, 6);
    packed.writeUInt8(HAPPENINGS.indexOf(what), offset + 6);
    packed.writeUInt8(rule === undefined ? 0 : RULES.indexOf(rule) + 1, offset + 7);
    packed.writeUInt8(text.length, offset + 8);
    packed.writeUInt16BE(keys.length, offset + 9);
    packed.write(text, offset + HEAD, 'latin1');
    offset += HEAD + text.length;
    for (const key of keys) offset = packed.writeUInt32BE(key, offset);
  }
  return packed;
}

export function unpackTrail(packed: Uint8Array): TrailEvent[] {
  const buffer = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const events: TrailEvent[] = [];
  for (let offset = 0; offset + HEAD <= buffer.length; ) {
    const rule = RULES[buffer.readUInt8(offset + 7) - 1];
    const codeEnd = offset + HEAD + buffer.readUInt8(offset + 8);
    const keysEnd = codeEnd + 4 * buffer.readUInt16BE(offset + 9);
    const keys: number[] = [];
    for (let at = codeEnd; at < keysEnd; at += 4) keys.push(buffer.readUInt32BE(at));
    events.push({
      at: buffer.readUIntBE(offset, 6),
      what: HAPPENINGS[buffer.readUInt8(offset + 6)] ?? 'state',
      ...(rule && { rule }),
      ...(codeEnd > offset + HEAD && { code: buffer.toString('latin1', offset + HEAD, codeEnd) }),
      keys,
    });
    offset = keysEnd;
  }
  return events;
}

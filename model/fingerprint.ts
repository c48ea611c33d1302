import { hash } from 'node:crypto';
import { NORMALISER_VERSION, type NormaliserVersion } from './normalise';
import type { Side } from './policy';

/** Half of all values: hashed once. */
const COMMON: ReadonlySet<string | null> = new Set([null, 'true', 'false']);

/** Nothing has a text of its own, which no value has. */
const distinct = (normalised: string | null): string => {
  if (normalised === null) return '\u0001';
  return normalised.charCodeAt(0) === 1 ? `\u0001${normalised}` : normalised;
};

const EIGHT_BYTES = new DataView(new ArrayBuffer(8));

/** Keyed, so that a stolen database can't be searched for an address by hashing it. */
export class Fingerprinter {
  readonly #prefix: string;
  readonly #common = new Map<string | null, bigint>();

  /** @param key at least 16 bytes; its id is stored beside the fingerprints. */
  constructor(
    key: Buffer,
    readonly keyId: string,
  ) {
    // The 1 is for ever: what all normalisers make the same of has one fingerprint, in links and receipts of any time.
    this.#prefix = `${key.toString('base64')}\u00001\u0000`;
  }

  /** What links store beside their fingerprints; by which normaliser they were made, each mark says. */
  get epoch(): string {
    return `${this.keyId}.1`;
  }

  /** Eight bytes as a bigint. One-shot hash, read as text: a tenth of createHmac's time, where most of a row's time goes (DESIGN §7). */
  of(normalised: string | null): bigint {
    const common = this.#common.get(normalised);
    if (common !== undefined) return common;
    const digest = hash('sha256', this.#prefix + distinct(normalised), 'binary');
    for (let at = 0; at < 8; at += 1) EIGHT_BYTES.setUint8(at, digest.charCodeAt(at));
    const fingerprint = EIGHT_BYTES.getBigUint64(0);
    if (COMMON.has(normalised)) this.#common.set(normalised, fingerprint);
    return fingerprint;
  }
}

/** Fingerprints of this epoch were made with this key. */
export const isKeyOf = (epoch: string, other: string): boolean => keyOf(epoch) === keyOf(other);
const keyOf = (epoch: string): string => epoch.slice(0, epoch.lastIndexOf('.'));

/**
 * What both sides last agreed on, per field; or, for a parked field, the fingerprint of the value that was refused
 * and the side that holds it. The field is left alone in both directions while that side still holds the value.
 * Of an altered field it is what was sent to the side that altered it, which the other one holds (model/alteration.ts).
 */
export interface FieldMark {
  state: keyof typeof STATE_CODES | 'later';
  /** Of a state that only a later version of this service knows: no base here, and kept as it is until the field is merged. */
  code?: number;
  fingerprint: bigint;
  /**
   * Of a parked field, what both sides had agreed on before: once it is mended, that tells who has changed it. Of an altered one, what the side
   * that altered it has made of it.
   */
  base?: bigint;
  /** The normaliser of what was agreed on, where it is not today's. */
  by?: NormaliserVersion;
}
export type Marks = Map<number, FieldMark>;

/** What both sides last agreed on, or what was sent to one that altered it; undefined where they never did, or nobody remembers. */
export function baseOf(mark: FieldMark | undefined): bigint | undefined {
  if (mark === undefined || mark.state === 'later' || (mark.by ?? 1) > NORMALISER_VERSION) return undefined;
  return isParked(mark) ? mark.base : mark.fingerprint;
}

/** What each side held when they were last settled: the same, but for an altered field. */
export function basesOf(mark: FieldMark | undefined): Record<Side, bigint> | undefined {
  const base = baseOf(mark);
  if (base === undefined) return undefined;
  const altered = mark?.base ?? base;
  return {
    dynamics: mark?.state === 'altered-by-dynamics' ? altered : base,
    marketo: mark?.state === 'altered-by-marketo' ? altered : base,
  };
}

/** A side has made something else of what it was sent. */
export const isAlteredMark = (mark: FieldMark | undefined): boolean => mark?.state.startsWith('altered') === true;

/** Its value was refused, and is still there. */
export const isParked = (mark: FieldMark | undefined): boolean =>
  mark?.state === 'parked-dynamics' || mark?.state === 'parked-marketo';

/** The same as a part of a mark that is made of this one. */
export const madeBy = (mark: FieldMark | undefined): Pick<FieldMark, 'by'> => (mark?.by ? { by: mark.by } : {});

/** A resync tries what was refused once more: the fields may have been mended on either side. @param keys its fields. */
export const withoutParked = (marks: Marks, keys: ReadonlySet<number>): Marks =>
  new Map(
    [...marks].flatMap(([key, mark]): [number, FieldMark][] => {
      if (!isParked(mark) || !keys.has(key)) return [[key, mark]];
      return mark.base === undefined ? [] : [[key, { state: 'agreed', fingerprint: mark.base, ...madeBy(mark) }]];
    }),
  );

export const noneParked = (marks: Marks): Marks => withoutParked(marks, new Set(marks.keys()));

/** What links remember of a state; a code is never given to another state. */
const STATE_CODES = {
  agreed: 0,
  'parked-dynamics': 1,
  'parked-marketo': 2,
  'altered-by-marketo': 3,
  'altered-by-dynamics': 4,
} as const;
const STATE_OF = new Map<number, keyof typeof STATE_CODES>(
  Object.entries(STATE_CODES).map(([state, code]) => [code, state as keyof typeof STATE_CODES]),
);
const ENTRY = 13;
const BASE = 8;
/** Beside the state: a base follows; and by which normaliser it was made: 0 is version 1, of a time when nothing said so. */
const HAS_BASE = 0x80;
const BY = 0x70;
const BY_SHIFT = 4;
const STATE = 0x0f;

/** Writes and reads numbers of 64 bits in a fifth of the time that a Buffer takes. */
const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

/** 13 bytes a field: key, state, fingerprint; of a parked one 8 more for the base. */
export function packMarks(marks: Marks): Buffer {
  const bases = [...marks.values()].filter(({ base }) => base !== undefined).length;
  const packed = Buffer.allocUnsafe(marks.size * ENTRY + bases * BASE);
  const view = viewOf(packed);
  let at = 0;
  for (const [key, { state, code = 0, fingerprint, base, by = NORMALISER_VERSION }] of marks) {
    view.setUint32(at, key);
    view.setUint8(
      at + 4,
      (state === 'later' ? code : STATE_CODES[state]) | ((by - 1) << BY_SHIFT) | (base === undefined ? 0 : HAS_BASE),
    );
    view.setBigUint64(at + 5, fingerprint);
    at += ENTRY;
    if (base === undefined) continue;
    view.setBigUint64(at, base);
    at += BASE;
  }
  return packed;
}

export function unpackMarks(packed: Uint8Array): Marks {
  const view = viewOf(packed);
  const marks: Marks = new Map();
  for (let at = 0; at + ENTRY <= view.byteLength; at += ENTRY) {
    const state = view.getUint8(at + 4);
    const known = STATE_OF.get(state & STATE);
    const fingerprint = view.getBigUint64(at + 5);
    const mark: FieldMark = known
      ? { state: known, fingerprint }
      : { state: 'later', code: state & STATE, fingerprint };
    const by = ((state & BY) >> BY_SHIFT) + 1;
    if (by !== NORMALISER_VERSION) mark.by = by as NormaliserVersion;
    marks.set(view.getUint32(at), mark);
    if ((state & HAS_BASE) === 0) continue;
    mark.base = view.getBigUint64(at + ENTRY);
    at += BASE;
  }
  return marks;
}

/** What one write of ours did to one field of a person, as fingerprints (DESIGN §4). */
export interface Receipt {
  /** The field's key (model/bind.ts). */
  key: number;
  /** What Marketo held when we read it, before we wrote; of a write to Dynamics, the row's version then. */
  before: bigint;
  sent: bigint;
  /** Epoch ms. */
  at: number;
}

const RECEIPT = 28;

/** 28 bytes a receipt: key, before, sent, time. */
export function packReceipts(receipts: readonly Receipt[]): Buffer {
  const packed = Buffer.allocUnsafe(receipts.length * RECEIPT);
  const view = viewOf(packed);
  receipts.forEach(({ key, before, sent, at }, index) => {
    const start = index * RECEIPT;
    view.setUint32(start, key);
    view.setBigUint64(start + 4, before);
    view.setBigUint64(start + 12, sent);
    view.setBigUint64(start + 20, BigInt(at));
  });
  return packed;
}

export function unpackReceipts(packed: Uint8Array): Receipt[] {
  const view = viewOf(packed);
  const receipts: Receipt[] = [];
  for (let start = 0; start + RECEIPT <= view.byteLength; start += RECEIPT) {
    receipts.push({
      key: view.getUint32(start),
      before: view.getBigUint64(start + 4),
      sent: view.getBigUint64(start + 12),
      at: Number(view.getBigUint64(start + 20)),
    });
  }
  return receipts;
}

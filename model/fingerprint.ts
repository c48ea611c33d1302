import { hash } from 'node:crypto';
import { NORMALISER_VERSION } from './normalise';

/** Half of all values: hashed once. */
const COMMON: ReadonlySet<string | null> = new Set([null, 'true', 'false']);

/** Keyed, so that a stolen database can't be searched for an address by hashing it. */
export class Fingerprinter {
  readonly #prefix: string;
  readonly #common = new Map<string | null, bigint>();

  /** @param key at least 16 bytes; its id and the normaliser's version are stored beside the fingerprints. */
  constructor(
    key: Buffer,
    readonly keyId: string,
  ) {
    this.#prefix = `${key.toString('base64')}\u0000${NORMALISER_VERSION}\u0000`;
  }

  /** What links store beside their fingerprints: another epoch is not comparable. */
  get epoch(): string {
    return `${this.keyId}.${NORMALISER_VERSION}`;
  }

  /** Eight bytes as a bigint. One-shot hash: a third of createHmac's time (DESIGN §7). */
  of(normalised: string | null): bigint {
    const common = this.#common.get(normalised);
    if (common !== undefined) return common;
    const digest = hash('sha256', this.#prefix + (normalised ?? '\u0001'), 'buffer') as unknown as Buffer;
    const fingerprint = digest.readBigUInt64BE(0);
    if (COMMON.has(normalised)) this.#common.set(normalised, fingerprint);
    return fingerprint;
  }
}

/**
 * What both sides last agreed on, per field; or, for a parked field, the fingerprint of the value that was refused
 * and the side that holds it. The field is left alone in both directions while that side still holds the value.
 */
export interface FieldMark {
  state: 'agreed' | 'parked-dynamics' | 'parked-marketo';
  fingerprint: bigint;
  /** Of a parked field, what both sides had agreed on before: once it is mended, that tells who has changed it. */
  base?: bigint;
}
export type Marks = Map<number, FieldMark>;

/** What both sides last agreed on; undefined where they never did, or nobody remembers. */
export const baseOf = (mark: FieldMark | undefined): bigint | undefined =>
  mark?.state === 'agreed' ? mark.fingerprint : mark?.base;

/** A resync tries what was refused once more: the fields may have been mended on either side. @param keys its fields. */
export const withoutParked = (marks: Marks, keys: ReadonlySet<number>): Marks =>
  new Map(
    [...marks].flatMap(([key, mark]): [number, FieldMark][] => {
      if (mark.state === 'agreed' || !keys.has(key)) return [[key, mark]];
      return mark.base === undefined ? [] : [[key, { state: 'agreed', fingerprint: mark.base }]];
    }),
  );

export const noneParked = (marks: Marks): Marks => withoutParked(marks, new Set(marks.keys()));

const STATES = ['agreed', 'parked-dynamics', 'parked-marketo'] as const;
const ENTRY = 13;
const BASE = 8;
/** Beside the state: a base follows. */
const HAS_BASE = 0x80;

/** 13 bytes a field: key, state, fingerprint; of a parked one 8 more for the base. */
export function packMarks(marks: Marks): Buffer {
  const bases = [...marks.values()].filter(({ base }) => base !== undefined).length;
  const packed = Buffer.allocUnsafe(marks.size * ENTRY + bases * BASE);
  let at = 0;
  for (const [key, { state, fingerprint, base }] of marks) {
    packed.writeUInt32BE(key, at);
    packed.writeUInt8(STATES.indexOf(state) | (base === undefined ? 0 : HAS_BASE), at + 4);
    packed.writeBigUInt64BE(fingerprint, at + 5);
    at += ENTRY;
    if (base === undefined) continue;
    packed.writeBigUInt64BE(base, at);
    at += BASE;
  }
  return packed;
}

export function unpackMarks(packed: Uint8Array): Marks {
  const buffer = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const marks: Marks = new Map();
  for (let at = 0; at + ENTRY <= buffer.length; at += ENTRY) {
    const state = buffer.readUInt8(at + 4);
    const mark: FieldMark = {
      state: STATES[state & ~HAS_BASE] ?? 'agreed',
      fingerprint: buffer.readBigUInt64BE(at + 5),
    };
    marks.set(buffer.readUInt32BE(at), mark);
    if ((state & HAS_BASE) === 0) continue;
    mark.base = buffer.readBigUInt64BE(at + ENTRY);
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
  receipts.forEach(({ key, before, sent, at }, index) => {
    const start = index * RECEIPT;
    packed.writeUInt32BE(key, start);
    packed.writeBigUInt64BE(before, start + 4);
    packed.writeBigUInt64BE(sent, start + 12);
    packed.writeBigUInt64BE(BigInt(at), start + 20);
  });
  return packed;
}

export function unpackReceipts(packed: Uint8Array): Receipt[] {
  const buffer = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const receipts: Receipt[] = [];
  for (let start = 0; start + RECEIPT <= buffer.length; start += RECEIPT) {
    receipts.push({
      key: buffer.readUInt32BE(start),
      before: buffer.readBigUInt64BE(start + 4),
      sent: buffer.readBigUInt64BE(start + 12),
      at: Number(buffer.readBigUInt64BE(start + 20)),
    });
  }
  return receipts;
}

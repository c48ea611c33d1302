import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

const NONCE = 12;
const TAG = 16;
/** What a sealed value begins with, before the id of its key. Those of older versions begin with the nonce. */
const MARK = Buffer.from([0x53, 0x02]);
const KEY_ID = 4;

/** What was sealed cannot be opened. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
  /** @param key whose: `ours`, `another`, or `unknown` where the value does not say */
  constructor(readonly key: 'ours' | 'another' | 'unknown') {
    super(`sealed by ${key === 'ours' ? 'our key, and damaged' : `${key} key`}`);
  }
}

/** It was sealed by our key, and is damaged. Where the key may be another one, nothing is known to be wrong with what is stored. */
export const isDamaged = (error: unknown): boolean => error instanceof UnreadableError && error.key === 'ours';

/**
 * Compresses and encrypts what must not lie in Mongo in the clear: rows, cursors (delta links carry values), both
 * values of a conflict. Brotli at quality 1 then AES-256-GCM: 1.5 µs a row together (DESIGN §7).
 */
export class Sealer {
  readonly #key: Buffer;
  /** Another secret from the same source: fingerprints must not share the encryption's key. */
  readonly fingerprintKey: Buffer;
  readonly keyId: string;

  /** @param key 32 bytes. */
  constructor(key: Buffer) {
    this.#key = Buffer.from(hkdfSync('sha256', key, '', 'seal', 32));
    this.fingerprintKey = Buffer.from(hkdfSync('sha256', key, '', 'fingerprint', 32));
    this.keyId = createHash('sha256').update(this.fingerprintKey).digest('hex').slice(0, 8);
  }

  seal(value: unknown): Buffer {
    const plain = brotliCompressSync(JSON.stringify(value), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    const name = Buffer.from(this.keyId, 'hex');
    return Buffer.concat([MARK, name, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** @returns undefined where it is damaged. @throws UnreadableError where the key may be another one */
  openWhole<T>(sealed: Uint8Array): T | undefined {
    try {
      return this.open<T>(sealed);
    } catch (error) {
      if (!isDamaged(error)) throw error;
      return undefined;
    }
  }

  /** @throws UnreadableError */
  open<T>(sealed: Uint8Array): T {
    // No key seals anything as short as that.
    if (sealed.byteLength < NONCE + TAG) throw new UnreadableError('ours');
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    const isMarked = bytes.subarray(0, MARK.length).equals(MARK);
    const key = bytes.toString('hex', MARK.length, MARK.length + KEY_ID);
    if (isMarked && key === this.keyId) {
      const marked = attempt(() => this.#open<T>(bytes.subarray(MARK.length + KEY_ID)));
      if (marked) return marked.value;
    }
    // One of an older version may begin so by chance.
    const plain = attempt(() => this.#open<T>(bytes));
    if (plain) return plain.value;
    throw new UnreadableError(!isMarked ? 'unknown' : key === this.keyId ? 'ours' : 'another');
  }

  #open<T>(bytes: Buffer): T {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG));
    const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE, bytes.length - TAG)), decipher.final()]);
    return JSON.parse(brotliDecompressSync(plain).toString('utf8')) as T;
  }
}

function attempt<T>(open: () => T): { value: T } | undefined {
  try {
    return { value: open() };
  } catch {
    return undefined;
  }
}

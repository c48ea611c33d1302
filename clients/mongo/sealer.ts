import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

const NONCE = 12;
const TAG = 16;

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
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  open<T>(sealed: Uint8Array): T {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG));
    const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE, bytes.length - TAG)), decipher.final()]);
    return JSON.parse(brotliDecompressSync(plain).toString('utf8')) as T;
  }
}

import { createHash, randomInt } from 'node:crypto';
import { MarketoFault } from './errors';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 base32 with padding: a client that forgets to URL-encode `=` must break here (marketo-api §3.2). */
export function base32(text: string): string {
  let bits = 0;
  let value = 0;
  let out = '';
  for (const byte of Buffer.from(text)) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += ALPHABET.charAt((value >>> bits) & 31);
    }
    value &= (1 << bits) - 1;
  }
  if (bits > 0) out += ALPHABET.charAt((value << (5 - bits)) & 31);
  return out.padEnd(Math.ceil(out.length / 8) * 8, '=');
}

function fromBase32(token: string): string | undefined {
  let bits = 0;
  let value = 0;
  const bytes: number[] = [];
  for (const letter of token.replace(/=+$/, '')) {
    const index = ALPHABET.indexOf(letter);
    if (index < 0) return undefined;
    value = (value << 5) | index;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >>> bits) & 255);
    }
    value &= (1 << bits) - 1;
  }
  return Buffer.from(bytes).toString();
}

/** An opaque token of some numbers; a random part keeps two tokens of one position different. */
export function encodeToken(kind: string, ...numbers: number[]): string {
  const body = `${kind},${numbers.join(',')},${randomInt(1_000_000)}`;
  const text = `${body},${checksum(body)}`;
  return base32(text.length % 5 === 0 ? `${text}.` : text); // never without padding
}

/** The numbers of a token of that kind; anything else is refused. */
export function decodeToken(kind: string, token: string): number[] {
  const parts = fromBase32(token)?.replace(/\.$/, '').split(',');
  const sum = parts?.pop();
  if (!parts || parts[0] !== kind || sum !== checksum(parts.join(','))) {
    throw new MarketoFault('1003', 'Invalid value for nextPageToken');
  }
  return parts.slice(1, -1).map(Number);
}

function checksum(body: string): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 6);
}

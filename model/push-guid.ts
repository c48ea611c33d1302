import { createHash } from 'node:crypto';
import type { PushAs } from './push';

/**
 * The id of the row that a person becomes: the same however often it is asked for, so that a second attempt meets the first one's row
 * (dataverse-api §11: a client-chosen GUID). Only after that row is known to be deleted does it change, for it is made of it.
 *
 * @param after the deleted row that this one follows, as `entity:guid`
 */
export function pushGuid(munchkinId: string, marketoId: number, as: PushAs, after = ''): string {
  const hash = createHash('sha256').update(`push/${munchkinId.toLowerCase()}/${marketoId}/${as}/${after}`).digest();
  // RFC 9562, version 8: made by a rule of one's own.
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

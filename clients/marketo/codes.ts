import type { ErrorKind } from '../errors';

/** Codes of a whole answer and what they mean for us (marketo-api §2.2, §2.3). */
const CODES: Record<string, ErrorKind> = {
  '0': 'transient',
  '500': 'transient',
  '502': 'transient',
  '600': 'authority',
  '601': 'authority',
  // Once more after a renewal: identity handed out the dying token again (marketo-api §1.2).
  '602': 'transient',
  '603': 'authority',
  '604': 'transient',
  '605': 'bug',
  '606': 'rate-limited',
  '607': 'quota',
  '608': 'transient',
  '609': 'bug',
  '610': 'configuration',
  '611': 'transient',
  '612': 'bug',
  '613': 'bug',
  '614': 'transient',
  '615': 'rate-limited',
  '616': 'configuration',
  '701': 'refused',
  '702': 'gone',
  '703': 'configuration',
  '704': 'bug',
  '709': 'refused',
  '712': 'refused',
  '713': 'transient',
  '714': 'transient',
  '718': 'refused',
  '719': 'transient',
  '1001': 'refused',
  '1002': 'refused',
  '1003': 'refused',
  '1004': 'gone',
  '1005': 'refused',
  '1006': 'configuration',
  '1007': 'refused',
  '1008': 'configuration',
  '1009': 'configuration',
  '1010': 'configuration',
  '1011': 'configuration',
  // Of a whole answer: no such type of object (a record's own 1013 stands in its result).
  '1013': 'configuration',
  '1016': 'rate-limited',
  '1017': 'refused',
  // The built-in CRM sync owns these objects.
  '1018': 'configuration',
  '1021': 'refused',
  '1022': 'refused',
  '1026': 'configuration',
  '1027': 'configuration',
  '1028': 'configuration',
  '1029': 'rate-limited',
  '1035': 'bug',
  '1036': 'bug',
  '1080': 'bug',
};

/**
 * Of a write: its outcome isn't known, and it may still be committed (604 and 611 are said of work that goes on,
 * marketo-api §2.2, §9 no. 23).
 */
const LOST_WRITES = new Set(['0', '500', '502', '604', '611']);

/** Both are renewed by the client, once. */
export const TOKEN_CODES = new Set(['601', '602']);

export function kindOfCode(code: string, write: boolean): ErrorKind {
  if (write && LOST_WRITES.has(code)) return 'ambiguous';
  const kind = CODES[code];
  if (kind !== undefined) return kind;
  // 6xx were not executed, 7xx were and failed; what is new there is tried again, what is new above is a refusal.
  return Number(code) < 1_000 ? 'transient' : 'refused';
}

/** For answers that are no envelope; the HTTP status rarely says more than that a gateway spoke (marketo-api §2.1). */
export function kindOfStatus(status: number, write: boolean): ErrorKind {
  if (status === 429) return 'rate-limited';
  if (status === 401 || status === 403) return 'authority';
  if (status === 413 || status === 414 || status === 431 || status === 405) return 'bug';
  if (status >= 300 && status < 500 && status !== 408) return 'configuration';
  return write ? 'ambiguous' : 'transient';
}

/** What a code asks the operator to do, where the code alone would not tell; in our words. */
export const HELP: Record<string, string> = {
  '616': 'this instance is not entitled to the custom object schema API: create the type by hand',
  '1018': 'the built-in CRM sync is on: it owns companies, opportunities and sales persons',
};

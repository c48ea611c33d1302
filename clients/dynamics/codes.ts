import type { ErrorKind } from '../errors';

/** Dataverse's codes and what they mean for us (dataverse-api §7, §13). Hex in lower case. */
export const DATAVERSE_CODES: Record<string, ErrorKind> = {
  '0x80040217': 'gone',
  '0x80060891': 'gone',
  '0x80060882': 'conflict',
  '0x80044352': 'expired-token',
  '0x80072321': 'rate-limited',
  '0x80072322': 'rate-limited',
  '0x80072326': 'rate-limited',
  '0x80040216': 'transient',
  '0x80044150': 'transient',
  '0x80044151': 'transient',
  '0x80044339': 'transient',
  '0x80040220': 'authority',
  '0x80040225': 'authority',
  '0x80040231': 'authority',
  '0x80040256': 'authority',
  '0x80040299': 'authority',
  '0x80042f09': 'authority',
  '0x80048306': 'authority',
  '0x80050304': 'authority',
  '0x80072560': 'authority',
  '0x80060883': 'configuration',
  '0x80060888': 'configuration',
  '0x8006088a': 'configuration',
  '0x80060890': 'configuration',
  '0x80048d19': 'configuration',
  // A customer's plug-in threw.
  '0x80040265': 'refused',
  '0x80040203': 'refused',
  '0x80040237': 'refused',
  '0x80040317': 'refused',
  '0x80040333': 'refused',
  '0x8004431a': 'refused',
  '0x80044331': 'refused',
  '0x80048408': 'refused',
  // Arrives as 412 like a version conflict, and is none.
  '0x80060892': 'refused',
  '0x8004430a': 'bug',
};

/** A duplicate-detection rule found another row (dataverse-api §5.3). */
export const DUPLICATE_FOUND = '0x80040333';

/** For answers without a code of the table. */
export function kindOfStatus(status: number): ErrorKind {
  if (status === 429) return 'rate-limited';
  if (status === 408 || status >= 500) return status === 501 ? 'bug' : 'transient';
  if (status === 401 || status === 403) return 'authority';
  if (status === 404) return 'gone';
  if (status === 412) return 'conflict';
  if (status === 405 || status === 413 || status === 414 || status === 431) return 'bug';
  // A redirect, or a success that holds nothing of ours: not a Web API that answers there.
  if (status < 400) return 'configuration';
  return 'refused';
}

/** What a code means for the operator, where its name alone would not do; in our words. */
export const HELP: Record<string, string> = {
  '0x80072560': 'no application user for DYNAMICS_CLIENT_ID in this organisation',
  '0x80040225': 'the application user is disabled',
  '0x80050304': 'the application user has no licence for this',
};

/** `0x80060882` from hex of any case, or from the signed decimal that plug-ins and traces use (hex = decimal + 2^32). */
export function normalCode(code: unknown): string | undefined {
  if (typeof code !== 'string' && typeof code !== 'number') return undefined;
  const text = String(code).trim().toLowerCase();
  if (/^0x[0-9a-f]{8}$/.test(text)) return text;
  if (/^-\d{1,10}$/.test(text)) return `0x${(Number(text) + 2 ** 32).toString(16)}`;
  return undefined;
}

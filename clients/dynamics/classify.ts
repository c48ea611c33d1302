import { isObject, jsonObject, retryAfterMs, text, textOf } from '../answer';
import { ApiError, type ErrorKind } from '../errors';
import { gatewayCode } from '../gateway';
import type { HttpAnswer } from '../http';
import { isHostile } from '../json';
import { DATAVERSE_CODES, HELP, kindOfStatus, normalCode } from './codes';

export interface Refusal {
  kind: ErrorKind;
  code?: string;
  /** The vendor's text: it may hold values, and must not leave the client. */
  message: string;
  /** There is no error of Dataverse in it: somebody else has answered. */
  isForeign?: true;
}

/** The vendor's text is searched for names and phrases: of a hostile one only so much. */
const MESSAGE = 4_000;

const EXPIRED = /version stamp .* has expired/i;

/** Reads the error of a whole answer or of one part of a batch. */
export function refusalOf(status: number, body: string): Refusal {
  const parsed = jsonObject(body);
  const error = typeof parsed === 'string' ? undefined : parsed.error;
  if (isHostile(parsed)) return { kind: 'transient', code: parsed, message: '' };
  const message = isObject(error) ? (text(error.message) ?? '').slice(0, MESSAGE) : '';
  const code = isObject(error) ? normalCode(error.code) : undefined;
  // Which HTTP status comes with it is not documented, so the code or the text decides (dataverse-api §4.4).
  if (EXPIRED.test(message)) return { kind: 'expired-token', code: code ?? '0x80044352', message };
  const kind = (code === undefined ? undefined : DATAVERSE_CODES[code]) ?? kindOfStatus(status);
  return { kind, message, ...(code === undefined ? {} : { code }), ...(isOwn(error) ? {} : { isForeign: true }) };
}

/** `0x80060888`, `0x0`, a signed decimal, or an empty code of older servers; whatever else stands there is not Dataverse's. */
const OWN_CODE = /^(0x[0-9a-f]{1,8}|-\d{1,10}|)$/i;
const isOwn = (error: unknown): boolean => isObject(error) && OWN_CODE.test(textOf(error.code)?.trim() ?? 'none');

/**
 * @param names our own names in the request, the table first: the one that the vendor's text mentions, else the table, is
 *   told to the operator
 * @param isOfRecords the call names the rows that it is about
 */
export function answerError(
  operation: string,
  answer: HttpAnswer,
  names: readonly string[],
  isOfRecords = false,
): ApiError {
  const { kind: found, code: known, message, isForeign } = refusalOf(answer.status, answer.body);
  const gateway = isOfRecords && isForeign ? gatewayCode(answer.status) : undefined;
  const code = gateway ?? known;
  // No operation reads a single record by its address, so what isn't there is a table or a function.
  const kind = gateway ? 'transient' : found === 'gone' ? 'configuration' : found;
  const name = kind === 'configuration' || kind === 'authority' ? (mentioned(message, names) ?? names[0]) : undefined;
  const about = [code === undefined ? undefined : HELP[code], privilegeIn(message), name]
    .filter((part) => part !== undefined)
    .join(', ');
  const waitMs = retryAfterMs(answer);
  return new ApiError({
    api: 'dynamics',
    operation,
    kind,
    status: answer.status,
    ...(code === undefined ? {} : { code }),
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    ...(about === '' ? {} : { about }),
  });
}

const privilegeIn = (message: string): string | undefined => /\bprv[A-Za-z]{2,60}\b/.exec(message)?.[0];

/** The one of our names that the text quotes (`'subject'`), else the longest that it holds as a word. */
export function mentioned(message: string, names: readonly string[]): string | undefined {
  const quoted = new Set([...message.matchAll(/['"]([^'"\s]{1,120})['"]/g)].map((match) => match[1]));
  const words = new Set(message.match(/[A-Za-z_][A-Za-z0-9_]*/g));
  const longestFirst = [...names].sort((a, b) => b.length - a.length);
  return longestFirst.find((name) => quoted.has(name)) ?? longestFirst.find((name) => words.has(name));
}

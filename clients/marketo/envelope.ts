import { isObject, type JsonObject, jsonObject, objects, retryAfterMs, text, textOf } from '../answer';
import { ApiError } from '../errors';
import { gatewayCode } from '../gateway';
import type { HttpAnswer } from '../http';
import { isHostile } from '../json';
import { HELP, kindOfCode, kindOfStatus } from './codes';
import { mentioned } from './mentioned';
import type { MarketoCall } from './transport';
import { waitMs } from './waiting';

/** What each answer is wrapped in; problems come with HTTP 200 (marketo-api §1.5). */
export type Envelope = JsonObject & { success: boolean };

/** @throws ApiError where the answer is no envelope: HTML, nothing, half a document, or a gateway's error. */
export function readEnvelope(call: MarketoCall, answer: HttpAnswer): Envelope {
  const body = jsonObject(answer.body);
  if (typeof body !== 'string' && typeof body.success === 'boolean' && (answer.status === 200 || !body.success))
    return body as Envelope;
  const wait = retryAfterMs(answer);
  const isOfRecords = call.records !== undefined || call.byKey === true;
  const gateway = isOfRecords && !isHostile(body) ? gatewayCode(answer.status) : undefined;
  const kind = gateway ? 'transient' : kindOfStatus(isHostile(body) ? 200 : answer.status, call.write === true);
  throw new ApiError({
    api: 'marketo',
    operation: call.operation,
    kind,
    status: answer.status,
    code: gateway ?? (typeof body === 'string' ? body : 'NO_ENVELOPE'),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(kind === 'configuration' ? { about: 'MARKETO_URL' } : {}),
  });
}

/** The vendor's text is searched for names and phrases: of a hostile one only so much. */
export const MESSAGE = 4_000;

const firstError = (envelope: Envelope): JsonObject => objects(envelope.errors)[0] ?? {};

const errorCode = (envelope: Envelope): string | undefined => textOf(firstError(envelope).code);

/** `errors[0]` as an error of ours. Its text is read for names that we sent and goes no further. */
export function envelopeError(call: MarketoCall, envelope: Envelope): ApiError {
  const code = errorCode(envelope) ?? '0';
  const message = (text(firstError(envelope).message) ?? '').slice(0, MESSAGE);
  const lostPlace = call.path.startsWith('activities') && EXPIRED_TOKEN.test(message);
  const kind = lostPlace ? 'expired-token' : kindOfCode(code, call.write === true);
  const wait = waitMs(code);
  const about = [
    code === '603' ? `permission ${call.permission}, or the list of allowed addresses` : HELP[code],
    TOO_MANY.test(message) ? TOO_MANY_RESULTS : undefined,
    mentioned(message, call.names ?? []) ?? (kind === 'configuration' ? call.names?.[0] : undefined),
  ].filter((part) => part !== undefined);
  return new ApiError({
    api: 'marketo',
    operation: call.operation,
    kind,
    status: 200,
    code: /^\d{1,5}$/.test(code) ? code : '0',
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(about.length === 0 ? {} : { about: about.join(', ') }),
  });
}

/** What is said of a token that isn't taken any more is not documented; any complaint that names it is taken so. */
const EXPIRED_TOKEN = /(next\s*page|paging)\s*token/i;

const TOO_MANY = /too many results/i;
const TOO_MANY_RESULTS = 'too many results';

/** More than 1,000 persons match (marketo-api §3): a smaller question has to be asked. */
export const isTooManyResults = (error: unknown): boolean =>
  error instanceof ApiError && error.code === '1003' && (error.about?.includes(TOO_MANY_RESULTS) ?? false);

export const resultsOf = (envelope: Envelope): JsonObject[] => objects(envelope.result);

export const firstResult = (envelope: Envelope): JsonObject => {
  const [first] = resultsOf(envelope);
  return isObject(first) ? first : {};
};

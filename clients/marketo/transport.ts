import type { AnswerKind } from '../bounds';
import { ApiError, isApiError } from '../errors';
import { isOverBound } from '../halves';
import { type Health, isOutage } from '../health';
import type { HttpAnswer } from '../http';
import { factsOf, NetworkFailure } from '../network-failure';
import { reading } from '../reading';
import { TOKEN_CODES } from './codes';
import { type Envelope, envelopeError, readEnvelope } from './envelope';
import type { MarketoSettings } from './options';
import type { Permission } from './permissions';
import { createTokenSource } from './token';
import type { BeforeSend } from './types';

export type Query = Record<string, string | number | undefined>;

export interface MarketoCall {
  /** Our own name of the operation. */
  operation: string;
  /** Below `/rest/v1/`, such as `leads.json`. */
  path: string;
  /** What it answers: how long that may be. */
  answers: AnswerKind;
  query?: Query;
  /** Sent as JSON; makes the call a POST. */
  body?: unknown;
  /** Whether its outcome is in doubt when the answer is lost. */
  write?: boolean;
  /** Records that it writes, of a call that is about records. */
  records?: number;
  /** It reads records by keys that we name. */
  byKey?: true;
  /** One call does much: it is waited for as long as a read. */
  slow?: true;
  /** Told to the operator with 603. */
  permission: Permission;
  /** Runs when the permit is there, directly before sending; a rejection keeps the call from being sent. */
  beforeSend?: BeforeSend;
  /** Our own names in the request, which an error may mention. */
  names?: readonly string[];
}

export interface Transport {
  readonly settings: MarketoSettings;
  /** A successful envelope; else throws ApiError. */
  call(call: MarketoCall): Promise<Envelope>;
}

/**
 * A write is waited for no longer than an activity may wait (DESIGN §3): one record that Marketo does not answer for would hold all others. What
 * was not answered may still be carried out until Marketo's own time-out: until then its records are not touched (activities/writer.ts).
 */
const WRITE_MS = 20_000;

/** A GET above 8 KB is refused with 414; from here on it goes as a form (marketo-api §3.1, §9 no. 15). */
const MAX_GET = 6_000;

/**
 * Sends one request: token, permit, answer, and one more try after a 601 or 602 with a new token; those calls were not
 * executed, writes included. Nothing else is tried again, Temporal does that.
 */
export function createTransport(settings: MarketoSettings): Transport {
  const tokens = createTokenSource(settings);
  const { health } = settings;

  async function once(call: MarketoCall, token: string): Promise<HttpAnswer> {
    health?.admit('marketo', call.operation);
    const permit = await settings.governor.acquire();
    try {
      await call.beforeSend?.();
      return await settings.http.send({
        ...requestOf(settings.origin, call),
        headers: headersOf(call, token),
        answers: call.answers,
        ...(call.records === undefined || call.slow ? {} : { timeoutMs: WRITE_MS }),
      });
    } catch (error) {
      throw error instanceof NetworkFailure ? lost(call, error) : error;
    } finally {
      permit.release();
    }
  }

  async function ask(call: MarketoCall): Promise<Envelope> {
    const token = await tokens.token();
    let { envelope, error } = read(call, await once(call, token));
    if (TOKEN_CODES.has(error?.code ?? ''))
      ({ envelope, error } = read(call, await once(call, await tokens.token(token))));
    if (error !== undefined) throw error;
    return envelope;
  }

  return {
    settings,
    async call(call) {
      try {
        const envelope = await ask(call);
        health?.answered('marketo', call.operation, !call.write);
        return envelope;
      } catch (error) {
        note(health, call, error);
        throw error;
      }
    },
  };
}

const read = (call: MarketoCall, answer: HttpAnswer): { envelope: Envelope; error?: ApiError } =>
  reading(
    () => {
      const envelope = readEnvelope(call, answer);
      return envelope.success ? { envelope } : { envelope, error: envelopeError(call, envelope) };
    },
    () => unreadable(call),
  );

/** A write whose answer cannot be read may have been carried out. */
export const unreadable = ({ operation, write }: MarketoCall): ApiError =>
  new ApiError({ api: 'marketo', operation, kind: write ? 'ambiguous' : 'transient', code: 'UNREADABLE' });

/** Of a write of one record the record may be the cause: that says nothing about the others. */
function note(health: Health | undefined, { operation, records }: MarketoCall, error: unknown): void {
  // Of another operation: the token's. One that was not sent says nothing new.
  if (!isApiError(error) || error.operation !== operation || isOutage(error)) return;
  // A page that was too long was answered: it is about to be asked for by halves.
  if (!isApiError(error, 'transient', 'ambiguous') || isOverBound(error)) health?.answered('marketo', operation, false);
  else if (records !== 1) health?.failed('marketo', operation);
}

/** A write that left and was never answered may have been done, or may yet be (marketo-api §4.4). */
const lost = (call: MarketoCall, failure: NetworkFailure): ApiError =>
  new ApiError({
    api: 'marketo',
    operation: call.operation,
    ...factsOf(failure),
    ...(failure.kind === 'transient' && call.write && !failure.unsent ? { kind: 'ambiguous' } : {}),
  });

const isForm = (call: MarketoCall): boolean => call.body === undefined && queryOf(call).length > MAX_GET;

function headersOf(call: MarketoCall, token: string): Record<string, string> {
  const type = isForm(call) ? 'application/x-www-form-urlencoded' : 'application/json';
  return {
    Accept: 'application/json',
    Authorization: `Bearer ${token}`,
    ...(call.body === undefined && !isForm(call) ? {} : { 'Content-Type': type }),
  };
}

function requestOf(origin: string, call: MarketoCall): { method: 'GET' | 'POST'; url: string; body?: string } {
  const url = `${origin}/rest/v1/${call.path}`;
  const query = queryOf(call);
  if (isForm(call)) return { method: 'POST', url: `${url}?_method=GET`, body: query };
  const address = query === '' ? url : `${url}?${query}`;
  return call.body === undefined
    ? { method: 'GET', url: address }
    : { method: 'POST', url: address, body: JSON.stringify(call.body) };
}

function queryOf(call: MarketoCall): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) if (value !== undefined) query.set(name, String(value));
  return query.toString();
}

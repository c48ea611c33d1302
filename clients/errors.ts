import { boundedWaitMs } from './wait';

/** The APIs that a client may speak for. */
export type Api = 'dynamics' | 'marketo' | 'entra' | 'mongo';

/**
 * What a failure means for the caller. A closed list: it is also the failure type that Temporal keeps in the clear.
 *
 * - `transient`      network, 5xx, HTML instead of JSON, a cut or empty body: worth another attempt
 * - `ambiguous`      a write whose answer was lost: it may have been committed, now or later
 * - `rate-limited`   the vendor asks to wait: `retryAfterMs`
 * - `quota`          the day's quota is spent: `retryAfterMs` until it is renewed
 * - `authority`      credentials, privileges, permissions, licences: someone has to act
 * - `configuration`  an unknown table, field, type, host or certificate: someone has to act
 * - `conflict`       the row has another version than the one we read (412 on If-Match)
 * - `gone`           the record doesn't exist (any more)
 * - `expired-token`  a delta token is too old: a bounded catch-up has to follow
 * - `too-large`      one record alone is over the bound of an answer (clients/bounds.ts): `key`, where it is known
 * - `refused`        the vendor refuses this request for what it holds
 * - `bug`            a request that should never have been sent
 */
export const ERROR_KINDS = [
  'transient',
  'ambiguous',
  'rate-limited',
  'quota',
  'authority',
  'configuration',
  'conflict',
  'gone',
  'expired-token',
  'too-large',
  'refused',
  'bug',
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

export interface ApiErrorFacts {
  api: Api;
  /** Our own name of the operation, such as `leads.sync`; never a URL. */
  operation: string;
  kind: ErrorKind;
  /** HTTP status, where there was an answer. */
  status?: number;
  /** The vendor's code, such as `606`, `0x80060882` or `invalid_client`; never the vendor's text. */
  code?: string;
  /** Milliseconds to wait before another try; bounded when the error is made (wait.ts). */
  retryAfterMs?: number;
  /** Of the one record that it is about: an id or a key that we asked with. Never logged. */
  key?: string;
  /** Names of ours that help the operator (a table, a column, a privilege); never values. */
  about?: string;
}

/** Codes come from a vendor: what is told of an error stays short, whatever was answered. */
const LONGEST = 400;
const short = (text: string | undefined): string | undefined => text?.slice(0, LONGEST);

/** The only error that a client throws. Its message is made of names and codes, so that it may be logged. */
export class ApiError extends Error implements ApiErrorFacts {
  readonly api!: Api;
  readonly operation!: string;
  readonly kind!: ErrorKind;
  readonly status?: number;
  readonly code?: string;
  readonly retryAfterMs?: number;
  readonly about?: string;
  readonly key?: string;

  constructor(facts: ApiErrorFacts) {
    const { code, about } = facts;
    super(
      `${facts.api} ${facts.operation}: ${facts.kind} (${facts.status ?? '-'}/${short(code) ?? '-'})` +
        (about === undefined ? '' : ` ${short(about)}`),
    );
    this.name = 'ApiError';
    const { retryAfterMs, ...others } = facts;
    const wait = retryAfterMs === undefined ? undefined : boundedWaitMs(facts.kind, retryAfterMs);
    Object.assign(
      this,
      others,
      wait !== undefined && { retryAfterMs: wait },
      code !== undefined && { code: short(code) },
      about !== undefined && { about: short(about) },
    );
  }
}

export const isApiError = (error: unknown, ...kinds: ErrorKind[]): error is ApiError =>
  error instanceof ApiError && (kinds.length === 0 || kinds.includes(error.kind));

import { type Api, ApiError, type ErrorKind } from './errors';

/** No answer, or only a part of one. Stays within the clients: each makes an `ApiError` of it. */
export class NetworkFailure extends Error {
  override readonly name = 'NetworkFailure';
  constructor(
    /** Node's or OpenSSL's code, such as `ECONNREFUSED`; ours are `TIMEOUT`, `CUT_BODY`, `TOO_LARGE` and `ENCODING`. */
    readonly code: string,
    readonly kind: Extract<ErrorKind, 'transient' | 'configuration'>,
    /** The request never left: no write can have happened. */
    readonly unsent: boolean,
    /** Of the answer whose body could not be read. */
    readonly status?: number,
  ) {
    super(code);
  }
}

/** Certificates that are not trusted, and TLS spoken to a port that has none: nothing that waiting would mend. */
const CERTIFICATE_CODES = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const NEVER_CONNECTED = new Set([
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
]);

interface SystemError {
  code?: unknown;
  syscall?: unknown;
  name?: unknown;
  cause?: unknown;
}

/** Reads what axios, Node and OpenSSL throw. */
export function networkFailure(error: unknown): NetworkFailure {
  const code = codeOf(error);
  if (CERTIFICATE_CODES.has(code)) return new NetworkFailure(code, 'configuration', true);
  const unsent = NEVER_CONNECTED.has(code) || connecting(error);
  return new NetworkFailure(code, 'transient', unsent);
}

/** axios wraps Node's error, and may leave the system call to its cause. */
function connecting(error: unknown): boolean {
  const { syscall, cause } = (error ?? {}) as SystemError;
  return syscall === 'connect' || (cause as SystemError | undefined)?.syscall === 'connect';
}

const TIMED_OUT = new Set(['ABORT_ERR', 'ECONNABORTED', 'ERR_CANCELED']);

function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as SystemError;
  if (TIMED_OUT.has(String(code)) || name === 'TimeoutError') return 'TIMEOUT';
  return typeof code === 'string' ? safe(code) : 'NETWORK';
}

const safe = (code: string): string => (/^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'NETWORK');

/** For reads, and for writes that may be repeated without harm. */
export const networkError = (api: Api, operation: string, failure: NetworkFailure): ApiError =>
  new ApiError({ api, operation, ...factsOf(failure) });

/** What a failure tells of itself. */
export const factsOf = ({ kind, code, status }: NetworkFailure) => ({
  kind,
  code,
  ...(status === undefined ? {} : { status }),
});

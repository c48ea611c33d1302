import { AuthError } from '@azure/msal-node';
import { numberOf, textOf } from '../answer';
import { ApiError, type ErrorKind } from '../errors';
import type { EntraNetwork } from './entra-network';

/** Codes of MSAL and OAuth by which another attempt may succeed (dataverse-api §1.7, §13). */
const TRANSIENT = new Set([
  'temporarily_unavailable',
  'server_error',
  'network_error',
  'token_parsing_error',
  'endpoints_resolution_error',
]);

/** What the number says, in our words; the vendor asks to branch on the OAuth code, so this only helps the operator. */
const NUMBERS: Record<number, { kind: ErrorKind; about: string }> = {
  7000215: { kind: 'authority', about: 'client secret is wrong' },
  7000222: { kind: 'authority', about: 'client secret has expired' },
  7000218: { kind: 'authority', about: 'client secret or certificate is missing' },
  700016: { kind: 'configuration', about: 'DYNAMICS_CLIENT_ID: no such application in this tenant' },
  90002: { kind: 'configuration', about: 'DYNAMICS_TENANT_ID: no such tenant' },
  500011: { kind: 'configuration', about: 'DYNAMICS_URL: no such organisation in this tenant' },
  70011: { kind: 'configuration', about: 'DYNAMICS_URL: not a valid scope' },
  700027: { kind: 'authority', about: 'certificate is not the registered one, or the clock is wrong' },
  50034: { kind: 'authority', about: 'unknown user' },
  50126: { kind: 'authority', about: 'user name or password is wrong' },
  50053: { kind: 'authority', about: 'account is locked' },
  50055: { kind: 'authority', about: 'password has expired' },
  50057: { kind: 'authority', about: 'user is disabled' },
  50076: { kind: 'authority', about: 'multi-factor authentication is required: use an application user' },
  50079: { kind: 'authority', about: 'multi-factor authentication is required: use an application user' },
  65001: { kind: 'authority', about: 'consent is missing' },
  90006: { kind: 'transient', about: 'service is busy' },
  90012: { kind: 'transient', about: 'service timed out' },
  90024: { kind: 'transient', about: 'service budget is exceeded' },
  90033: { kind: 'transient', about: 'directory is unavailable' },
  90055: { kind: 'transient', about: 'tenant is throttled' },
  90090: { kind: 'transient', about: 'service is unavailable' },
};

/** Makes an `ApiError` of what MSAL throws. Its texts may name the user, so only codes are kept. */
export function entraError(error: unknown, network: EntraNetwork): ApiError {
  if (error instanceof ApiError) return error;
  const known = network.lastFault();
  if (known !== undefined) return known;
  const facts = { api: 'entra', operation: 'token' } as const;
  // MSAL, or we ourselves, could not read what was answered: that is no record's matter, and may be over the next time.
  if (!(error instanceof AuthError)) return new ApiError({ ...facts, kind: 'transient', code: 'UNREADABLE' });

  // What it holds is the answer's, of whatever type that was.
  const errorCode = textOf(error.errorCode) ?? '';
  const { status, errorNo } = error as { status?: unknown; errorNo?: unknown };
  const aadsts = numberOf(errorNo);
  const number = aadsts === undefined ? undefined : NUMBERS[aadsts];
  const about = [aadsts === undefined ? undefined : `AADSTS${aadsts}`, number?.about].filter(Boolean).join(' ');
  const answered = {
    ...facts,
    ...(typeof status === 'number' ? { status } : {}),
    ...(about === '' ? {} : { about }),
  };
  // MSAL's own throttle repeats the last error without asking anybody: a bare number and no status.
  if (/^[\d ]*$/.test(errorCode) && status === undefined) {
    const waitMs = Math.max(1_000, network.throttledUntil() - Date.now());
    return new ApiError({ ...facts, kind: 'transient', code: 'throttled-by-msal', retryAfterMs: waitMs });
  }
  if (TRANSIENT.has(errorCode) || (typeof status === 'number' && status >= 500))
    return new ApiError({ ...answered, kind: 'transient', code: errorCode, retryAfterMs: 60_000 });
  return new ApiError({ ...answered, kind: number?.kind ?? 'authority', code: errorCode });
}

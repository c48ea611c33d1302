import { type Check, number, oneOf, orNull, text, texts, yesNo } from '../common/check-values';
import { ENTRA } from './credentials';

export interface EntraSettings {
  /** Latency of the token endpoint. */
  latencyMs: number;
  tokenLifetimeSeconds: number;
  /** The secret that is accepted; change it to rotate. */
  clientSecret: string;
  secretExpired: boolean;
  /** PEM certificates registered for the application; a client assertion must be signed by one of them. */
  certificates: string[];
  userState: 'enabled' | 'disabled' | 'mfa';
  /** Issuer shown by the discovery document; null = https, the host asked, the tenant. */
  issuer: string | null;
}

export const ENTRA_CHECKS: Readonly<Record<keyof EntraSettings, Check>> = {
  latencyMs: number,
  tokenLifetimeSeconds: number,
  clientSecret: text,
  secretExpired: yesNo,
  certificates: texts,
  userState: oneOf('enabled', 'disabled', 'mfa'),
  issuer: orNull(text),
};

/** Settings at start. */
export function defaultEntraSettings(): EntraSettings {
  return {
    latencyMs: 0,
    tokenLifetimeSeconds: 3599,
    clientSecret: ENTRA.clientSecret,
    secretExpired: false,
    certificates: [],
    userState: 'enabled',
    issuer: null,
  };
}

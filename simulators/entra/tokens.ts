import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../common/clock';

export interface Claims {
  /** Resource the token is for, without trailing slash. */
  aud: string;
  tid: string;
  /** Seconds since the epoch. */
  exp: number;
  appid: string;
  /** Set for a user's token (password grant). */
  upn?: string;
}

/** Issues tokens and reads them back; shared by the token endpoint and the Dataverse side. */
export interface Tokens {
  issue(claims: Claims): string;
  /** The claims, or undefined where the token is not ours, altered or expired. */
  read(token: string): Claims | undefined;
  /** All tokens issued so far are expired, whatever they say. */
  expire(): void;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Creates a signer with a key of this process; tokens of an earlier run are refused, as after a key rollover. */
export function createTokens(clock: Clock): Tokens {
  let key = randomBytes(32);
  const known = new Map<string, Claims>(); // verified once; thousands of calls carry the same token
  const sign = (text: string): string => createHmac('sha256', key).update(text).digest('base64url');
  return {
    issue(claims) {
      const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ ...claims, jti: randomBytes(8).toString('hex') })}`;
      return `${text}.${sign(text)}`;
    },
    expire() {
      key = randomBytes(32); // none of them is ours any more
      known.clear();
    },
    read(token) {
      const claims = known.get(token) ?? verify(token, sign);
      if (!claims) return undefined;
      if (claims.exp * 1000 <= clock.now()) {
        known.delete(token);
        return undefined;
      }
      known.set(token, claims);
      return claims;
    },
  };
}

function verify(token: string, sign: (text: string) => string): Claims | undefined {
  const [header, payload, signature] = token.split('.');
  if (!header || !payload || !signature) return undefined;
  const expected = Buffer.from(sign(`${header}.${payload}`));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
}

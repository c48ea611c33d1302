import { constants, verify, X509Certificate } from 'node:crypto';
import { ENTRA } from './credentials';
import { EntraError } from './errors';

/**
 * Checks a client assertion (dataverse-api §1.5): signed by a registered certificate (PS256 or RS256), issued by and
 * for the client, within its time window. Throws AADSTS700027 or 500133.
 */
export function checkAssertion(jwt: string, certificates: readonly string[], nowMs: number): void {
  const [header, payload, signature] = jwt.split('.');
  const invalid = (why: string) => new EntraError(401, 'invalid_client', 700027, `The client assertion ${why}.`);
  if (!header || !payload || !signature) throw invalid('is not a JWT');
  const head = parse(header);
  const claims = parse(payload);
  if (!head || !claims) throw invalid('cannot be read');
  const pss = head.alg === 'PS256';
  if (!pss && head.alg !== 'RS256') throw invalid(`has algorithm ${String(head.alg)}; use PS256 or RS256`);
  const signed = certificates.some((pem) => {
    const key = new X509Certificate(pem).publicKey;
    const options = pss ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : { key };
    return verify('sha256', Buffer.from(`${header}.${payload}`), options, Buffer.from(signature, 'base64url'));
  });
  if (!signed) throw invalid('is not signed by a certificate registered for this application');
  if (claims.iss !== ENTRA.clientId || claims.sub !== ENTRA.clientId) throw invalid('names another application');
  const now = nowMs / 1000;
  const skew = 300; // seconds a clock may be off
  if (Number(claims.exp) + skew < now || Number(claims.nbf ?? 0) - skew > now) {
    throw new EntraError(401, 'invalid_client', 500133, 'The assertion is not within its valid time range.');
  }
}

function parse(part: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

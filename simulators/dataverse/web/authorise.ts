import { ENTRA } from '../../entra/credentials';
import type { Tokens } from '../../entra/tokens';
import type { Database } from '../database';
import { DataverseError } from '../errors';
import type { DataverseSettings } from '../settings';

/**
 * Checks the bearer token and finds the caller: 401 with a challenge (dataverse-api §1.8), 403 0x80072560 where no
 * such user is in the organisation, 0x80040225 where the user is disabled, 403 in administration mode.
 * 404 at an address the organisation had before it was renamed. Gives the systemuserid.
 */
export function authorise(
  authorization: string | undefined,
  tokens: Tokens,
  resources: readonly string[],
  addresses: { entra: string; org: string },
  database: Database,
  settings: DataverseSettings,
): string {
  const { url } = database.organisation;
  if (url !== null && url !== addresses.org)
    throw new DataverseError(404, '', 'No organisation answers at this address.');
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  const claims = token === undefined ? undefined : tokens.read(token);
  if (!claims || !resources.includes(claims.aud)) {
    const challenge = `Bearer authorization_uri=${addresses.entra}/${ENTRA.tenantId}/oauth2/authorize, resource_id=${addresses.org}/`;
    throw new DataverseError(401, '', 'The token is missing, expired or for another resource.', {
      'www-authenticate': challenge,
    });
  }
  const user = [...database.store('systemuser').rows.values()].find((row) =>
    claims.upn === undefined ? row.applicationid === claims.appid : row.domainname === claims.upn,
  );
  if (!user || settings.userState === 'missing') {
    throw new DataverseError(403, '0x80072560', 'The user is not a member of the organization.');
  }
  if (user.isdisabled === true || settings.userState === 'disabled') {
    throw new DataverseError(403, '0x80040225', 'The specified user is disabled.');
  }
  if (settings.administrationMode) {
    throw new DataverseError(403, '0x8004a106', 'The organization is in administration mode.');
  }
  return user.systemuserid as string;
}

import type { Context } from '../context';
import { DataverseError } from '../errors';

/**
 * On whose behalf an operation runs: the user of `CallerObjectId` (Entra object id) or `MSCRMCallerID` (systemuserid),
 * else the caller (dataverse-api §2). Throws 403 0x80072560 where there is no such user, 0x80040225 where it is disabled.
 */
export function actingUser({ database, request, userId }: Pick<Context, 'database' | 'request' | 'userId'>): string {
  const objectId = request.headers.callerobjectid?.toLowerCase();
  const callerId = request.headers.mscrmcallerid?.toLowerCase();
  if (objectId === undefined && callerId === undefined) return userId;
  const users = database.store('systemuser');
  const user =
    objectId === undefined
      ? users.get(callerId!)
      : [...users.rows.values()].find((row) => row.azureactivedirectoryobjectid === objectId);
  if (!user) throw new DataverseError(403, '0x80072560', 'The user is not a member of the organization.');
  if (user.isdisabled === true) throw new DataverseError(403, '0x80040225', 'The specified user is disabled.');
  return user.systemuserid as string;
}

import type { Context } from '../context';
import { DataverseError } from '../errors';
import type { Table } from '../types';

/** ReadAll: to read all rows of the organisation, which change tracking needs (dataverse-api §4.1). */
export type Privilege = 'Read' | 'ReadAll' | 'Create' | 'Write' | 'Delete';

/** Throws 403 0x80048306 where settings.privileges deny the table (dataverse-api §7). */
export function needPrivilege(context: Context, table: Table, privilege: Privilege): void {
  const { denyRead, denyReadAll, denyWrite } = context.settings.privileges;
  const denied = privilege === 'Read' ? denyRead : privilege === 'ReadAll' ? denyReadAll : denyWrite;
  if (!denied.includes(table.logicalName)) return;
  const name = `prv${privilege === 'ReadAll' ? 'Read' : privilege}${table.logicalName[0]!.toUpperCase()}${table.logicalName.slice(1)}`;
  throw new DataverseError(
    403,
    '0x80048306',
    `Principal user (Id=${context.userId}, type=8, roleCount=1, privilegeCount=40, accessMode=4) is missing ${name} privilege (Id=00000000-0000-4000-8000-000000000000) on OTC=${table.objectTypeCode} for entity '${table.logicalName}'. context.Caller=${context.userId}`,
  );
}

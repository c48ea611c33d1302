import type { DynamicsClient, TableMetadata } from '../../clients/dynamics/types';
import type { ParkReason } from '../../model/park';
import { GUID } from '../../model/push';
import type { Deps } from '../deps';

/** The user that is to own a row, or why nobody can. */
export type Owner = { bind: string } | { park: ParkReason };

/** Three show that there are several; the disabled among them don't count. */
const PAGE_ROWS = 50;

/** Users by GUID or e-mail address (`internalemailaddress`), each asked for once. */
export async function findOwners(deps: Deps, wanted: readonly (string | undefined)[]): Promise<Map<string, Owner>> {
  const owners = new Map<string, Owner>();
  for (const owner of new Set(wanted)) if (owner !== undefined) owners.set(owner, await findOwner(deps, owner));
  return owners;
}

const findOwner = async ({ dynamics, schema }: Deps, owner: string): Promise<Owner> =>
  ownerIn(dynamics, await schema.table('systemuser'), owner);

/** @param table the metadata of `systemuser` */
export async function ownerIn(dynamics: DynamicsClient, table: TableMetadata, owner: string): Promise<Owner> {
  const { entitySetName: set, primaryIdAttribute: key } = table;
  const select = [key, 'isdisabled'];
  const rows = GUID.test(owner)
    ? await dynamics.readByIds(set, key, [owner], select)
    : (
        await dynamics.readPage({
          set,
          select,
          filter: `internalemailaddress eq '${owner.replaceAll("'", "''")}'`,
          pageSize: PAGE_ROWS,
        })
      ).rows;
  const enabled = rows.filter(({ isdisabled }) => isdisabled !== true);
  const [user] = enabled;
  if (rows.length === 0) return { park: 'owner-unknown' };
  if (!user) return { park: 'owner-disabled' };
  if (enabled.length > 1) return { park: 'owner-ambiguous' };
  return { bind: `/${set}(${String(user[key]).toLowerCase()})` };
}

import { ownerIn } from '../../activities/push/owners';
import type { DynamicsClient } from '../../clients/dynamics/types';
import type { MarketoClient } from '../../clients/marketo/types';
import { PARK_REASONS } from '../../model/park';
import type { Settings } from '../../model/settings';
import { attempt, type Check, fault, ok } from './check';

/** What `createInDynamics` names: the list, and the user that is to own the rows. */
export async function checkPush(
  dynamics: DynamicsClient,
  marketo: MarketoClient,
  { createInDynamics }: Settings,
): Promise<Check[]> {
  const { when, list, as, owner } = createInDynamics;
  if (when === 'never') return [];
  const what = 'createInDynamics';
  const checks = [ok(what, `${when}, as ${as}; Create on that table is needed too and shows with the first person`)];
  if (when === 'list' && list !== undefined) {
    const read = await attempt(
      `${what} list ${list}`,
      'Is it the id of a static list? Its address in Marketo shows it',
      () => marketo.listMembers(list),
    );
    checks.push('failed' in read ? read.failed : ok(`${what} list ${list}`, 'readable'));
  }
  if (owner !== undefined) {
    const found = await attempt(`${what} owner`, 'Give the application user Read on systemuser', async () =>
      ownerIn(dynamics, await dynamics.table('systemuser'), owner),
    );
    if ('failed' in found) checks.push(found.failed);
    else if ('park' in found.value)
      checks.push(fault(`${what} owner`, PARK_REASONS[found.value.park], 'Name an enabled user of Dynamics'));
    else checks.push(ok(`${what} owner`, 'an enabled user'));
  }
  return checks;
}

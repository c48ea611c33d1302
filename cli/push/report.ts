import type { PushEntry } from '../../clients/mongo/pushes';
import type { Store } from '../../clients/mongo/store';
import { isoOf } from '../../model/instant';
import { PARK_REASONS } from '../../model/park';
import { PUSH_OUTCOMES } from '../../model/push-outcome';

/** What came of a person: `1042 as lead: created lead:…; the row was made`. */
export function lineOf({ marketoId, as, outcome, row, reason, code, other, at }: PushEntry): string {
  const why = reason === undefined ? PUSH_OUTCOMES[outcome] : `${reason}: ${PARK_REASONS[reason]}`;
  const more = [row, code, other === undefined ? undefined : `the other row is ${other}`].filter(Boolean).join(', ');
  return `${marketoId} as ${as}: ${outcome}${more ? ` (${more})` : ''}; ${why}; ${isoOf(at)}`;
}

/** Persons by id, or all; then the requests of these that came to nothing as a whole. */
export async function report(
  { pushes, pushRequests }: Store,
  ids: readonly number[] | undefined,
  tell: (line: string) => void,
): Promise<void> {
  if (ids !== undefined) {
    const found = await pushes.get(ids);
    for (const id of ids) {
      const entry = found.get(id);
      tell(entry ? lineOf(entry) : `${id}: nobody has asked for it`);
    }
    return;
  }
  let count = 0;
  for await (const entry of pushes.all()) {
    count += 1;
    tell(lineOf(entry));
  }
  for (const { id, fault } of await pushRequests.latest()) if (fault) tell(`request ${id}: ${fault}`);
  tell(`${count} person${count === 1 ? '' : 's'}`);
}

import { setTimeout } from 'node:timers/promises';
import type { MarketoRecord } from '../../clients/marketo/types';
import type { Deps } from '../deps';

/** A person that was made just now may not be readable yet (marketo-api §4.3): so long it may take. */
const READY_MS = 3_000;

/**
 * Persons by Marketo id. One that does not show is asked for once more a little later, before anyone concludes that it
 * is gone.
 *
 * @param onTooLarge gets the id of each that alone is over the bound of an answer: it is not among those found, and is not gone
 */
export async function readPersons(
  { marketo }: Deps,
  fields: readonly string[],
  ids: readonly number[],
  onTooLarge: (id: number) => void,
): Promise<Map<number, MarketoRecord>> {
  const found = new Map<number, MarketoRecord>();
  const large = new Set<number>();
  const read = async (wanted: number[]) => {
    if (wanted.length === 0) return;
    const persons = await marketo.leadsBy('id', wanted, [...fields], (id) => large.add(Number(id)));
    for (const person of persons) found.set(Number(person.id), person);
  };
  await read([...ids]);
  const missing = ids.filter((id) => !found.has(id) && !large.has(id));
  if (missing.length > 0) {
    await setTimeout(READY_MS);
    await read(missing);
  }
  for (const id of large) onTooLarge(id);
  return found;
}

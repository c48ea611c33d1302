import { setTimeout } from 'node:timers/promises';
import type { MarketoClient, MarketoRecord } from '../../clients/marketo/types';
import { PERSON_IDENTITY } from '../../model/entities';
import type { Deps } from '../deps';
import type { BoundEntity } from '../schema';

/** A person that was made just now may not be readable yet (marketo-api §4.3): so long it may take. */
const READY_MS = 3_000;

/**
 * Persons by Marketo id. One that does not show is asked for once more a little later, before anyone concludes that it
 * is gone.
 */
export async function readPersons(
  { marketo }: Deps,
  bound: BoundEntity,
  ids: readonly number[],
): Promise<Map<number, MarketoRecord>> {
  const found = new Map<number, MarketoRecord>();
  const read = async (wanted: number[]) => {
    if (wanted.length === 0) return;
    for (const person of await marketo.leadsBy('id', wanted, bound.marketoFields)) found.set(Number(person.id), person);
  };
  await read([...ids]);
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length > 0) {
    await setTimeout(READY_MS);
    await read(missing);
  }
  return found;
}

/** Marketo ids of the persons that carry these rows' GUIDs (lower case), by GUID. */
export async function findByGuid(marketo: MarketoClient, guids: readonly string[]): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>();
  const read = async (wanted: string[]) => {
    if (wanted.length === 0) return;
    for (const record of await marketo.leadsBy(PERSON_IDENTITY.id, wanted, ['id', PERSON_IDENTITY.id])) {
      const guid = String(record[PERSON_IDENTITY.id] ?? '').toLowerCase();
      found.set(guid, [...(found.get(guid) ?? []), Number(record.id)]);
    }
  };
  await read([...guids]);
  const missing = guids.filter((guid) => !found.has(guid));
  if (missing.length > 0) {
    await setTimeout(READY_MS);
    await read(missing);
  }
  return found;
}

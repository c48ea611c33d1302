import type { Entry } from '../../checker';
import { entityOf, guidOf } from '../../clients/mongo/links';
import { SERVICE } from '../truth/memory/wire';
import { type PersonTable, rowId, type Teller } from './teller';

/** `contact 47 email`: a row by its number, a person of Marketo by its id. */
export function named(id: string, field?: string): string {
  const guid = guidOf(id);
  const number = Number(guid.split('-').at(-1));
  // The GUID of a row that was made of a person is nobody's choice.
  return `${entityOf(id)} ${Number.isNaN(number) || number > 2_000 ? 'of a person' : number}${field === undefined ? '' : ` ${field}`}`;
}

/** What is kept back, with its reason. */
export async function listed({ store }: Teller): Promise<string[]> {
  const found: string[] = [];
  for await (const { id, field, reason } of store.parked.all()) found.push(`${named(id, field)}: ${reason}`);
  return found.sort();
}

/** People that a row of the table has, by the row's number; those of rows that were made of people aside. */
export async function linked({ store }: Teller, table: PersonTable): Promise<number[]> {
  const found: number[] = [];
  for await (const { id, state } of store.links.all(table)) {
    const number = Number(guidOf(id).split('-').at(-1));
    if (state === 'linked' && id === `${table}:${rowId(table, number)}`) found.push(number);
  }
  return found;
}

/** Calls of the service's that write, meanwhile. */
export async function writesOf({ memory }: Teller, act: () => Promise<unknown>): Promise<number> {
  const before = await memory.writes();
  await act();
  return (await memory.writes()) - before;
}

/** Rows of Dynamics and people of Marketo that the service has written since then, by the rows that they are or have. */
export function writtenSince({ memory: { ledger, instance } }: Teller, seq: number) {
  const written = (entries: readonly Entry[]) =>
    entries.flatMap((entry) =>
      'changes' in entry && entry.kind !== 'call' && entry.seq > seq && entry.by === SERVICE ? [entry] : [],
    );
  const rows = written(ledger.entries.dynamics).map(({ table, id }) => named(`${table}:${id}`));
  const people = written(ledger.entries.marketo).flatMap(({ table, id }) => {
    const { microsoftId, microsoftType } = (table === 'leads' && instance.persons.get(Number(id))?.values) || {};
    return microsoftId ? [named(`${String(microsoftType).toLowerCase()}:${microsoftId}`)] : [];
  });
  return { dynamics: [...new Set(rows)].sort(), marketo: [...new Set(people)].sort() };
}

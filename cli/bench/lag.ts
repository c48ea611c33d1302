import type { Control } from './control';
import type { BenchEnvironment } from './environment';
import { wait } from './wait';

export interface Edit {
  /** Whose row is edited, in the system where it is edited. */
  id: string;
  /** The record that has to change, in the other system. */
  arrivesAt: string;
}

/** One way that edits travel. */
export interface Way {
  edit(id: string, value: string): Promise<unknown>;
  /** The value that the records have now, by id. */
  look(ids: readonly string[]): Promise<Map<string, unknown>>;
}

export const toMarketo = (control: Control): Way => ({
  edit: (id, jobtitle) => control.editLead(id, { jobtitle }),
  look: async (ids) => new Map((await control.people(ids)).map((person) => [String(person.id), person.title])),
});

export const toDynamics = (control: Control): Way => ({
  edit: (id, title) => control.editPerson(id, { title }),
  look: async (ids) => new Map((await control.leadRows(ids)).map((row) => [String(row.leadid), row.jobtitle])),
});

export interface Lags {
  /** Seconds from each edit to its arrival, in the order of arrival. */
  seconds: number[];
  /** Edits that had not arrived when we gave up. */
  missing: number;
}

const LOOK_MS = 200;
/** So long after the last edit. */
const GIVE_UP_MS = 120_000;

/** Makes the edits, so many a second, and waits for each on the other side. */
export async function measureLag(
  env: BenchEnvironment,
  way: Way,
  edits: readonly Edit[],
  perSecond: number,
): Promise<Lags> {
  const open = new Map<string, { value: string; at: number }>();
  const seconds: number[] = [];
  let editing = true;
  const edit = async (): Promise<void> => {
    const began = Date.now();
    for (const [index, { id, arrivesAt }] of edits.entries()) {
      await wait(Math.max(0, began + (index * 1000) / perSecond - Date.now()));
      const value = `Bench ${index}`;
      await way.edit(id, value);
      // The change is there when the answer is.
      open.set(arrivesAt, { value, at: Date.now() });
    }
    editing = false;
  };
  const look = async (): Promise<void> => {
    let giveUp = Number.POSITIVE_INFINITY;
    while (editing || (open.size > 0 && Date.now() < giveUp)) {
      if (!editing && giveUp === Number.POSITIVE_INFINITY) giveUp = Date.now() + GIVE_UP_MS;
      const values = open.size > 0 ? await way.look([...open.keys()]) : new Map<string, unknown>();
      for (const [id, { value, at }] of [...open]) {
        if (values.get(id) !== value) continue;
        seconds.push((Date.now() - at) / 1000);
        open.delete(id);
      }
      await wait(LOOK_MS);
    }
  };
  await Promise.race([Promise.all([edit(), look()]), env.broken]);
  return { seconds, missing: open.size };
}

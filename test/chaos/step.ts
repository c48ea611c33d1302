/** Columns and fields of persons that travel both ways; values come from small pools, so that both sides meet by chance. */
export const LINES = [
  ['firstname', 'firstName', ['Ann', 'Bo', 'Zoe\u0308', 'Zo\u00eb', null]],
  ['jobtitle', 'title', ['Buyer', 'Head', 'false', null]],
  ['telephone1', 'phone', ['+1 555 0100', '+1 555 0101', null]],
  ['address1_city', 'city', ['Leith', '__proto__', null]],
  ['description', 'mktoPersonNotes', ['one', 'two\nlines', null]],
  ['donotbulkemail', 'unsubscribed', [true, false]],
  ['donotphone', 'doNotCall', [true, false]],
  ['lastname', 'lastName', ['Lind', 'null', 'Chen']],
] as const;

/** Options: code in Dynamics, label in Marketo. */
export const OPTIONS = [
  [1, 'Any'],
  [2, 'Email'],
  [3, 'Phone'],
  [null, null],
] as const;

export const EMAILS = ['ann@example.com', 'Bo@Example.com', 'bad@nodot', null] as const;

type Value = string | number | boolean | null;

/**
 * One step of a story. Rows and persons are drawn as numbers, of which the remainder counts: a step says something
 * whatever became of the steps before it, so that a story can be shortened.
 */
export type Step =
  | { do: 'dynamics'; table: string; row: number; values: Record<string, Value> }
  | { do: 'dynamics-create'; table: 'lead' | 'contact' | 'account' | 'opportunity'; number: number }
  | { do: 'dynamics-delete'; table: 'lead' | 'contact' | 'opportunity' | 'connection' | 'account'; row: number }
  | { do: 'account'; row: number; account: number | null }
  | { do: 'owner'; table: 'lead' | 'contact'; row: number; team: boolean }
  | { do: 'customer'; opportunity: number; kind: 'account' | 'contact'; row: number }
  | { do: 'line'; line: number; contact: number | null }
  | { do: 'part'; part: number; line: number | null }
  | { do: 'role'; opportunity: number; contact: number | null }
  | { do: 'connect'; opportunity: number; contact: number }
  | { do: 'qualify'; lead: number; number: number }
  | { do: 'member'; add: boolean }
  | { do: 'marketo'; person: number; values: Record<string, Value> }
  | { do: 'marketo-create'; number: number; email: string }
  | { do: 'marketo-delete'; person: number }
  | { do: 'fault'; system: 'dynamics' | 'marketo'; fault: Record<string, Value> }
  /** It strikes only calls that a row is in by its GUID, or its person by Marketo's id; until the story's end. */
  | {
      do: 'fault-about';
      system: 'dynamics' | 'marketo';
      table: 'lead' | 'contact';
      row: number;
      by: 'guid' | 'id';
      fault: Record<string, Value>;
    }
  | { do: 'tokens'; system: 'dynamics' | 'marketo' }
  | { do: 'expire'; table: string }
  | { do: 'cycle' }
  | { do: 'look' }
  | { do: 'write-back'; entity: 'lead' | 'contact' }
  | { do: 'race'; slow: Record<string, Value>; edits: Step[] }
  | { do: 'restart'; parent: boolean }
  | { do: 'die'; count: number }
  | { do: 'resync'; entity: string }
  /** A resync, of which one page waits, staged, until the edits were made, brought by a look and carried out. */
  | { do: 'late-page'; entity: string; page: number; edits: Step[] }
  | { do: 'pass'; ms: number };

import type { Row } from '../../cli/check/stage/control';

type Value = string | number | boolean | null;
export type Values = Record<string, Value>;
export type PersonTable = 'lead' | 'contact';
/** What a user makes or deletes. */
export type Table = PersonTable | 'account' | 'opportunity' | 'connection';
export type System = 'dynamics' | 'marketo';

/**
 * What a user of Dynamics or a marketer does. Rows and persons are drawn as numbers, of which the remainder counts: a
 * step means something whatever became of the steps before it, so that a schedule can be shortened.
 */
export type EditStep =
  | { do: 'edit'; table: PersonTable | 'account' | 'systemuser' | 'team' | 'opportunity'; row: number; values: Values }
  | { do: 'create'; table: Exclude<Table, 'connection'>; number: number }
  | { do: 'delete'; table: Table; row: number }
  /** A row that was deleted comes back under its GUID, with the values that it had. */
  | { do: 'restore'; number: number }
  /** Another account, or none. */
  | { do: 'reparent'; row: number; account: number | null }
  | { do: 'reassign'; table: PersonTable; row: number; team: boolean }
  | { do: 'filter'; table: PersonTable | 'account'; row: number; on: boolean | null }
  /** Into a new contact, or into one that is there. */
  | { do: 'qualify'; lead: number; into: number | null }
  | { do: 'merge'; table: PersonTable; winner: number; loser: number }
  | { do: 'role'; opportunity: number; contact: number | null }
  | { do: 'connect'; opportunity: number; contact: number }
  /** A connection leads elsewhere, or is switched off or on. */
  | { do: 'reconnect'; row: number; opportunity: number; contact: number; active: boolean }
  | { do: 'marketo-edit'; person: number; values: Values }
  /** Of the person that the row has. */
  | { do: 'marketo-edit-of'; table: PersonTable; row: number; values: Values }
  | { do: 'marketo-create'; number: number; email: string }
  | { do: 'marketo-delete'; person: number }
  | { do: 'marketo-merge'; winner: number; loser: number };

/** What befalls a call of the service's. */
export const FAULTS = ['refused', 'lost', 'lost-before', 'late'] as const;
/**
 * - `refused`      the vendor has a bad moment, and says so: nothing was done
 * - `lost`         the work is done, and the answer lost
 * - `lost-before`  the answer is lost, and nothing was done
 * - `late`         the answer is lost, and the work is done some time later
 */
export type Fault = (typeof FAULTS)[number];

export type Step =
  | EditStep
  /** Its versions are given out now; it is seen when `release` comes, or at the end (dataverse-api §4.6). */
  | { do: 'hold'; edit: EditStep }
  | { do: 'release' }
  | { do: 'cycle' }
  /** Feeds are read, and nothing of what they bring is carried out. */
  | { do: 'look' }
  | { do: 'write-back'; table: PersonTable }
  /** What was brought before is carried out, whatever has become of it since: looks and children run side by side. */
  | { do: 'work-off' }
  /** A cycle, in which so many calls to either system go by before the edits are made. */
  | { do: 'race'; calls: number; edits: EditStep[] }
  /** Both sides edit the same field of a pair: its row, and its person so many calls into the cycle that follows. */
  | { do: 'clash'; table: PersonTable; row: number; calls: number; inDynamics: Values; inMarketo: Values }
  /** One side edits a field of a pair twice, a cycle after each; a fault strikes the write that the first edit brings about. */
  | { do: 'twice'; table: PersonTable; row: number; side: System; values: [Values, Values]; fault: Fault }
  | { do: 'fault'; system: System; fault: Fault; writes: boolean; after: number; times: number }
  /**
   * For so long a system fails at each write that a row, or its person, is in, and takes the others; or also at each read that asks for
   * it. The other side edits the row. Then somebody edits something ahead of each of some cycles.
   */
  | {
      do: 'poison';
      system: System;
      /** `rejected`: it is against what it was asked for; `skipped`: Marketo, against that record alone. */
      fault: Fault | 'rejected' | 'skipped';
      reads?: boolean;
      table: PersonTable;
      row: number;
      values: Values;
      ms: number;
      edits: EditStep[];
    }
  /** For so long a system fails at every call. Somebody edits something ahead of each of some cycles. */
  | { do: 'outage'; system: System; fault: Fault; ms: number; edits: EditStep[] }
  /** The worker dies so many operations of its memory from now. */
  | { do: 'die'; count: number }
  /** People edit as soon as Marketo has what a cycle sends, and the feeds bring it; the worker dies so many operations later, if at all. */
  | { do: 'early-hint'; edits: EditStep[]; dies: number | null }
  /** The worker is suspended in a cycle, so many operations that write from now; it wakes when another one has done it all, and people have edited. */
  | { do: 'zombie'; count: number; edits: EditStep[] }
  /** The worker starts again; with `parent` the workflow too. */
  | { do: 'restart'; parent: boolean }
  | { do: 'resync'; entity: string }
  /** A resync, of which one page waits, staged, until the edits were made, brought by a look and carried out. */
  | { do: 'late-page'; entity: string; page: number; edits: EditStep[] }
  /**
   * An attempt to carry out the first edits is suspended after so many calls to the store, and taken for dead. It wakes up after the next
   * one has carried out the later edits too.
   */
  | { do: 'zombie-of-roles'; entity: 'connection'; calls: number; edits: EditStep[]; later: EditStep[] }
  /** The table's delta token is too old. */
  | { do: 'expire'; table: string }
  | { do: 'pass'; ms: number };

const EDITS: ReadonlySet<string> = new Set<EditStep['do']>([
  'edit',
  'create',
  'delete',
  'restore',
  'reparent',
  'reassign',
  'filter',
  'qualify',
  'merge',
  'role',
  'connect',
  'reconnect',
  'marketo-edit',
  'marketo-edit-of',
  'marketo-create',
  'marketo-delete',
  'marketo-merge',
]);

type Of<Name extends Step['do']> = Extract<Step, { do: Name }>;

const editOf = (side: System, { table, row }: Of<'clash' | 'twice' | 'poison'>, values: Values): EditStep =>
  side === 'dynamics' ? { do: 'edit', table, row, values } : { do: 'marketo-edit-of', table, row, values };

const otherThan = (system: System): System => (system === 'dynamics' ? 'marketo' : 'dynamics');

/** The edit that has the system write the row at which it fails. */
export const poisoned = (step: Of<'poison'>): EditStep => editOf(otherThan(step.system), step, step.values);

/** Its two edits. */
export const clashing = (step: Of<'clash'>): [EditStep, EditStep] => [
  editOf('dynamics', step, step.inDynamics),
  editOf('marketo', step, step.inMarketo),
];

/** Its two edits, and what strikes the other side in between. */
export function twice(step: Of<'twice'>): { edits: [EditStep, EditStep]; fault: Of<'fault'> } {
  const [first, second] = step.values;
  return {
    edits: [editOf(step.side, step, first), editOf(step.side, step, second)],
    fault: { do: 'fault', system: otherThan(step.side), fault: step.fault, writes: true, after: 0, times: 1 },
  };
}

export const isEdit = (step: Step): step is EditStep => EDITS.has(step.do);

/** Both systems as people use them: the simulators' control address is one (cli/check/stage/control.ts), memory another. */
export interface Systems {
  rows(table: string): Promise<Row[]>;
  /** `leads`. */
  records(object: string): Promise<Row[]>;
  /** As `POST /_sim/dynamics/edit` takes them, one transaction. */
  editDynamics(...operations: object[]): Promise<unknown>;
  /** As `POST /_sim/marketo/edit` takes them. */
  editMarketo(...operations: object[]): Promise<unknown>;
}

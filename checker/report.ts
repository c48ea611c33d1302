/** The promises of DESIGN §1, clauses 1 to 6, as they can be broken. */
export const CLAUSES = ['lost', 'backwards', 'different', 'duplicated', 'echoed', 'wrongly-deleted'] as const;
export type Clause = (typeof CLAUSES)[number];

/** One promise broken. Never holds a value. */
export interface Breach {
  clause: Clause;
  entity: string;
  id: string;
  field?: string;
  seq?: number;
  says: string;
}

export interface Report {
  /** Eligible rows with a counterpart, versions read in both ledgers, fields compared, and fields or rows covered by a listed exception. */
  records: number;
  versions: number;
  fields: number;
  excepted: number;
  breaches: Breach[];
}

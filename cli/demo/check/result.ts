/** What the check of one entity found. */
export interface CheckResult {
  entity: string;
  /** Rows that have a record. */
  records: number;
  /** Fields compared. */
  fields: number;
  different: number;
  missing: number;
  extra: number;
  /** Values that Marketo can't take, by the demo's own rule. */
  parked: number;
  /** Ids and field names of what is wrong; never a value. */
  examples: string[];
}

const EXAMPLES = 5;

/** Counts while an entity is checked, and keeps the first few examples. */
export class Tally implements CheckResult {
  records = 0;
  fields = 0;
  different = 0;
  missing = 0;
  extra = 0;
  parked = 0;
  readonly examples: string[] = [];

  constructor(readonly entity: string) {}

  wrong(what: 'different' | 'missing' | 'extra', example: string): void {
    this[what] += 1;
    if (this.examples.length < EXAMPLES) this.examples.push(`${this.entity} ${what}: ${example}`);
  }
}

import type { MarketoRecord, ObjectPath, SyncResult } from '../../../clients/marketo/types';
import type { Actor, Ledger } from './ledger';

type Values = Record<string, unknown>;
/** What else Marketo wants of a record: the reason why it does not take it. @param before null: it is new. */
export type Check = (sent: Values, before: Values | null) => { code: string; field?: string } | undefined;

interface Stored {
  id: number | string;
  values: Values;
}

const skipped = (code: string, field?: string): SyncResult => ({
  status: 'skipped',
  reasons: [{ code, ...(field !== undefined && { field }) }],
});

/** One object of the generic contract (marketo-api §6.1): records by their dedupe fields. */
export class ObjectStore {
  readonly records = new Map<string, Stored>();
  #made = 0;

  constructor(
    private readonly ledger: Ledger,
    readonly path: ObjectPath,
    private readonly keys: readonly string[],
    private readonly check: Check = () => undefined,
  ) {}

  /** The name of its records in the ledger. */
  get table(): string {
    return this.path === 'opportunities/roles' ? 'roles' : this.path;
  }

  /** What `load` takes. */
  dump(): { records: Stored[]; made: number } {
    return { records: [...this.records.values()], made: this.#made };
  }

  load({ records, made }: ReturnType<ObjectStore['dump']>): void {
    for (const record of records) this.records.set(this.keyOf(record.values), record);
    this.#made = made;
  }

  get(...key: unknown[]): Values | undefined {
    return this.records.get(key.join(','))?.values;
  }

  find(name: string, value: unknown): Values[] {
    return [...this.records.values()].flatMap(({ values }) => (values[name] === value ? [values] : []));
  }

  query(filterType: string, values: readonly unknown[], fields: readonly string[]): MarketoRecord[] {
    const wanted = new Set(values);
    const found = [...this.records.values()].filter((one) => wanted.has(one.values[filterType]));
    return found.map(({ values: held }) => Object.fromEntries(fields.map((name) => [name, held[name] ?? null])));
  }

  sync(action: string, input: readonly MarketoRecord[], actor: Actor): SyncResult[] {
    return input.map((sent) => {
      const key = this.keyOf(sent);
      const found = this.records.get(key);
      const reason =
        found && action === 'createOnly'
          ? { code: '1017' }
          : !found && action === 'updateOnly'
            ? { code: '1013' }
            : this.check(sent, found?.values ?? null);
      if (reason) {
        this.ledger.refusal('marketo', { table: this.table, code: reason.code, fields: Object.keys(sent), key }, actor);
        return skipped(reason.code, reason.field);
      }
      const after = { ...found?.values, ...sent };
      this.#made += 1;
      const id =
        found?.id ??
        (this.path.startsWith('companies') || this.path === 'salespersons' ? this.#made : `${this.path}-${this.#made}`);
      this.records.set(key, { id, values: after });
      this.ledger.version('marketo', { table: this.table, id: String(id) }, actor, found?.values, after);
      return { status: found ? 'updated' : 'created', id };
    });
  }

  delete(input: readonly MarketoRecord[], actor: Actor): SyncResult[] {
    return input.map((sent) => {
      const key = this.keyOf(sent);
      const found = this.records.get(key);
      if (!found) return skipped('1013');
      this.remove(found.values, actor);
      return { status: 'deleted', id: found.id };
    });
  }

  remove(values: Values, actor: Actor): void {
    const key = this.keyOf(values);
    const found = this.records.get(key);
    if (!found) return;
    this.records.delete(key);
    this.ledger.version('marketo', { table: this.table, id: String(found.id) }, actor, found.values, undefined);
  }

  /** Somebody else's record now, under another key where that is part of it. */
  relink(values: Values, change: Values, actor: Actor): void {
    this.remove(values, actor);
    if (!this.records.has(this.keyOf({ ...values, ...change })))
      this.sync('createOnly', [{ ...values, ...change }], actor);
  }

  /** As the ledger of the simulators names a record (simulators/marketo/refusals.ts). */
  keyOf(values: Values): string {
    return this.keys.map((name) => values[name] ?? '').join(',');
  }
}

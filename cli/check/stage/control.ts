import type { Entry } from '../../../checker';

/** Where the simulated systems listen. */
export interface Addresses {
  control: string;
  entra: string;
  dataverse: string;
  marketo: string;
}

export type Row = Record<string, unknown>;
export interface Calls {
  total: number;
  writes: number;
  byEndpoint: Record<string, { count: number; ok: number; failed: number }>;
}
type System = 'dynamics' | 'marketo' | 'entra';

/** The simulators' control address: what a user or a marketer does, what lies in the systems, and the faults. */
export class Control {
  #seq = 0;

  constructor(readonly simulators: Addresses) {}

  /** As right after start: no rows, activities visible at once, no limits. */
  async reset(): Promise<void> {
    this.#seq = 0;
    await this.post('/_sim/reset', {});
    await this.settings('marketo', { activityDelayMs: [0, 0], emptyPages: false, limits: { enabled: false } });
    await this.settings('dynamics', { limits: { enabled: false } });
    for (const system of ['dynamics', 'marketo', 'entra'] as const) await this.noFaults(system);
  }

  settings(system: System, partial: object): Promise<unknown> {
    return this.post(`/_sim/${system}/settings`, partial);
  }

  fault(system: System, fault: object): Promise<unknown> {
    return this.post(`/_sim/${system}/faults`, fault);
  }

  noFaults(system: System): Promise<unknown> {
    return this.send(`/_sim/${system}/faults`, { method: 'DELETE' });
  }

  async calls(system: System): Promise<Calls> {
    return (await this.send(`/_sim/${system}/calls`)) as Calls;
  }

  async writes(): Promise<number> {
    const [dynamics, marketo] = await Promise.all([this.calls('dynamics'), this.calls('marketo')]);
    return dynamics.writes + marketo.writes;
  }

  async seedDynamics(rows: Record<string, object[]>): Promise<string[]> {
    return ((await this.post('/_sim/dynamics/seed', rows)) as { ids: string[] }).ids;
  }

  async editDynamics(...operations: object[]): Promise<string[]> {
    return ((await this.post('/_sim/dynamics/edit', { operations })) as { ids: string[] }).ids;
  }

  async rows(table: string): Promise<Row[]> {
    return (await this.send(`/_sim/dynamics/rows/${table}`)) as Row[];
  }

  /** One row as it lies in Dynamics. */
  async row(table: string, id: string): Promise<Row> {
    return ((await this.send(`/_sim/dynamics/rows/${table}?ids=${id}`)) as Row[])[0] ?? {};
  }

  async seedMarketo(...leads: object[]): Promise<number[]> {
    return ((await this.post('/_sim/marketo/seed', { leads })) as { ids: number[] }).ids;
  }

  async editMarketo(...operations: object[]): Promise<number[]> {
    return ((await this.post('/_sim/marketo/edit', { operations })) as { ids: number[] }).ids;
  }

  /** All records of an object: leads, companies, salespersons, opportunities, roles, customobjects/<name>. */
  async records(object: string): Promise<Row[]> {
    return (await this.send(`/_sim/marketo/records/${object}`)) as Row[];
  }

  /** The one person that carries this row's id; throws where there is none, or a twin. */
  async person(guid: string): Promise<Row> {
    const found = (await this.records('leads')).filter(({ microsoftId }) => microsoftId === guid);
    if (found.length === 1) return found[0] as Row;
    throw new Error(`${found.length} persons carry the id of ${guid}`);
  }

  /** An administrator changes a table's columns, or Marketo's fields. */
  schema(system: 'dynamics' | 'marketo', change: object): Promise<unknown> {
    return this.post(`/_sim/${system}/schema`, change);
  }

  /** Time passes for the simulated systems, and for nobody else. */
  advance(ms: number): Promise<unknown> {
    return this.post('/_sim/clock/advance', { ms });
  }

  get(path: string): Promise<unknown> {
    return this.send(path);
  }

  /** The highest `seq` that both systems have given out. */
  async seq(): Promise<number> {
    for (const system of ['dynamics', 'marketo'] as const) {
      for (const entry of await this.ledger(system, this.#seq))
        this.#seq = Math.max(this.#seq, entry.seq, entry.kind === 'call' ? entry.ended : 0);
    }
    return this.#seq;
  }

  /** Everything that a system recorded, in the order of `seq`. */
  async ledger(system: 'dynamics' | 'marketo', after = 0): Promise<Entry[]> {
    const answer = await fetch(`${this.simulators.control}/_sim/${system}/ledger?after=${after}`);
    if (!answer.ok) throw new Error(`the ledger of ${system} answered ${answer.status}`);
    const lines = (await answer.text()).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Entry);
  }

  async post(path: string, body: object): Promise<unknown> {
    return this.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  private async send(path: string, init?: RequestInit): Promise<unknown> {
    const answer = await fetch(`${this.simulators.control}${path}`, init);
    const body = (await answer.json()) as { error?: string };
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${body.error ?? 'no reason'}`);
    return body;
  }
}

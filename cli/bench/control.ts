export interface Calls {
  total: number;
  writes: number;
  byEndpoint: Record<string, { count: number; ok: number; failed: number }>;
}

export interface RecentCall {
  at: number;
  endpoint: string;
  status: number;
  code?: string;
}

type System = 'dynamics' | 'marketo';
type Row = Record<string, unknown>;

/** The simulators' control address: sizes, settings, edits as a user makes them, and what was called. */
export class Control {
  constructor(private readonly url: string) {}

  reset = (): Promise<unknown> => this.post('/_sim/reset', {});
  settings = (system: System, values: object): Promise<unknown> => this.post(`/_sim/${system}/settings`, values);
  generateLeads = (count: number): Promise<unknown> => this.post('/_sim/dynamics/generate', { table: 'lead', count });
  calls = (system: System): Promise<Calls> => this.get(`/_sim/${system}/calls`);
  recent = (system: System): Promise<RecentCall[]> => this.get(`/_sim/${system}/calls/recent`);

  /** All rows of Dynamics' leads, or those of the ids. */
  leadRows = (ids?: readonly string[]): Promise<Row[]> => this.get(`/_sim/dynamics/rows/lead${query(ids)}`);
  /** All people in Marketo, or those of the ids. */
  people = (ids?: readonly string[]): Promise<Row[]> => this.get(`/_sim/marketo/records/leads${query(ids)}`);

  /** As a user of Dynamics would, with a new row version. */
  editLead = (id: string, values: Row): Promise<unknown> =>
    this.post('/_sim/dynamics/edit', { operations: [{ op: 'update', table: 'lead', id, values }] });
  /** As a form does in Marketo, with an activity. */
  editPerson = (id: string, values: Row): Promise<unknown> =>
    this.post('/_sim/marketo/edit', { operations: [{ op: 'update', id: Number(id), values }] });

  private post(path: string, body: object): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    return this.get(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  private async get<T>(path: string, init: RequestInit = {}): Promise<T> {
    const answer = await fetch(`${this.url}${path}`, init);
    const body = (await answer.json()) as { error?: string };
    if (answer.ok) return body as T;
    throw new Error(`the simulators' ${path.split('?')[0]} answered ${answer.status}: ${body.error ?? 'no reason'}`);
  }
}

const query = (ids?: readonly string[]): string => (ids === undefined ? '' : `?ids=${ids.join(',')}`);

/** Calls of the endpoints that match. */
export function countOf({ byEndpoint }: Calls, endpoint: RegExp): number {
  return Object.entries(byEndpoint).reduce((sum, [name, { count }]) => (endpoint.test(name) ? sum + count : sum), 0);
}

/** A create or update of people; reads that are tunnelled through POST are counted as GET. */
export const LEAD_WRITE = /^POST \/rest\/v1\/leads\.json$/;
export const LEAD_READ = /^GET \/rest\/v1\/leads\.json$/;
/** Requests for rows of the table, and for their number. */
export const LEAD_ROWS = /^GET leads\b/;

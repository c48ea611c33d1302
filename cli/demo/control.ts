import type { Found } from './readers/marketo';

export interface Calls {
  total: number;
  writes: number;
  byEndpoint: Record<string, { count: number; ok: number; failed: number }>;
}

/** The simulators' control address: what a user or a marketer does, and the count of calls. */
export class Control {
  constructor(private readonly url: string) {}

  settings(system: 'dynamics' | 'marketo', settings: object): Promise<unknown> {
    return this.post(`/_sim/${system}/settings`, settings);
  }

  /** Edits rows as a user of Dynamics; gives an id for each operation. */
  async editDynamics(operation: object): Promise<string> {
    const { ids } = (await this.post('/_sim/dynamics/edit', { operations: [operation] })) as { ids: string[] };
    return ids[0] ?? '';
  }

  /** Edits people as a form fill-out in Marketo does. */
  async editMarketo(operation: object): Promise<void> {
    await this.post('/_sim/marketo/edit', { operations: [operation] });
  }

  /**
   * All records of an object, for those that nobody should have made: Marketo's API finds records by value only, so it can't list what we
   * don't know of.
   */
  async records(object: string): Promise<Found[]> {
    return (await this.send(`/_sim/marketo/records/${object}`)) as Found[];
  }

  async calls(system: 'dynamics' | 'marketo'): Promise<Calls> {
    return (await this.send(`/_sim/${system}/calls`)) as Calls;
  }

  private post(path: string, body: object): Promise<unknown> {
    return this.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  private async send(path: string, init?: RequestInit): Promise<unknown> {
    const answer = await fetch(`${this.url}${path}`, init);
    const body = (await answer.json()) as { error?: string };
    if (!answer.ok) throw new Error(`the simulators' ${path} answered ${answer.status}: ${body.error ?? 'no reason'}`);
    return body;
  }
}

import fastify, { type FastifyInstance } from 'fastify';
import { createCommon } from '../../simulators/common/app';
import { type Clock, createClock } from '../../simulators/common/clock';
import { createMarketo, type MarketoSimulator } from '../../simulators/marketo';
import { MARKETO_CREDENTIALS } from '../../simulators/marketo/credentials';

export interface Reason {
  code: string;
  message: string;
}

/** An answer or a record of one, loosely: tests look at what they name. */
export interface Item {
  [name: string]: unknown;
  id?: number;
  seq?: number;
  status?: string;
  reasons?: Reason[];
  marketoGUID?: string;
}

export interface Answer {
  requestId: string;
  success: boolean;
  result?: Item[];
  errors?: Reason[];
  nextPageToken?: string;
  moreResult?: boolean;
}

/** A simulated instance on a port of its own, with a client that shares no code with the service. */
export class TestInstance {
  readonly clock: Clock = createClock();
  readonly simulator: MarketoSimulator = createMarketo(createCommon(this.clock));
  private readonly controlApp: FastifyInstance = fastify();
  url = '';
  controlUrl = '';
  token = '';

  async start(): Promise<void> {
    this.simulator.control(this.controlApp);
    this.url = await this.simulator.app.listen({ port: 0, host: '127.0.0.1' });
    this.controlUrl = await this.controlApp.listen({ port: 0, host: '127.0.0.1' });
  }

  async stop(): Promise<void> {
    await Promise.all([this.simulator.app.close(), this.controlApp.close()]);
  }

  /** Back to the start, signed in, without limits and delays unless a test asks for them. */
  async fresh(settings: object = {}): Promise<void> {
    this.simulator.reset();
    this.clock.reset();
    await this.settings({ activityDelayMs: [0, 0], emptyPages: false, limits: { enabled: false }, ...settings });
    await this.signIn();
  }

  settings(partial: object): Promise<unknown> {
    return this.control('settings', partial);
  }

  async signIn(): Promise<{ expires_in: number }> {
    const { clientId, clientSecret } = MARKETO_CREDENTIALS;
    const query = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    const response = await fetch(`${this.url}/identity/oauth/token?${query}`);
    const answer = (await response.json()) as { access_token: string; expires_in: number };
    this.token = answer.access_token;
    return answer;
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.token}`, ...(init.headers as Record<string, string>) };
    return fetch(this.url + path, { ...init, headers });
  }

  async get(path: string, query: Record<string, string> = {}): Promise<Answer> {
    const text = new URLSearchParams(query).toString();
    return (await (await this.fetch(text === '' ? path : `${path}?${text}`)).json()) as Answer;
  }

  async post(path: string, body?: unknown): Promise<Answer> {
    const init =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    return (await (await this.fetch(path, { method: 'POST', ...init })).json()) as Answer;
  }

  /** POST to `/_sim/marketo/<name>`, or GET without a body. */
  // biome-ignore lint/suspicious/noExplicitAny: control answers differ by route
  async control(name: string, body?: unknown): Promise<any> {
    const init =
      body === undefined
        ? {}
        : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    return (await fetch(`${this.controlUrl}/_sim/marketo/${name}`, init)).json();
  }

  /** Creates leads by e-mail or another key and gives their ids. */
  async create(...leads: object[]): Promise<number[]> {
    const answer = await this.post('/rest/v1/leads.json', { action: 'createDuplicate', input: leads });
    return (answer.result ?? []).map((item) => {
      if (item.status !== 'created') throw new Error(`not created: ${JSON.stringify(item)}`);
      return item.id as number;
    });
  }

  /** One lead's fields, without the id that comes with them in any case. */
  async read(id: number, ...fields: string[]): Promise<Item> {
    const answer = await this.get('/rest/v1/leads.json', {
      filterType: 'id',
      filterValues: String(id),
      fields: fields.join(','),
    });
    const item = answer.result?.[0] ?? {};
    const { id: _its, ...rest } = item;
    return fields.includes('id') ? item : rest;
  }

  /** Syncs one lead and gives its result. */
  async sync(request: object, record: object): Promise<Item> {
    const answer = await this.post('/rest/v1/leads.json', { ...request, input: [record] });
    if (!answer.result?.[0]) throw new Error(`refused: ${JSON.stringify(answer.errors)}`);
    return answer.result[0];
  }

  /** A token at the present end of the activity log. */
  async tokenNow(): Promise<string> {
    const since = new Date(this.clock.now() - 60_000).toISOString();
    const { nextPageToken } = await this.get('/rest/v1/activities/pagingtoken.json', { sinceDatetime: since });
    return nextPageToken as string;
  }
}

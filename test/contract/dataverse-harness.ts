import { ENTRA } from '../../simulators/entra/credentials';
import { type SimulatorOptions, type Simulators, startSimulators } from '../../simulators/start';

/** A row, an error or a page as it comes over the wire. */
export interface Item {
  [name: string]: unknown;
  value: Item[];
  error: { code: string; message: string };
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: Item;
}

export interface Harness {
  simulators: Simulators;
  api: string;
  token(form?: Record<string, string>, tenant?: string): Promise<Answer>;
  /** Takes a new token. */
  authorise(): Promise<void>;
  /** A call with a token; `path` below the API or a whole link. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Follows nextLinks to the last page. */
  pages(path: string, headers?: Record<string, string>): Promise<{ rows: Item[]; last: Item; count: number }>;
  control(method: string, path: string, body?: unknown): Promise<Item>;
  batch(parts: string[], prefer?: string): Promise<{ status: number; text: string; statuses: number[] }>;
}

export const SECRET = {
  client_id: ENTRA.clientId,
  grant_type: 'client_credentials',
  client_secret: ENTRA.clientSecret,
};

/** Starts the simulators on free ports and speaks HTTP to them. */
export async function harness(options: SimulatorOptions): Promise<Harness> {
  const simulators = await startSimulators({ ...options, portBase: 0 });
  const api = `${simulators.dataverse}/api/data/v9.2`;
  const send = async (method: string, url: string, headers: Record<string, string>, body?: string): Promise<Answer> => {
    const answer = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
    const text = await answer.text();
    const json = answer.headers.get('content-type')?.includes('json') && text !== '';
    return { status: answer.status, headers: answer.headers, text, body: (json ? JSON.parse(text) : {}) as Item };
  };
  const token: Harness['token'] = (form = SECRET, tenant = ENTRA.tenantId) => {
    const body = new URLSearchParams({ scope: `${simulators.dataverse}/.default`, ...form }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' };
    return send('POST', `${simulators.entra}/${tenant}/oauth2/v2.0/token?client-request-id=1`, headers, body);
  };
  let bearer = '';
  const authorise = async (): Promise<void> => {
    bearer = `Bearer ${String((await token()).body.access_token)}`;
  };
  await authorise();
  const call: Harness['call'] = (method, path, body, headers = {}) => {
    const url = path.startsWith('http') ? path : `${api}/${path}`;
    const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const own = { authorization: bearer, ...json, ...headers };
    return send(
      method,
      url,
      own,
      body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    );
  };
  const get: Harness['get'] = (path, headers) => call('GET', path, undefined, headers);
  return {
    simulators,
    api,
    token,
    authorise,
    call,
    get,
    async pages(path, headers) {
      const rows: Item[] = [];
      let count = 0;
      let next: unknown = path;
      let last: Item;
      do {
        const answer = await get(next as string, headers);
        if (answer.status !== 200) throw new Error(answer.text);
        last = answer.body;
        rows.push(...last.value);
        count += 1;
        next = last['@odata.nextLink'];
      } while (next !== undefined);
      return { rows, last, count };
    },
    async control(method, path, body) {
      const url = `${simulators.control}/_sim/${path}`;
      const text = method === 'GET' ? undefined : JSON.stringify(body ?? {});
      const answer = await send(method, url, { 'content-type': 'application/json' }, text);
      if (answer.status !== 200) throw new Error(answer.text);
      return answer.body;
    },
    async batch(parts, prefer = 'odata.continue-on-error') {
      const lines = parts.map((part) => `--batch_1\r\n${part}\r\n`).join('');
      const headers = { 'content-type': 'multipart/mixed; boundary="batch_1"', ...(prefer && { prefer }) };
      const { status, text } = await call('POST', '$batch', `${lines}--batch_1--\r\n`, headers);
      const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => Number(match[1]));
      return { status, text, statuses };
    },
  };
}

/** A part of a $batch. */
export function part(method: string, path: string, body?: unknown, headers: string[] = [], contentId?: number): string {
  return [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    ...(contentId === undefined ? [] : [`Content-ID: ${contentId}`]),
    '',
    `${method} /api/data/v9.2/${path} HTTP/1.1`,
    'Content-Type: application/json',
    ...headers,
    '',
    body === undefined ? '' : JSON.stringify(body),
  ].join('\r\n');
}

/** A change set of parts. */
export function changeSet(parts: string[]): string {
  const lines = parts.map((text) => `--set_1\r\n${text}\r\n`).join('');
  return `Content-Type: multipart/mixed; boundary="set_1"\r\n\r\n${lines}--set_1--`;
}

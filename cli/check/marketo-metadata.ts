import { wait } from '../demo/readers/wait';
import type { DevFile } from '../local/dev-file';

export interface Field {
  /** REST name. */
  name: string;
  dataType: string;
  length?: number;
  readOnly: boolean;
}

interface Envelope<T> {
  success: boolean;
  errors?: { code: string }[];
  result?: T[];
}

interface Described {
  name?: string;
  displayName?: string;
  dataType: string;
  length?: number;
  readOnly?: boolean;
  updateable?: boolean;
  rest?: { name: string; readOnly: boolean };
}

const ATTEMPTS = 20;
/** Rate, concurrency, temporary trouble (marketo-api §2.2). */
const AGAIN = ['606', '615', '608', '604', '713'];

/** The check's own reader of Marketo's describes (marketo-api §4.1, §6.1). */
export class MarketoMetadata {
  private constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  static async open({ url, clientId, clientSecret }: DevFile['marketo']): Promise<MarketoMetadata> {
    const query = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    const answer = await fetch(`${url}/identity/oauth/token?${query}`);
    if (!answer.ok) throw new Error(`Marketo's identity service answered ${answer.status} to the check`);
    return new MarketoMetadata(url, ((await answer.json()) as { access_token: string }).access_token);
  }

  /** API names of custom objects: the schema API gives them a suffix, as `microsoftTeam_c` (marketo-api §6.4). */
  async customObjects(): Promise<string[]> {
    return (await this.get<{ name: string }>('customobjects')).map(({ name }) => name);
  }

  /** Fields of `leads`, `companies`, `customobjects/x`… by their names in lower case. */
  async fields(object: string): Promise<ReadonlyMap<string, Field>> {
    const path = `${object}/describe`;
    const result = await this.get<Described & { fields?: Described[] }>(path);
    const described = object === 'leads' ? result : (result[0]?.fields ?? []);
    const fields = described.flatMap((one): Field[] => {
      const name = object === 'leads' ? one.rest?.name : one.name;
      if (name === undefined) return [];
      const readOnly = object === 'leads' ? one.rest?.readOnly === true : one.updateable === false;
      return [{ name, dataType: one.dataType, readOnly, ...(one.length === undefined ? {} : { length: one.length }) }];
    });
    return new Map(fields.map((field) => [field.name.toLowerCase(), field]));
  }

  private async get<T>(path: string): Promise<T[]> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await fetch(`${this.url}/rest/v1/${path}.json`, {
        headers: { authorization: `Bearer ${this.token}` },
      });
      const body = (await answer.json()) as Envelope<T>;
      if (body.success) return body.result ?? [];
      const code = body.errors?.[0]?.code ?? 'without a code';
      if (!AGAIN.includes(code) || attempt === ATTEMPTS)
        throw new Error(`Marketo answered ${code} to the check's read of ${path}`);
      await wait(1_000);
    }
  }
}

import { kept } from '../../../clients/keep';
import type { DevFile } from '../../local/dev-file';
import { Pace } from './pace';
import { wait } from './wait';

export type MarketoValue = string | number | boolean | null | undefined;
export type Found = Record<string, MarketoValue>;

interface Envelope {
  success: boolean;
  errors?: { code: string }[];
  result?: Found[];
  nextPageToken?: string;
  moreResult?: boolean;
}

/** 300 values a call (marketo-api §3). */
const BATCH = 300;
const ATTEMPTS = 40;
/** Token invalid or expired; rate limit and concurrency; temporary trouble (marketo-api §2.2). */
const TOKEN = ['601', '602'];
const AGAIN = ['606', '615', '608', '604', '713'];

/** The demo's own reader of Marketo: identity and plain GETs, paced, since they count against the same 100 calls in 20 s. */
export class MarketoReader {
  private readonly token = kept(() => this.signIn());
  private readonly pace = new Pace(80, 5);
  private readonly customNames = new Map<string, string>();

  constructor(private readonly account: DevFile['marketo']) {}

  /** Records whose field has one of these values; `object` is `leads`, `companies`, `opportunities/roles`, `customobjects/x`… */
  async find(object: string, field: string, values: readonly string[], fields: readonly string[]): Promise<Found[]> {
    const path = await this.pathOf(object);
    const batches = Array.from({ length: Math.ceil(values.length / BATCH) }, (_, index) =>
      values.slice(index * BATCH, (index + 1) * BATCH),
    );
    const found = await Promise.all(batches.map((batch) => this.all(path, field, batch, fields)));
    return found.flat();
  }

  /** The API gives a custom object's name a suffix, as `microsoftTeam_c` (marketo-api §6.4). */
  private async pathOf(object: string): Promise<string> {
    const wanted = /^customobjects\/(.+)$/.exec(object)?.[1];
    if (wanted === undefined) return object;
    if (!this.customNames.has(wanted)) {
      const types = (await this.call('customobjects', {})).result ?? [];
      const name = types.map((type) => String(type.name)).find((one) => one === wanted || one === `${wanted}_c`);
      if (name === undefined) return object;
      this.customNames.set(wanted, name);
    }
    return `customobjects/${this.customNames.get(wanted)}`;
  }

  private async all(
    path: string,
    field: string,
    values: readonly string[],
    fields: readonly string[],
  ): Promise<Found[]> {
    const found: Found[] = [];
    let token: string | undefined;
    do {
      const page: Envelope = await this.call(path, {
        filterType: field,
        filterValues: values.join(','),
        fields: fields.join(','),
        batchSize: String(BATCH),
        ...(token === undefined ? {} : { nextPageToken: token }),
      });
      found.push(...(page.result ?? []));
      token = page.nextPageToken;
    } while (token !== undefined);
    return found;
  }

  /** A GET in a POST: 300 GUIDs are too long for an address (8 kB, marketo-api §3.1). */
  private async call(path: string, form: Record<string, string>): Promise<Envelope> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const token = await this.token();
      const answer = await this.pace.run(async () => {
        const response = await fetch(`${this.account.url}/rest/v1/${path}.json?_method=GET`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}` },
          body: new URLSearchParams(form),
        });
        return (await response.json()) as Envelope;
      });
      if (answer.success) return answer;
      const code = answer.errors?.[0]?.code ?? 'without a code';
      if (TOKEN.includes(code)) this.token.forget();
      else if (!AGAIN.includes(code)) throw new Error(`Marketo answered ${code} to a read of ${path}`);
      await wait(code === '606' ? 2_000 : 250);
    }
    throw new Error(`Marketo was too busy for ${ATTEMPTS} attempts to read ${path}`);
  }

  private async signIn(): Promise<string> {
    const query = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: this.account.clientId,
      client_secret: this.account.clientSecret,
    });
    const answer = await fetch(`${this.account.url}/identity/oauth/token?${query}`);
    if (!answer.ok) throw new Error(`Marketo's identity service answered ${answer.status} to the demo's reader`);
    return ((await answer.json()) as { access_token: string }).access_token;
  }
}

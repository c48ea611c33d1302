import { KeptByKey, kept } from '../../../clients/keep';
import type { DevFile } from '../../local/dev-file';
import { wait } from './wait';

export type Row = Record<string, string | number | boolean | null | undefined>;

/** Column → option value → label. */
export type Labels = ReadonlyMap<string, ReadonlyMap<number, string>>;

export interface TableShape {
  set: string;
  id: string;
  /** As `$select` wants them: a lookup is `_name_value`. */
  columns: ReadonlySet<string>;
  labels: Labels;
}

interface Page<T> {
  value: T[];
  '@odata.nextLink'?: string;
}

interface OptionColumn {
  LogicalName: string;
  OptionSet?: { Options: { Value: number; Label: { UserLocalizedLabel?: { Label: string } | null } }[] } | null;
}

const LOOKUPS = ['Lookup', 'Customer', 'Owner'];
const OPTION_TYPES = ['Picklist', 'State', 'Status'];
const ATTEMPTS = 5;
/** The kind of row that a lookup holds comes only as an annotation; we put it into the row as `…_type`. */
const LOOKUP_TYPE = '@Microsoft.Dynamics.CRM.lookuplogicalname';

/** The demo's own reader of Dataverse: plain Web API GETs; it shares nothing with the service but the account. */
export class DataverseReader {
  private readonly token = kept(() => this.signIn());
  private readonly shapes = new KeptByKey((table: string) => this.readShape(table));

  constructor(private readonly account: DevFile['dynamics']) {}

  shape(table: string): Promise<TableShape> {
    return this.shapes.get(table);
  }

  /** Every row of a table, all pages; columns that the table hasn't are left out. */
  async rows(table: string, columns: readonly string[], query = ''): Promise<Row[]> {
    const shape = await this.shape(table);
    const select = [shape.id, ...columns.filter((column) => shape.columns.has(column))].join(',');
    const rows: Row[] = [];
    let next: string | undefined = this.address(`${shape.set}?$select=${select}${query}`);
    while (next) {
      const page: Page<Row> = await this.get<Page<Row>>(next);
      rows.push(...page.value.map(withTypes));
      next = page['@odata.nextLink'];
    }
    return rows;
  }

  /** One row; undefined when it isn't there. */
  async row(table: string, id: string, columns: readonly string[]): Promise<Row | undefined> {
    const shape = await this.shape(table);
    const rows = await this.rows(table, columns, `&$filter=${shape.id} eq ${id}`);
    return rows[0];
  }

  private async readShape(table: string): Promise<TableShape> {
    const path = `EntityDefinitions(LogicalName='${table}')`;
    const entity = await this.get<{ EntitySetName: string; PrimaryIdAttribute: string }>(
      this.address(`${path}?$select=EntitySetName,PrimaryIdAttribute`),
    );
    const attributes = await this.get<Page<{ LogicalName: string; AttributeType: string }>>(
      this.address(`${path}/Attributes?$select=LogicalName,AttributeType`),
    );
    const columns = attributes.value.map(({ LogicalName: name, AttributeType: type }) =>
      LOOKUPS.includes(type) ? `_${name}_value` : name,
    );
    const labels = new Map<string, Map<number, string>>();
    for (const type of OPTION_TYPES) {
      if (!attributes.value.some(({ AttributeType }) => AttributeType === type)) continue;
      const cast = `${path}/Attributes/Microsoft.Dynamics.CRM.${type}AttributeMetadata`;
      const found = await this.get<Page<OptionColumn>>(
        this.address(`${cast}?$select=LogicalName&$expand=OptionSet($select=Options)`),
      );
      for (const { LogicalName, OptionSet } of found.value) {
        const options = OptionSet?.Options ?? [];
        labels.set(LogicalName, new Map(options.map((o) => [o.Value, o.Label.UserLocalizedLabel?.Label ?? ''])));
      }
    }
    return { set: entity.EntitySetName, id: entity.PrimaryIdAttribute, columns: new Set(columns), labels };
  }

  private address(path: string): string {
    return encodeURI(`${this.account.url}/api/data/v9.2/${path}`);
  }

  private async get<T>(url: string): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await fetch(url, {
        headers: {
          authorization: `Bearer ${await this.token()}`,
          accept: 'application/json',
          prefer: `odata.maxpagesize=5000,odata.include-annotations="${LOOKUP_TYPE.slice(1)}"`,
        },
      });
      if (answer.ok) return (await answer.json()) as T;
      await answer.body?.cancel();
      if (answer.status === 401) this.token.forget();
      else if (answer.status !== 429 && answer.status < 500) throw new Error(`Dataverse answered ${answer.status}`);
      if (attempt === ATTEMPTS) throw new Error(`Dataverse answered ${answer.status} ${ATTEMPTS} times`);
      await wait(1_000 * Number(answer.headers.get('retry-after') ?? 1));
    }
  }

  private async signIn(): Promise<string> {
    const { authority, tenantId, clientId, clientSecret, url } = this.account;
    const answer = await fetch(`${authority}/${tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: `${url}/.default`,
      }),
    });
    if (!answer.ok) throw new Error(`Entra answered ${answer.status} to the demo's reader`);
    return ((await answer.json()) as { access_token: string }).access_token;
  }
}

function withTypes(raw: Row): Row {
  const row: Row = {};
  for (const [key, value] of Object.entries(raw)) {
    if (key.endsWith(LOOKUP_TYPE)) row[key.slice(0, -LOOKUP_TYPE.length).replace(/_value$/, '_type')] = value;
    else if (!key.includes('@')) row[key] = value;
  }
  return row;
}

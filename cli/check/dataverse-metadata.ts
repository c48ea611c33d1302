import type { Labels } from '../../checker/index';
import type { DevFile } from '../local/dev-file';

export interface Column {
  type: string;
  length?: number;
  dateOnly?: boolean;
  userLocal?: boolean;
}

export interface TableMetadata {
  columns: ReadonlyMap<string, Column>;
  labels: Labels[string];
}

interface Attribute {
  LogicalName: string;
  AttributeType: string;
  AttributeTypeName?: { Value: string };
  MaxLength?: number;
  DateTimeBehavior?: { Value: string };
  OptionSet?: { Options: Option[] } | null;
}

interface Option {
  Value: number;
  Label: { LocalizedLabels?: { Label: string; LanguageCode: number }[]; UserLocalizedLabel?: { Label: string } | null };
}

const CASTS: Readonly<Record<string, string>> = {
  String: '$select=LogicalName,MaxLength',
  Memo: '$select=LogicalName,MaxLength',
  DateTime: '$select=LogicalName,DateTimeBehavior',
  Picklist: '$select=LogicalName&$expand=OptionSet($select=Options)',
  State: '$select=LogicalName&$expand=OptionSet($select=Options)',
  Status: '$select=LogicalName&$expand=OptionSet($select=Options)',
  MultiSelectPicklist: '$select=LogicalName&$expand=OptionSet($select=Options)',
};

/** The check's own reader of Dataverse's metadata (dataverse-api §8): types, lengths, and labels in the organisation's base language. */
export class DataverseMetadata {
  private constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly language: number,
  ) {}

  static async open({
    authority,
    tenantId,
    clientId,
    clientSecret,
    url,
  }: DevFile['dynamics']): Promise<DataverseMetadata> {
    const answer = await fetch(`${authority}/${tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: `${url}/.default`,
      }),
    });
    if (!answer.ok) throw new Error(`Entra answered ${answer.status} to the check`);
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const [organisation] = await get<{ languagecode: number }>(url, token, 'organizations?$select=languagecode');
    return new DataverseMetadata(url, token, organisation?.languagecode ?? 1033);
  }

  async table(name: string): Promise<TableMetadata> {
    const path = `EntityDefinitions(LogicalName='${name}')/Attributes`;
    const attributes = await get<Attribute>(
      this.url,
      this.token,
      `${path}?$select=LogicalName,AttributeType,AttributeTypeName`,
    );
    const columns = new Map<string, Column>();
    for (const one of attributes) columns.set(one.LogicalName, { type: typeOf(one) });
    const labels: Record<string, Record<string, string>> = {};
    for (const [type, query] of Object.entries(CASTS)) {
      if (![...columns.values()].some((column) => column.type === type)) continue;
      const cast = `${path}/Microsoft.Dynamics.CRM.${type}AttributeMetadata?${query}`;
      for (const detail of await get<Attribute>(this.url, this.token, cast)) {
        const column = columns.get(detail.LogicalName);
        if (column && typeof detail.MaxLength === 'number') column.length = detail.MaxLength;
        if (column && detail.DateTimeBehavior) column.dateOnly = detail.DateTimeBehavior.Value === 'DateOnly';
        if (column && detail.DateTimeBehavior?.Value === 'UserLocal') column.userLocal = true;
        if (detail.OptionSet)
          labels[detail.LogicalName] = Object.fromEntries(
            detail.OptionSet.Options.map((option) => [String(option.Value), this.labelOf(option)]),
          );
      }
    }
    return { columns, labels };
  }

  /** Does a feed tell of this table's changes (dataverse-api §4)? */
  async isTracked(name: string): Promise<boolean> {
    const query = `$select=ChangeTrackingEnabled&$filter=LogicalName eq '${name}'`;
    const [table] = await get<{ ChangeTrackingEnabled: boolean }>(this.url, this.token, `EntityDefinitions?${query}`);
    return table?.ChangeTrackingEnabled === true;
  }

  private labelOf({ Value, Label }: Option): string {
    const base = Label.LocalizedLabels?.find(({ LanguageCode }) => LanguageCode === this.language);
    return base?.Label ?? Label.UserLocalizedLabel?.Label ?? String(Value);
  }
}

/** `Picklist`, `String`…; a multi-select column is `Virtual` by its type and says more by its type's name. */
const typeOf = ({ AttributeType, AttributeTypeName }: Attribute): string =>
  AttributeTypeName?.Value === 'MultiSelectPicklistType' ? 'MultiSelectPicklist' : AttributeType;

async function get<T>(url: string, token: string, path: string): Promise<T[]> {
  const answer = await fetch(encodeURI(`${url}/api/data/v9.2/${path}`), {
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
  });
  if (!answer.ok) throw new Error(`Dataverse answered ${answer.status} to the check's read of ${path.split('?')[0]}`);
  return ((await answer.json()) as { value: T[] }).value;
}

import { COLUMNS, type Labels, OWN_FIELDS, personOf } from './bare-fields';

/**
 * The service's rival: the shortest program that copies leads. It fetches a page, maps it, posts 300 at a time, several
 * calls at once, and reads the next page meanwhile; no Temporal, no Mongo, no fingerprints, nothing kept, no second try.
 * A process of its own, so that it starts as cold as a worker.
 */
interface Order {
  dataverse: string;
  marketo: string;
  entra: string;
  dynamics: { tenantId: string; clientId: string; clientSecret: string };
  marketoClient: { clientId: string; clientSecret: string };
  /** Posts under way at once: as many as the service has. */
  atOnce: number;
}

type Json = Record<string, unknown>;
const PAGE_ROWS = 4_800;
const BATCH = 300;

async function json(url: string, init: RequestInit = {}): Promise<Json> {
  const answer = await fetch(url, init);
  const body = (await answer.json()) as Json;
  if (!answer.ok || body.success === false) throw new Error(`HTTP ${answer.status} from ${new URL(url).pathname}`);
  return body;
}

async function dynamicsToken({ entra, dataverse, dynamics }: Order): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: dynamics.clientId,
    client_secret: dynamics.clientSecret,
    scope: `${dataverse}/.default`,
  });
  const answer = await json(`${entra}/${dynamics.tenantId}/oauth2/v2.0/token`, { method: 'POST', body });
  return String(answer.access_token);
}

async function marketoToken({ marketo, marketoClient }: Order): Promise<string> {
  const { clientId, clientSecret } = marketoClient;
  const query = `grant_type=client_credentials&client_id=${clientId}&client_secret=${clientSecret}`;
  return String((await json(`${marketo}/identity/oauth/token?${query}`)).access_token);
}

async function labelsOf(get: (path: string) => Promise<Json>): Promise<Labels> {
  const labels: Labels = {};
  for (const type of ['Picklist', 'State', 'Status']) {
    const path = `EntityDefinitions(LogicalName='lead')/Attributes/Microsoft.Dynamics.CRM.${type}AttributeMetadata`;
    const { value } = await get(`${path}?$select=LogicalName&$expand=OptionSet`);
    for (const { LogicalName, OptionSet } of value as {
      LogicalName: string;
      OptionSet: { Options: Option[] } | null;
    }[]) {
      const options = (OptionSet?.Options ?? []).map(({ Value, Label }) => [Value, Label.UserLocalizedLabel.Label]);
      labels[LogicalName] = Object.fromEntries(options) as Record<string, string>;
    }
  }
  return labels;
}

interface Option {
  Value: number;
  Label: { UserLocalizedLabel: { Label: string } };
}

async function main(order: Order): Promise<void> {
  const api = `${order.dataverse}/api/data/v9.2`;
  const fromDynamics = {
    Authorization: `Bearer ${await dynamicsToken(order)}`,
    Prefer: `odata.maxpagesize=${PAGE_ROWS}`,
  };
  const toMarketo = { Authorization: `Bearer ${await marketoToken(order)}`, 'Content-Type': 'application/json' };
  const get = (path: string): Promise<Json> =>
    json(path.startsWith('http') ? path : `${api}/${path}`, { headers: fromDynamics });
  const post = (path: string, body: unknown): Promise<Json> =>
    json(`${order.marketo}/rest/v1/${path}`, { method: 'POST', headers: toMarketo, body: JSON.stringify(body) });

  const users = (await get('systemusers?$select=systemuserid,internalemailaddress')).value as Json[];
  const salesPersons = users.map((user) => ({
    externalSalesPersonId: user.systemuserid,
    email: user.internalemailaddress ?? 'none@example.com',
  }));
  await post('salespersons.json', { action: 'createOrUpdate', dedupeBy: 'dedupeFields', input: salesPersons });
  await post('leads/schema/fields.json', {
    input: OWN_FIELDS.map(([name, dataType]) => ({ name, displayName: name, dataType })),
  });
  const labels = await labelsOf(get);

  const began = performance.now();
  let rows = 0;
  let taken = 0;
  let page: Json | undefined = await get(`leads?$select=${COLUMNS}`);
  while (page) {
    const next: unknown = page['@odata.nextLink'];
    const coming: Promise<Json> | undefined = typeof next === 'string' ? get(next) : undefined;
    const people = (page.value as Json[]).map((row) => personOf(row, labels));
    let at = 0;
    const poster = async (): Promise<void> => {
      while (at < people.length) {
        const input = people.slice(at, at + BATCH);
        at += BATCH;
        const { result } = await post('leads.json', { action: 'createOnly', lookupField: 'microsoftId', input });
        taken += (result as { status: string }[]).filter(({ status }) => status === 'created').length;
      }
    };
    await Promise.all(Array.from({ length: order.atOnce }, poster));
    rows += people.length;
    page = await coming;
  }
  process.stdout.write(`${JSON.stringify({ rows, taken, seconds: (performance.now() - began) / 1000 })}\n`);
}

main(JSON.parse(process.argv[2] ?? '{}') as Order).catch((error: Error) => {
  process.stderr.write(`the bare loop failed: ${error.message}\n`);
  process.exit(1);
});

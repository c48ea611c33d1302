import { type MarketoOptions, settingsOf } from '../../clients/marketo/options';
import { createTransport, type Transport } from '../../clients/marketo/transport';
import type { FieldMetadata, MarketoClient, ObjectPath } from '../../clients/marketo/types';
import { type Entity, IDENTITY_FIELDS, PERSON_TEAM } from '../../model/entities';
import type { Settings } from '../../model/settings';
import type { Config } from '../../workers/config';
import { attempt, type Check, fault, ok, warn } from './check';
import type { Pinned } from './servers';

export interface MarketoFindings {
  checks: Check[];
  /** Fields by object path, those included that preflight will make. */
  fields: Map<string, FieldMetadata[]>;
}

const OBJECTS: [ObjectPath, string, string][] = [
  ['companies', 'companies', 'Read-Write Company'],
  ['opportunities', 'opportunities', 'Read-Write Opportunity'],
  ['opportunities/roles', 'opportunity roles', 'Read-Write Opportunity'],
  ['salespersons', 'sales persons', 'Read-Write Sales Person'],
];
const grant = (permission: string): string =>
  `Give the API-only user’s role “${permission}” (Admin, Users & Roles), or add this machine to the list of allowed addresses`;
const NATIVE = 'Switch Marketo’s own CRM sync off for this instance: it owns these objects (1018)';

/** Token, permissions by area, what will be created, what can't be. Describe and read calls only. */
export async function checkMarketo(
  client: MarketoClient,
  options: MarketoOptions,
  config: Pick<Config, 'settings' | 'limits'>,
  pinned: Pinned,
): Promise<MarketoFindings> {
  const fields = new Map<string, FieldMetadata[]>();
  const remedy =
    'Check MARKETO_URL (…mktorest.com, of the LaunchPoint service), MARKETO_CLIENT_ID and MARKETO_CLIENT_SECRET';
  const tried = await attempt('Marketo', remedy, async () => ({
    munchkinId: client.munchkinId(),
    used: await client.usage(),
  }));
  if ('failed' in tried) return { checks: [tried.failed], fields };
  const { munchkinId, used } = tried.value;
  const checks = [ok('Marketo', `instance ${munchkinId}`), quota(used, config)];
  if (pinned.marketo && pinned.marketo.munchkinId !== munchkinId) {
    checks.push(
      fault(
        'Marketo',
        `another instance than this database belongs to (${pinned.marketo.munchkinId})`,
        'Point MARKETO_URL back, or start with an empty database (MONGODB_DATABASE)',
      ),
    );
  }
  checks.push(...(await checkPersons(client, config.settings, fields)), await checkActivities(client));
  const paths = new Set(
    config.settings.entities.flatMap(({ target }) =>
      target.kind === 'object' ? [target.path] : target.kind === 'roles' ? ['opportunities/roles'] : [],
    ),
  );
  for (const [path, name, permission] of OBJECTS)
    if (paths.has(path)) checks.push(await checkObject(client, path, name, permission, fields));
  checks.push(...(await checkCustomObjects(client, createTransport(settingsOf(options)), config.settings, fields)));
  return { checks, fields };
}

function quota(used: number, { limits }: Pick<Config, 'limits'>): Check {
  const { callsPerDay, share } = limits.marketo;
  const found = `${used} of ${callsPerDay} calls used today by all integrations; ours may use ${Math.floor(callsPerDay * share)}`;
  return used >= callsPerDay
    ? warn('Marketo quota', found, 'Nothing moves until midnight US Central')
    : ok('Marketo quota', found);
}

async function checkPersons(
  client: MarketoClient,
  settings: Settings,
  fields: Map<string, FieldMetadata[]>,
): Promise<Check[]> {
  const what = 'Marketo people';
  const tried = await attempt(what, grant('Read-Write Lead'), async () => {
    const described = await client.describeLeads();
    // Describe may be allowed where reading isn't.
    await client.leadsBy('id', [1], ['id']);
    return described;
  });
  if ('failed' in tried) return [tried.failed];
  const described = tried.value;
  if (described.some(({ crmManaged }) => crmManaged)) return [fault(what, 'the built-in CRM sync is on', NATIVE)];
  const there = new Set(described.map(({ name }) => name.toLowerCase()));
  const wanted = new Map<string, string>(IDENTITY_FIELDS.map(({ name, dataType }) => [name, dataType]));
  for (const { target, rules } of settings.entities) {
    if (target.kind === 'person')
      for (const { marketo, create } of rules) if (create) wanted.set(marketo, create.dataType);
  }
  const missing = [...wanted].filter(([name]) => !there.has(name.toLowerCase()));
  fields.set('leads', [...described, ...missing.map(([name, dataType]) => ({ name, dataType, readOnly: false }))]);
  const found =
    missing.length === 0
      ? 'all fields of ours are there'
      : `${missing.length} will be created at the start, which needs “Read-Write Schema Custom Field”: ${missing.map(([name]) => name).join(', ')}`;
  return [
    ok(what, 'readable; writing needs “Read-Write Lead” and shows with the first row'),
    ok('Marketo person fields', found),
  ];
}

async function checkActivities(client: MarketoClient): Promise<Check> {
  const tried = await attempt('Marketo activities', grant('Read-Only Activity'), () => client.pagingToken(new Date()));
  return 'failed' in tried ? tried.failed : ok('Marketo activities', 'readable');
}

async function checkObject(
  client: MarketoClient,
  path: ObjectPath,
  name: string,
  permission: string,
  fields: Map<string, FieldMetadata[]>,
): Promise<Check> {
  const what = `Marketo ${name}`;
  const tried = await attempt(
    what,
    (found) => (found.includes('1018') ? NATIVE : grant(permission)),
    () => client.describeObject(path),
  );
  if ('failed' in tried) return tried.failed;
  fields.set(path, tried.value);
  if (tried.value.some(({ crmManaged }) => crmManaged)) return fault(what, 'the built-in CRM sync is on', NATIVE);
  return ok(what, `readable; writing needs “${permission}”`);
}

/** Custom objects of ours: there, or may they be made? */
async function checkCustomObjects(
  client: MarketoClient,
  transport: Transport,
  settings: Settings,
  fields: Map<string, FieldMetadata[]>,
): Promise<Check[]> {
  const entities = settings.entities.filter(({ target }) => target.kind === 'object' && target.create !== undefined);
  if (entities.length === 0) return [];
  const tried = await attempt('Marketo custom objects', grant('Read-Write Custom Object'), () =>
    client.customObjects(),
  );
  if ('failed' in tried) return [tried.failed];
  const checks = [ok('Marketo custom objects', 'readable; writing needs “Read-Write Custom Object”')];
  const missing: string[] = [];
  const bridge = entities.some(({ name }) => name === 'team') ? [PERSON_TEAM] : [];
  for (const name of [...entities.map(apiName), ...bridge]) {
    const found = tried.value.find((known) => known === name || known === `${name}_c`);
    const entity = entities.find((candidate) => apiName(candidate) === name);
    if (found === undefined) missing.push(name);
    if (!entity) continue;
    const described = await attempt(`Marketo custom object ${name}`, grant('Read-Write Custom Object'), async () =>
      found === undefined ? toBe(entity) : client.describeObject(`customobjects/${found}`),
    );
    if ('failed' in described) checks.push(described.failed);
    else fields.set(`customobjects/${name}`, described.value);
  }
  if (missing.length === 0) return [...checks, ok('Marketo custom object types', 'all are there')];
  const schema = await attempt('Marketo custom object types', grant('Read-Write Custom Object Type'), () =>
    transport.call({
      operation: 'customobjects.schema',
      path: 'customobjects/schema.json',
      answers: 'metadata',
      permission: 'Read-Only Custom Object Type',
    }),
  );
  const list = missing.join(', ');
  if ('value' in schema)
    return [
      ...checks,
      ok(
        'Marketo custom object types',
        `${missing.length} will be created at the start, which needs “Read-Write Custom Object Type”: ${list}`,
      ),
    ];
  if (!schema.failed.found?.includes('616')) return [...checks, schema.failed];
  return [
    ...checks,
    warn(
      'Marketo custom object types',
      `this subscription may not create them by API (616), so what they are for stays out: ${list}`,
      'Make them by hand, with the fields of the README',
    ),
  ];
}

const apiName = ({ target }: Entity): string =>
  target.kind === 'object' ? target.path.replace('customobjects/', '') : '';
const toBe = ({ rules }: Entity): FieldMetadata[] =>
  rules.flatMap(({ marketo, create }) =>
    create ? [{ name: marketo, dataType: create.dataType, readOnly: false }] : [],
  );

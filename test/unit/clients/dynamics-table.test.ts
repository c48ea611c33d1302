import { type FakeDynamics, fakeDynamics, thrown } from './dynamics-systems';
import { json } from './local-server';

let fake: FakeDynamics;
afterEach(() => fake.close());

const label = (base: string, user: string) => ({
  LocalizedLabels: [
    { Label: user, LanguageCode: 1031 },
    { Label: base, LanguageCode: 1033 },
  ],
  UserLocalizedLabel: { Label: user, LanguageCode: 1031 },
});
const option = (Value: number, base: string, user: string) => ({ Value, Label: label(base, user) });
const attribute = (LogicalName: string, AttributeType: string, more = {}) => ({
  LogicalName,
  AttributeType,
  AttributeTypeName: { Value: `${AttributeType}Type` },
  IsValidForRead: true,
  IsValidForUpdate: true,
  AttributeOf: null,
  ...more,
});

const definition = {
  LogicalName: 'contact',
  EntitySetName: 'contacts',
  PrimaryIdAttribute: 'contactid',
  ChangeTrackingEnabled: true,
  Attributes: [
    attribute('contactid', 'Uniqueidentifier', { IsValidForUpdate: false }),
    attribute('firstname', 'String'),
    attribute('birthdate', 'DateTime'),
    attribute('ownerid', 'Owner'),
    attribute('owneridtype', 'EntityName'),
    attribute('owneridname', 'String', { AttributeOf: 'ownerid' }),
    attribute('gendercode', 'Picklist'),
    attribute('donotemail', 'Boolean'),
    attribute('new_topics', 'Virtual', { AttributeTypeName: { Value: 'MultiSelectPicklistType' } }),
    attribute('entityimage', 'Virtual', { AttributeTypeName: { Value: 'ImageType' } }),
    attribute('secret', 'String', { IsValidForRead: false }),
  ],
};
const typed: Record<string, unknown[]> = {
  String: [{ LogicalName: 'firstname', MaxLength: 50 }],
  DateTime: [{ LogicalName: 'birthdate', DateTimeBehavior: { Value: 'DateOnly' } }],
  Lookup: [{ LogicalName: 'ownerid', Targets: ['systemuser', 'team'] }],
  Picklist: [
    { LogicalName: 'gendercode', OptionSet: { Options: [option(1, 'Male', 'Mann'), option(2, 'Female', 'Frau')] } },
  ],
  MultiSelectPicklist: [
    { LogicalName: 'new_topics', OptionSet: null, GlobalOptionSet: { Options: [option(5, 'Boats', 'Boote')] } },
  ],
  Boolean: [
    {
      LogicalName: 'donotemail',
      OptionSet: { TrueOption: option(1, 'Do Not Allow', 'Nein'), FalseOption: option(0, 'Allow', 'Ja') },
    },
  ],
};

test('a table’s metadata is asked for one answer after the other', async () => {
  let open = 0;
  let most = 0;
  fake = await fakeDynamics((request, response) => {
    const answers = request.url.includes('/organizations') ? { value: [{ languagecode: 1033 }] } : definition;
    const isMetadata = request.url.includes('EntityDefinitions');
    if (isMetadata) most = Math.max(most, ++open);
    setTimeout(() => {
      if (isMetadata) open -= 1;
      json(response, request.url.includes('AttributeMetadata') ? { value: [] } : answers);
    }, 20);
  });
  await fake.client.table('contact');
  expect(most).toBe(1);
});

test.each(['bare', 'wrapped in value'])('a table with what can be selected of it (%s)', async (form) => {
  fake = await fakeDynamics((request, response) => {
    const type = /CRM\.(\w+)AttributeMetadata/.exec(request.url)?.[1];
    if (type !== undefined) return json(response, { value: typed[type] ?? [] });
    if (request.url.includes('/organizations')) return json(response, { value: [{ languagecode: 1033 }] });
    return json(response, form === 'bare' ? definition : { value: [definition] });
  });
  const table = await fake.client.table('contact');
  expect(table).toMatchObject({
    logicalName: 'contact',
    entitySetName: 'contacts',
    primaryIdAttribute: 'contactid',
    changeTrackingEnabled: true,
  });
  const column = (logicalName: string, type: string, typeName = `${type}Type`, validForUpdate = true) => ({
    logicalName,
    type,
    typeName,
    validForUpdate,
  });
  expect(table.columns).toEqual({
    contactid: column('contactid', 'Uniqueidentifier', 'UniqueidentifierType', false),
    firstname: { ...column('firstname', 'String'), maxLength: 50 },
    birthdate: { ...column('birthdate', 'DateTime'), dateOnly: true },
    ownerid: { ...column('ownerid', 'Owner'), targets: ['systemuser', 'team'] },
    gendercode: { ...column('gendercode', 'Picklist'), options: { 1: 'Male', 2: 'Female' } },
    donotemail: { ...column('donotemail', 'Boolean'), options: { 0: 'Allow', 1: 'Do Not Allow' } },
    new_topics: { ...column('new_topics', 'Virtual', 'MultiSelectPicklistType'), options: { 5: 'Boats' } },
  });
});

const USER = '0000000a-0000-4000-8000-000000000001';
const secured = (LogicalName: string, MetadataId: string) =>
  attribute(LogicalName, 'String', { IsSecured: true, MetadataId });
const SECURED = {
  ...definition,
  Attributes: [attribute('contactid', 'Uniqueidentifier'), secured('mobilephone', 'A-1'), secured('fax', 'A-2')],
};
const right = (AttributeId: string, CanRead: number, more = {}) => ({ AttributeId, CanRead, CanUpdate: 4, ...more });

/** Readable columns of a table of which two are secured, and how often the rights were asked for. */
async function readableWith(rights: object[] | number, of: object = SECURED) {
  let asked = 0;
  fake = await fakeDynamics((request, response) => {
    if (request.url.includes('WhoAmI')) return json(response, { UserId: USER });
    if (!request.url.includes('RetrievePrincipalAttributePrivileges')) return json(response, of);
    asked += 1;
    expect(request.url).toContain(`systemusers(${USER})/Microsoft.Dynamics.CRM.`);
    if (typeof rights === 'number') return json(response, { error: { code: '0x80048306', message: 'no' } }, rights);
    return json(response, { AttributePrivileges: rights });
  });
  const { columns, unreadable = [] } = await fake.client.table('contact', false);
  return { columns: Object.keys(columns), unreadable, asked };
}

test.each([
  ['neither', [], []],
  ['read and unmasked read', [right('a-1', 4, { CanReadUnMasked: 3 })], ['mobilephone']],
  ['read of what is masked', [right('A-1', 4, { CanReadUnMasked: 0 })], []],
  ['unmasked read of one record a request', [right('A-1', 4, { CanReadUnMasked: 1 })], []],
  ['read, where there is no masking', [right('A-1', 4), right('A-2', 4)], ['mobilephone', 'fax']],
  ['update alone', [right('A-1', 0, { CanReadUnMasked: 3 })], []],
  ['rights that nobody may ask for', 403, []],
])('a secured column is readable by %s', async (_rights, rights, readable) => {
  const told = await readableWith(rights);
  expect(told.columns).toEqual(['contactid', ...readable]);
  expect(told.unreadable).toEqual(['mobilephone', 'fax'].filter((name) => !readable.includes(name as never)));
});

test('where no column is secured nobody asks for rights; what is not valid for read is not readable', async () => {
  const told = await readableWith([], definition);
  expect(told).toMatchObject({ unreadable: ['secret'], asked: 0 });
});

test('a table that is not there is a fault of configuration that names it', async () => {
  fake = await fakeDynamics((_request, response) =>
    json(response, { error: { code: '0x80040217', message: 'Could not find an entity' } }, 404),
  );
  expect(await thrown(fake.client.table('new_boat'))).toMatchObject({ kind: 'configuration', about: 'new_boat' });
});

test('the organisation, and who we are in it', async () => {
  fake = await fakeDynamics((request, response) => {
    if (request.url.includes('WhoAmI')) return json(response, { UserId: 'U-1', OrganizationId: 'O-1' });
    if (request.url.includes('RetrieveCurrent'))
      return json(response, { Detail: { UniqueName: 'unq1', UrlName: 'contoso' } });
    return json(response, { value: [{ createdon: '2020-01-02T03:04:05Z', expirechangetrackingindays: 30 }] });
  });
  await expect(fake.client.organisation()).resolves.toEqual({
    organizationId: 'o-1',
    url: fake.dataverse.url,
    uniqueName: 'unq1',
    createdOn: '2020-01-02T03:04:05Z',
    userId: 'u-1',
    changeTrackingDays: 30,
  });
});

import { DynamicsWebApi } from 'dynamics-web-api';
import { type Harness, harness } from './dataverse-harness';
import { ID, SEED } from './dataverse-people';

/** npm dynamics-web-api, unmodified: FetchXML. */

describe('FetchXML of npm dynamics-web-api', () => {
  let sim: Harness;
  let api: DynamicsWebApi;
  const fetchXml = (inner: string, attributes = ''): string => `<fetch${attributes}>${inner}</fetch>`;
  const contacts = (inner: string) =>
    api.fetch({ collection: 'contacts', fetchXml: fetchXml(`<entity name="contact">${inner}</entity>`) });

  beforeAll(async () => {
    sim = await harness({ data: null });
    await sim.control('POST', 'dynamics/seed', SEED);
    const token = String((await sim.token()).body.access_token);
    api = new DynamicsWebApi({
      serverUrl: `${sim.simulators.dataverse}/`,
      dataApi: { version: '9.2' },
      onTokenRefresh: async () => token,
    });
  });
  afterAll(() => sim.simulators.close());

  it.each([
    ['eq, without case', '<condition attribute="lastname" operator="eq" value="LEE" />', ['Ann', 'Bob']],
    ['a number', '<condition attribute="numberofchildren" operator="ge" value="2" />', ['Ann', 'Cid']],
    ['null', '<condition attribute="emailaddress1" operator="null" />', ['Bob']],
    ['like', '<condition attribute="emailaddress1" operator="like" value="%@example.com" />', ['Ann', 'Cid']],
    ['not-begin-with', '<condition attribute="firstname" operator="not-begin-with" value="a" />', ['Bob', 'Cid']],
    [
      'in',
      '<condition attribute="firstname" operator="in"><value>Bob</value><value>Cid</value></condition>',
      ['Bob', 'Cid'],
    ],
    [
      'between',
      '<condition attribute="numberofchildren" operator="between"><value>1</value><value>4</value></condition>',
      ['Ann'],
    ],
    ['last-x-days', '<condition attribute="createdon" operator="last-x-days" value="2" />', []],
    ['older than', '<condition attribute="createdon" operator="olderthan-x-days" value="2" />', ['Ann', 'Bob', 'Cid']],
  ])('filters by %s', async (_what, condition, expected) => {
    const { value } = await contacts(`<attribute name="firstname" /><filter>${condition}</filter>`);
    expect(value.map((row) => row.firstname)).toEqual(expected);
  });

  it('joins the conditions of a filter by or, and orders', async () => {
    const filter =
      '<filter type="or"><condition attribute="firstname" operator="eq" value="Ann" />' +
      '<filter><condition attribute="lastname" operator="eq" value="Orr" /></filter></filter>';
    const { value } = await contacts(
      `<attribute name="firstname" /><order attribute="firstname" descending="true" />${filter}`,
    );
    expect(value.map((row) => row.firstname)).toEqual(['Cid', 'Ann']);
  });

  it('gives page after page with a cookie', async () => {
    const request = {
      collection: 'contacts',
      fetchXml: fetchXml('<entity name="contact"><attribute name="firstname" /></entity>', ' count="2"'),
    };
    const first = await api.fetch(request);
    expect(first.value).toHaveLength(2);
    expect(first.PagingInfo).toMatchObject({ nextPage: 2, cookie: expect.stringContaining('contactid last=') });
    const second = await api.fetch({ ...request, pageNumber: 2, pagingCookie: first.PagingInfo!.cookie! });
    expect([second.value.map((row) => row.firstname), second.PagingInfo]).toEqual([['Cid'], undefined]);
    expect((await api.fetchAll(request)).value).toHaveLength(3);
  });

  it('joins tables, with the columns of the other under its alias', async () => {
    const link =
      '<attribute name="firstname" /><link-entity name="account" from="accountid" to="parentcustomerid" alias="a">' +
      '<attribute name="name" /><filter><condition attribute="revenue" operator="gt" value="50" /></filter></link-entity>';
    const { value } = await contacts(link);
    expect(value.map((row) => [row.firstname, row.a.name])).toEqual([
      ['Ann', 'Alpha'],
      ['Bob', 'Alpha'],
    ]);
    const { value: outer } = await contacts(link.replace('alias="a"', 'alias="a" link-type="outer"'));
    expect(outer.map((row) => [row.firstname, row.a?.name])).toEqual([
      ['Ann', 'Alpha'],
      ['Bob', 'Alpha'],
      ['Cid', undefined],
    ]);
  });

  it('groups and measures', async () => {
    const xml =
      '<entity name="account"><attribute name="industrycode" groupby="true" alias="industry" />' +
      '<attribute name="revenue" aggregate="sum" alias="total" /><order alias="total" /></entity>';
    const { value } = await api.fetch({ collection: 'accounts', fetchXml: fetchXml(xml, ' aggregate="true"') });
    expect(value).toEqual([
      { industry: 1, total: 10 },
      { industry: 7, total: 150 },
    ]);
  });

  it.each([
    ['no XML', '<fetch><entity name="contact"></fetch>', '0x80040201'],
    ['an unknown column', fetchXml('<entity name="contact"><attribute name="shoesize" /></entity>'), '0x80040216'],
    [
      'an unknown operator',
      fetchXml(
        '<entity name="contact"><filter><condition attribute="lastname" operator="rhymes" value="x" /></filter></entity>',
      ),
      '0x80060888',
    ],
    ['another entity than the set', fetchXml('<entity name="account" />'), '0x80040216'],
    ['a high page without a cookie', fetchXml('<entity name="contact" />', ' count="5000" page="11"'), '0x8004430a'],
  ])('refuses %s', async (_what, xml, code) => {
    await expect(api.fetch({ collection: 'contacts', fetchXml: xml })).rejects.toMatchObject({ status: 400, code });
  });

  it('knows rows by id within a link over many to many', async () => {
    const link =
      '<attribute name="name" /><link-entity name="teammembership" from="teamid" to="teamid" intersect="true">' +
      '<link-entity name="systemuser" from="systemuserid" to="systemuserid" alias="u"><attribute name="fullname" />' +
      `<filter><condition attribute="systemuserid" operator="eq" value="{${ID.seller.toUpperCase()}}" /></filter>` +
      '</link-entity></link-entity>';
    const { value } = await api.fetch({
      collection: 'teams',
      fetchXml: fetchXml(`<entity name="team">${link}</entity>`),
    });
    expect(value).toMatchObject([{ name: 'North', u: { fullname: 'Sue Seller' } }]);
  });
});

import { STANDARD_ENTITIES } from '../../../model/entities';
import { ACCOUNT, bindEntity, created, USER } from './created';

test('a user becomes a sales person', () => {
  expect(
    created('systemuser', {
      systemuserid: USER,
      fullname: 'Cara Losch',
      firstname: 'Cara',
      lastname: 'Losch',
      internalemailaddress: 'cara.losch@example.com',
      title: 'Sales Manager',
      mobilephone: '+43 660 1234567',
      address1_telephone1: '+43 1 234 5678',
      isdisabled: false,
      accessmode: 0,
    }),
  ).toEqual({
    firstName: 'Cara',
    lastName: 'Losch',
    email: 'cara.losch@example.com',
    title: 'Sales Manager',
    mobilePhone: '+43 660 1234567',
    phone: '+43 1 234 5678',
  });
});

test('a team becomes a custom object', () => {
  expect(
    created('team', {
      teamid: '8b9be823-a602-525e-ab0b-c57d421c6a55',
      name: 'Central Sales Office',
      description: 'Owns the accounts of the north',
      emailaddress: 'central@example.com',
      teamtype: 0,
      isdefault: false,
    }),
  ).toEqual({
    name: 'Central Sales Office',
    description: 'Owns the accounts of the north',
    email: 'central@example.com',
    teamType: 'Owner',
  });
});

test('a membership becomes a custom object that shows its user', () => {
  expect(
    created('teammembership', {
      teamid: '8B9BE823-A602-525E-AB0B-C57D421C6A55',
      systemuserid: '9e98153e-0a12-501e-8cf4-4b499b8cd633',
      fullname: 'Violet Mclelland',
      internalemailaddress: 'violet.mclelland@example.com',
    }),
  ).toEqual({
    teamId: '8b9be823-a602-525e-ab0b-c57d421c6a55',
    userId: '9e98153e-0a12-501e-8cf4-4b499b8cd633',
    userName: 'Violet Mclelland',
    userEmail: 'violet.mclelland@example.com',
  });
});

test('an account becomes a company', () => {
  expect(
    created(
      'account',
      {
        accountid: ACCOUNT,
        name: 'Acme Corporation',
        accountnumber: 'MV-0001',
        address1_line1: '1 Main Street',
        address1_line2: 'Floor 3',
        address1_line3: null,
        address1_city: 'Springfield',
        address1_stateorprovince: 'OR',
        address1_country: 'United States',
        address1_postalcode: '97477',
        telephone1: '541-555-0100',
        revenue: 1_100_040_000.5,
        description: 'Established 1996',
        industrycode: 7,
        sic: '7372',
        websiteurl: 'https://acme.example.com',
        numberofemployees: 2822,
        businesstypecode: 1,
        statecode: 0,
        _ownerid_value: USER,
      },
      { externalSalesPersonId: USER },
    ),
  ).toEqual({
    company: 'Acme Corporation',
    microsoftAccountNumber: 'MV-0001',
    billingStreet: '1 Main Street',
    billingCity: 'Springfield',
    billingState: 'OR',
    billingCountry: 'United States',
    billingPostalCode: '97477',
    mainPhone: '541-555-0100',
    annualRevenue: 1_100_040_000.5,
    mktoCompanyNotes: 'Established 1996',
    industry: 'Consulting',
    sicCode: '7372',
    website: 'https://acme.example.com',
    numberOfEmployees: 2822,
    externalSalesPersonId: USER,
  });
});

test('an opportunity keeps its dates, its amount and whose it is', () => {
  expect(
    created(
      'opportunity',
      {
        opportunityid: 'e3af3225-5014-5586-b157-cdaaf6bc1dd6',
        name: 'GTX Plus Basic for Cancity',
        statecode: 1,
        description: 'Renewal',
        estimatedvalue: 1054.25,
        createdon: '2016-10-20T00:00:00Z',
        actualclosedate: '2017-03-01',
        closeprobability: 100,
        _customerid_value: ACCOUNT,
        _ownerid_value: USER,
      },
      { externalCompanyId: ACCOUNT, externalSalesPersonId: USER },
    ),
  ).toEqual({
    name: 'GTX Plus Basic for Cancity',
    stage: 'Won',
    description: 'Renewal',
    amount: 1054.25,
    externalCreatedDate: '2016-10-20T00:00:00Z',
    closeDate: '2017-03-01',
    probability: 100,
    externalCompanyId: ACCOUNT,
    externalSalesPersonId: USER,
  });
});

test('a row of a custom table becomes a custom object', () => {
  expect(
    created('new_orderline', {
      new_orderlineid: '5adfadb6-46ae-5d2a-8952-d548e561fd50',
      new_name: 'SO45080 line 1',
      new_product: 'Road-650 Black, 58',
      new_quantity: 1,
      new_price: 699.1,
      new_orderedon: '2017-01-01',
      new_channel: '1,3',
      _new_contactid_value: 'df3a68dc-d574-512b-b96c-1a756c0b6990',
    }),
  ).toEqual({
    name: 'SO45080 line 1',
    product: 'Road-650 Black, 58',
    quantity: 1,
    price: 699.1,
    orderedOn: '2017-01-01',
    channels: 'Web; Shop',
  });
});

describe('every row of a default map', () => {
  /** Optional rows that this organisation and this instance lack; all others are bound. */
  const moments = ['Date', 'Desc', 'Source', 'Type'].map((part) => `msiLastInterestingMoment${part}`);
  const absent: Record<string, string[]> = {
    account: [
      'microsoftBillingAddress2',
      'microsoftBillingAddress3',
      'microsoftBusinessType',
      'microsoftCompanyStatus',
    ],
    lead: ['urgency', 'relativeScore', ...moments],
    contact: ['leadScore', 'priority', 'urgency', 'relativeScore', ...moments],
  };
  const withMap = STANDARD_ENTITIES.filter(({ rules }) => rules.length > 0);

  test.each(withMap)('of $name finds both its ends', ({ name, rules }) => {
    const bound = bindEntity(name).bound.map(({ field }) => field.name);
    const missing = rules.map(({ marketo }) => marketo).filter((marketo) => !bound.includes(marketo));
    expect(missing).toEqual(absent[name] ?? []);
  });

  test('travels both ways on people only, and never state, owner, account or created date', () => {
    const twoWay = (entity: string) =>
      STANDARD_ENTITIES.find(({ name }) => name === entity)?.rules.filter(
        ({ direction }) => direction !== 'to-marketo',
      ) ?? [];
    expect(['systemuser', 'team', 'teammembership', 'account', 'opportunity'].flatMap(twoWay)).toEqual([]);
    const columns = ['lead', 'contact'].flatMap(twoWay).map(({ dynamics }) => dynamics);
    for (const oneWay of ['statecode', 'statuscode', 'ownerid', 'createdon', 'parentaccountid', 'parentcustomerid']) {
      expect(columns).not.toContain(oneWay);
    }
  });

  test('that is about consent is marked so', () => {
    for (const entity of ['lead', 'contact']) {
      const rules = STANDARD_ENTITIES.find(({ name }) => name === entity)?.rules ?? [];
      expect(rules.filter(({ consent }) => consent).map(({ dynamics }) => dynamics)).toEqual([
        'donotphone',
        'donotbulkemail',
        'donotemail',
        'donotfax',
        'donotsendmm',
      ]);
    }
  });
});

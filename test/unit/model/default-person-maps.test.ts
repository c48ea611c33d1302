import { ACCOUNT, created, USER } from './created';

/** The columns that leads and contacts share, all filled, and what becomes of them. */
const PERSON_ROW = {
  createdon: '2016-10-20T09:15:30Z',
  salutation: 'Mr.',
  firstname: 'Adam',
  middlename: 'J.',
  lastname: 'Alexander',
  emailaddress1: 'AAlexander@lucernepublishing.com',
  jobtitle: 'Professional',
  telephone1: '516-555-0187',
  telephone2: '516-555-0188',
  mobilephone: '516-555-0189',
  fax: '516-555-0190',
  address1_line1: '566 S. Main',
  address1_line2: 'Unit 2',
  address1_line3: 'c/o Adams',
  address1_city: 'Cedar City',
  address1_stateorprovince: 'UT',
  address1_country: 'United States',
  address1_postalcode: '84720',
  description: 'Met at the fair.\r\nCall in May.',
  donotphone: true,
  donotbulkemail: true,
  donotemail: false,
  donotfax: true,
  donotsendmm: false,
  preferredcontactmethodcode: 2,
  _ownerid_value: USER,
};
const PERSON = {
  microsoftCreatedDate: '2016-10-20T09:15:30Z',
  salutation: 'Mr.',
  firstName: 'Adam',
  middleName: 'J.',
  lastName: 'Alexander',
  email: 'AAlexander@lucernepublishing.com',
  title: 'Professional',
  phone: '516-555-0187',
  microsoftHomePhone: '516-555-0188',
  mobilePhone: '516-555-0189',
  fax: '516-555-0190',
  address: '566 S. Main',
  microsoftAddress2: 'Unit 2',
  microsoftAddress3: 'c/o Adams',
  city: 'Cedar City',
  state: 'UT',
  country: 'United States',
  postalCode: '84720',
  mktoPersonNotes: 'Met at the fair.\r\nCall in May.',
  doNotCall: true,
  unsubscribed: true,
  microsoftDoNotFax: true,
  microsoftPreferredMethodOfContact: 'Email',
  externalSalesPersonId: USER,
};

test('a lead becomes a person; its score is Marketo’s and does not go', () => {
  const row = {
    ...PERSON_ROW,
    leadid: 'e8c5865d-d3cd-5939-99ac-1a444533e44d',
    statecode: 0,
    statuscode: 2,
    leadsourcecode: 7,
    leadqualitycode: 1,
    subject: 'Wants a catalogue',
    companyname: 'Lucerne Publishing',
    revenue: 250_000,
    mkt_leadscore: 40,
    mkt_priority: 2,
    _parentaccountid_value: null,
  };
  expect(created('lead', row, { externalSalesPersonId: USER, externalCompanyId: null })).toEqual({
    ...PERSON,
    leadStatus: 'Open',
    microsoftStatusReason: 'Contacted',
    leadSource: 'Trade Show',
    rating: 'Hot',
    microsoftTopic: 'Wants a catalogue',
    company: 'Lucerne Publishing',
    annualRevenue: 250_000,
  });
});

test('a lead of an account is linked to its company', () => {
  const row = { lastname: 'Alexander', statecode: 1, statuscode: 3, _parentaccountid_value: ACCOUNT };
  expect(created('lead', row, { externalCompanyId: ACCOUNT })).toEqual({
    lastName: 'Alexander',
    leadStatus: 'Qualified',
    microsoftStatusReason: 'Qualified',
    externalCompanyId: ACCOUNT,
  });
});

test('a contact becomes a person of its account’s company', () => {
  const row = {
    ...PERSON_ROW,
    contactid: '1af0360d-1324-5a5b-a3d8-7a7d10a77e47',
    statecode: 1,
    statuscode: 2,
    _parentcustomerid_value: ACCOUNT,
    _parentcustomerid_type: 'account',
  };
  expect(created('contact', row, { externalSalesPersonId: USER, externalCompanyId: ACCOUNT })).toEqual({
    ...PERSON,
    leadStatus: 'Inactive',
    microsoftStatusReason: 'Inactive',
    externalCompanyId: ACCOUNT,
  });
});

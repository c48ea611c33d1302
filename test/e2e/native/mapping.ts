import { ACCOUNT, id, USER } from '../../../cli/check/stage/organisation';

/** The columns that leads and contacts share, all filled (native-sync §3.1, §3.2), and where they are in Marketo. */
const PERSON_ROW = {
  createdon: '2016-10-20T09:15:30Z',
  salutation: 'Mr.',
  firstname: 'Adam',
  middlename: 'J.',
  lastname: 'Alexander',
  emailaddress1: 'adam.alexander@example.com',
  jobtitle: 'Professional',
  telephone1: '516-555-0187',
  telephone2: '516-555-0188',
  mobilephone: '516-555-0189',
  address1_line1: '566 S. Main',
  address1_line2: 'Unit 2',
  address1_line3: 'c/o Adams',
  address1_city: 'Cedar City',
  address1_stateorprovince: 'UT',
  address1_country: 'United States',
  address1_postalcode: '84720',
  description: 'Met at the fair.',
  donotphone: true,
  donotbulkemail: true,
  donotemail: true,
  donotfax: true,
  donotsendmm: true,
  preferredcontactmethodcode: 2,
  _ownerid_value: USER,
  _ownerid_type: 'systemuser',
};
const PERSON = {
  microsoftCreatedDate: '2016-10-20T09:15:30Z',
  salutation: 'Mr.',
  firstName: 'Adam',
  middleName: 'J.',
  lastName: 'Alexander',
  email: 'adam.alexander@example.com',
  title: 'Professional',
  phone: '516-555-0187',
  microsoftHomePhone: '516-555-0188',
  mobilePhone: '516-555-0189',
  address: '566 S. Main',
  microsoftAddress2: 'Unit 2',
  microsoftAddress3: 'c/o Adams',
  city: 'Cedar City',
  state: 'UT',
  country: 'United States',
  postalCode: '84720',
  mktoPersonNotes: 'Met at the fair.',
  doNotCall: true,
  unsubscribed: true,
  microsoftDoNotEmail: true,
  microsoftDoNotFax: true,
  microsoftDoNotSendMarketingMaterial: true,
  microsoftPreferredMethodOfContact: 'Email',
  externalSalesPersonId: USER,
};

export const LEAD_ROW = {
  ...PERSON_ROW,
  leadid: id('1e', 131),
  statecode: 0,
  statuscode: 2,
  fax: '516-555-0190',
  leadsourcecode: 7,
  leadqualitycode: 1,
  subject: 'Wants a catalogue',
  companyname: 'Lucerne Publishing',
  revenue: 250_000,
};
export const LEAD_PERSON = {
  ...PERSON,
  microsoftType: 'Lead',
  fax: '516-555-0190',
  leadStatus: 'Open',
  microsoftStatusReason: 'Contacted',
  leadSource: 'Trade Show',
  rating: 'Hot',
  microsoftTopic: 'Wants a catalogue',
  company: 'Lucerne Publishing',
  annualRevenue: 250_000,
};

export const CONTACT_ROW = {
  ...PERSON_ROW,
  contactid: id('c0', 131),
  statecode: 0,
  statuscode: 1,
  _parentcustomerid_value: ACCOUNT,
  _parentcustomerid_type: 'account',
};
export const CONTACT_PERSON = {
  ...PERSON,
  microsoftType: 'Contact',
  leadStatus: 'Active',
  microsoftStatusReason: 'Active',
  externalCompanyId: ACCOUNT,
};

/** §3.3; without those that Marketo's API can't create: they go where somebody has made them by hand. */
export const ACCOUNT_ROW = {
  accountid: id('ac', 131),
  name: 'Acme Corporation',
  address1_line1: '1 Main Street',
  address1_city: 'Springfield',
  address1_stateorprovince: 'OR',
  address1_country: 'United States',
  address1_postalcode: '97477',
  telephone1: '541-555-0100',
  revenue: 1_100_040_000.5,
  description: 'Established 1996',
  industrycode_label: 'Consulting',
  sic: '7372',
  websiteurl: 'https://acme.example.com',
  numberofemployees: 2822,
  _ownerid_value: USER,
  _ownerid_type: 'systemuser',
};
export const COMPANY = {
  company: 'Acme Corporation',
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
};

/** §3.4. */
export const OPPORTUNITY_ROW = {
  opportunityid: id('0b', 131),
  name: 'Basic for Cancity',
  statecode: 0,
  statuscode: 1,
  description: 'Renewal',
  estimatedvalue: 1054.25,
  closeprobability: 80,
  _customerid_value: ACCOUNT,
  _customerid_type: 'account',
  _ownerid_value: USER,
  _ownerid_type: 'systemuser',
};
export const OPPORTUNITY = {
  name: 'Basic for Cancity',
  stage: 'Open',
  description: 'Renewal',
  amount: 1054.25,
  externalCompanyId: ACCOUNT,
  externalSalesPersonId: USER,
};

/** Sales Insight's columns, which come with its solution, and where their values come from (native-sync §3, §9.3). */
export const INSIGHT: readonly { column: string; field: string; value: string | number; is: string | number }[] = [
  { column: 'mkt_leadscore:i', field: 'leadScore', value: 42, is: 42 },
  { column: 'mkt_priority:i', field: 'priority', value: 3, is: 3 },
  { column: 'mkt_urgency:i', field: 'urgency', value: 2, is: 2 },
  { column: 'mkt_relativescore:i', field: 'relativeScore', value: 7, is: 7 },
  { column: 'mkt_lastinterestingmomenttype:s100', field: 'msiLastInterestingMomentType', value: 'Web', is: 'Web' },
  { column: 'mkt_leadinterestingmomentsource:s100', field: 'msiLastInterestingMomentSource', value: 'Ad', is: 'Ad' },
  {
    column: 'mkt_lastinterestingmomentdesc:s200',
    field: 'msiLastInterestingMomentDesc',
    value: 'Came by',
    is: 'Came by',
  },
];

import type { Column } from '../../../model/bind';
import { columnsOf, fieldsOf } from './builders';

// The columns and fields of the default maps as a plain organisation and a plain instance describe them
// (dataverse-api §9; marketo-api §4.1, §6.2). Written by hand: nothing here comes from the code under test.

type Shape = Omit<Column, 'logicalName'>;
const text = (maxLength: number): Shape => ({ type: 'String', maxLength });
const memo: Shape = { type: 'Memo', maxLength: 2000 };
const yesNo: Shape = { type: 'Boolean' };
const money: Shape = { type: 'Money' };
const whole: Shape = { type: 'Integer' };
const moment: Shape = { type: 'DateTime', dateOnly: false };
const day: Shape = { type: 'DateTime', dateOnly: true };
const guid: Shape = { type: 'Uniqueidentifier' };
const owner: Shape = { type: 'Owner' };
const lookup: Shape = { type: 'Lookup' };
const customer: Shape = { type: 'Customer' };
const choice = (options: Record<number, string>): Shape => ({ type: 'Picklist', options });

const PERSON: Record<string, Shape> = {
  createdon: moment,
  salutation: text(100),
  firstname: text(50),
  middlename: text(50),
  lastname: text(50),
  emailaddress1: text(100),
  jobtitle: text(100),
  telephone1: text(50),
  telephone2: text(50),
  mobilephone: text(20),
  fax: text(50),
  address1_line1: text(250),
  address1_line2: text(250),
  address1_line3: text(250),
  address1_city: text(80),
  address1_stateorprovince: text(50),
  address1_country: text(80),
  address1_postalcode: text(20),
  description: memo,
  donotphone: yesNo,
  donotbulkemail: yesNo,
  donotemail: yesNo,
  donotfax: yesNo,
  donotsendmm: yesNo,
  preferredcontactmethodcode: {
    ...choice({ 1: 'Any', 2: 'Email', 3: 'Phone', 4: 'Fax', 5: 'Mail' }),
    default: 1,
  },
  ownerid: owner,
};

export const COLUMNS: Record<string, Record<string, Column>> = {
  systemuser: columnsOf({
    firstname: text(256),
    lastname: text(256),
    internalemailaddress: text(100),
    title: text(128),
    mobilephone: text(64),
    address1_telephone1: text(64),
    fullname: text(200),
  }),
  team: columnsOf({
    name: text(160),
    description: memo,
    emailaddress: text(100),
    teamtype: choice({ 0: 'Owner', 1: 'Access', 2: 'Security Group', 3: 'Office Group' }),
  }),
  // The membership's own columns, and those of its user.
  teammembership: columnsOf({ teamid: guid, systemuserid: guid, fullname: text(200), internalemailaddress: text(100) }),
  account: columnsOf({
    name: text(160),
    accountnumber: text(20),
    address1_line1: text(250),
    address1_line2: text(250),
    address1_line3: text(250),
    address1_city: text(80),
    address1_stateorprovince: text(50),
    address1_country: text(80),
    address1_postalcode: text(20),
    telephone1: text(50),
    revenue: money,
    description: memo,
    industrycode: choice({ 7: 'Consulting', 12: 'Durable Manufacturing' }),
    sic: text(20),
    websiteurl: text(200),
    numberofemployees: whole,
    businesstypecode: choice({ 1: 'Default Value' }),
    statecode: { type: 'State', options: { 0: 'Active', 1: 'Inactive' } },
    ownerid: owner,
  }),
  lead: columnsOf({
    ...PERSON,
    statecode: { type: 'State', options: { 0: 'Open', 1: 'Qualified', 2: 'Disqualified' } },
    statuscode: { type: 'Status', options: { 1: 'New', 2: 'Contacted', 3: 'Qualified' } },
    leadsourcecode: choice({ 1: 'Advertisement', 7: 'Trade Show', 8: 'Web' }),
    leadqualitycode: choice({ 1: 'Hot', 2: 'Warm', 3: 'Cold' }),
    subject: text(300),
    companyname: text(100),
    revenue: money,
    parentaccountid: lookup,
    mkt_leadscore: whole,
    mkt_priority: whole,
  }),
  contact: columnsOf({
    ...PERSON,
    statecode: { type: 'State', options: { 0: 'Active', 1: 'Inactive' } },
    statuscode: { type: 'Status', options: { 1: 'Active', 2: 'Inactive' } },
    parentcustomerid: customer,
  }),
  opportunity: columnsOf({
    name: text(300),
    statecode: { type: 'State', options: { 0: 'Open', 1: 'Won', 2: 'Lost' } },
    description: memo,
    estimatedvalue: money,
    createdon: moment,
    actualclosedate: day,
    closeprobability: whole,
    customerid: customer,
    ownerid: owner,
  }),
  new_orderline: columnsOf({
    new_name: text(100),
    new_product: text(100),
    new_quantity: whole,
    new_price: money,
    new_orderedon: day,
    new_channel: { type: 'Virtual', typeName: 'MultiSelectPicklistType', options: { 1: 'Web', 2: 'Phone', 3: 'Shop' } },
  }),
};

const PEOPLE = fieldsOf([
  ['salutation', 'string', 255],
  ['firstName', 'string', 255],
  ['middleName', 'string', 255],
  ['lastName', 'string', 255],
  ['email', 'email', 255],
  ['title', 'string', 255],
  ['phone', 'phone', 255],
  ['mobilePhone', 'phone', 255],
  ['fax', 'phone', 255],
  ['address', 'text', 30_000],
  ['city', 'string', 255],
  ['state', 'string', 255],
  ['country', 'string', 255],
  ['postalCode', 'string', 255],
  ['leadStatus', 'string', 255],
  ['leadSource', 'string', 255],
  ['leadScore', 'score'],
  ['priority', 'integer'],
  ['urgency', 'float'],
  ['relativeScore', 'integer'],
  ['rating', 'string', 255],
  ['mktoPersonNotes', 'text', 30_000],
  ['doNotCall', 'boolean'],
  ['unsubscribed', 'boolean'],
  ['company', 'string', 255],
  ['annualRevenue', 'currency'],
  ['externalCompanyId', 'string', 50],
  ['externalSalesPersonId', 'string', 50],
  // made by preflight
  ['microsoftCreatedDate', 'datetime'],
  ['microsoftStatusReason', 'string', 255],
  ['microsoftDoNotEmail', 'boolean'],
  ['microsoftDoNotFax', 'boolean'],
  ['microsoftDoNotSendMarketingMaterial', 'boolean'],
  ['microsoftAddress2', 'string', 255],
  ['microsoftAddress3', 'string', 255],
  ['microsoftHomePhone', 'phone', 255],
  ['microsoftPreferredMethodOfContact', 'string', 255],
  ['microsoftTopic', 'string', 255],
]);

export const FIELDS: Record<string, ReturnType<typeof fieldsOf>> = {
  systemuser: fieldsOf([
    ['externalSalesPersonId', 'string', 50],
    ['email', 'email', 255],
    ['fax', 'phone', 255],
    ['firstName', 'string', 255],
    ['lastName', 'string', 255],
    ['mobilePhone', 'phone', 255],
    ['phone', 'phone', 255],
    ['title', 'string', 255],
  ]),
  team: fieldsOf([
    ['name', 'string', 255],
    ['description', 'text', 2000],
    ['email', 'email', 255],
    ['teamType', 'string', 255],
  ]),
  teammembership: fieldsOf([
    ['teamId', 'string', 255],
    ['userId', 'string', 255],
    ['userName', 'string', 255],
    ['userEmail', 'email', 255],
  ]),
  account: fieldsOf([
    ['externalCompanyId', 'string', 50],
    ['externalSalesPersonId', 'string', 50],
    ['company', 'string', 255],
    ['billingStreet', 'text', 30_000],
    ['billingCity', 'string', 255],
    ['billingState', 'string', 255],
    ['billingCountry', 'string', 255],
    ['billingPostalCode', 'string', 255],
    ['mainPhone', 'phone', 255],
    ['annualRevenue', 'currency'],
    ['mktoCompanyNotes', 'text', 30_000],
    ['industry', 'string', 255],
    ['sicCode', 'string', 40],
    ['website', 'url', 255],
    ['numberOfEmployees', 'integer'],
    // made by hand by a marketer, one of the five that Marketo's API can't make
    ['microsoftAccountNumber', 'string', 255],
  ]),
  lead: PEOPLE,
  contact: PEOPLE,
  opportunity: fieldsOf([
    ['externalOpportunityId', 'string', 50],
    ['name', 'string', 255],
    ['description', 'string', 2000],
    ['stage', 'string', 255],
    ['amount', 'currency'],
    ['probability', 'integer'],
    ['closeDate', 'date'],
    ['externalCompanyId', 'string', 50],
    ['externalSalesPersonId', 'string', 50],
    ['externalCreatedDate', 'datetime'],
  ]),
  new_orderline: fieldsOf([
    ['name', 'string', 255],
    ['product', 'string', 255],
    ['quantity', 'integer'],
    ['price', 'currency'],
    ['orderedOn', 'date'],
    ['channels', 'string', 255],
  ]),
};

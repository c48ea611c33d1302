import { date, email, flag, type Line, label, lookup, made, target, text, time } from './line';

/** What leads and contacts have in common. Written from native-sync §3 and the demo's configuration, not from the service. */
const shared = (entity: 'lead' | 'contact'): Line[] => [
  made('microsoftType', 'text', [], () => (entity === 'lead' ? 'Lead' : 'Contact')),
  made('microsoftIsDeleted', 'flag', [], () => false),
  time('microsoftCreatedDate', 'createdon'),
  text('salutation', 'salutation'),
  text('firstName', 'firstname'),
  text('middleName', 'middlename'),
  text('lastName', 'lastname'),
  email('email', 'emailaddress1'),
  text('title', 'jobtitle'),
  text('phone', 'telephone1'),
  text('mobilePhone', 'mobilephone'),
  text('fax', 'fax'),
  text('address', 'address1_line1'),
  text('city', 'address1_city'),
  text('state', 'address1_stateorprovince'),
  text('country', 'address1_country'),
  text('postalCode', 'address1_postalcode'),
  text('microsoftAddress2', 'address1_line2'),
  text('microsoftAddress3', 'address1_line3'),
  text('microsoftHomePhone', 'telephone2'),
  text('mktoPersonNotes', 'description'),
  label(entity, 'leadStatus', 'statecode'),
  label(entity, 'microsoftStatusReason', 'statuscode'),
  label(entity, 'microsoftPreferredMethodOfContact', 'preferredcontactmethodcode'),
  flag('doNotCall', 'donotphone'),
  flag('unsubscribed', 'donotbulkemail'),
  flag('microsoftDoNotEmail', 'donotemail'),
  flag('microsoftDoNotFax', 'donotfax'),
  flag('microsoftDoNotSendMarketingMaterial', 'donotsendmm'),
  lookup('externalSalesPersonId', 'ownerid', 'systemuser'),
];

export const LEAD: Line[] = [
  ...shared('lead'),
  label('lead', 'leadSource', 'leadsourcecode'),
  label('lead', 'rating', 'leadqualitycode'),
  text('microsoftTopic', 'subject'),
  lookup('externalCompanyId', 'parentaccountid', 'account'),
  // A person with a company shows that company's fields (marketo-api §4.4).
  made('company', 'text', ['companyname', '_parentaccountid_value'], (row, world) => {
    const account = target(row, world, 'parentaccountid', 'account');
    return account ? account.row.name : row.companyname;
  }),
  made('annualRevenue', 'number', ['revenue', '_parentaccountid_value'], (row, world) => {
    const account = target(row, world, 'parentaccountid', 'account');
    return account ? account.row.revenue : row.revenue;
  }),
];

export const CONTACT: Line[] = [
  ...shared('contact'),
  lookup('externalCompanyId', 'parentcustomerid', 'account'),
  date('dateOfBirth', 'birthdate'),
  label('contact', 'microsoftEducation', 'educationcode'),
  made('company', 'text', ['_parentcustomerid_value'], (row, world) => {
    return target(row, world, 'parentcustomerid', 'account')?.row.name ?? null;
  }),
];

/** From a person to the team that owns it. */
export const PERSON_TEAM: Line[] = [
  lookup('teamId', 'ownerid', 'team'),
  made('leadId', 'number', ['personid'], (row, world) => world.people.get(String(row.personid))),
];

import { both, created, type FieldRule, toDynamics, toMarketo } from '../field-rule';

/** Columns that leads and contacts share (native-sync §3.1, §3.2). */
const SHARED: FieldRule[] = [
  toMarketo('createdon', 'microsoftCreatedDate', created('datetime', 'Microsoft Created Date')),
  both('salutation', 'salutation'),
  both('firstname', 'firstName'),
  both('middlename', 'middleName'),
  both('lastname', 'lastName'),
  both('emailaddress1', 'email'),
  both('jobtitle', 'title'),
  both('telephone1', 'phone'),
  both('mobilephone', 'mobilePhone'),
  // The native page lists fax for leads only; contacts have the same column, and Marketo has one person.
  both('fax', 'fax'),
  both('address1_line1', 'address'),
  both('address1_city', 'city'),
  both('address1_stateorprovince', 'state'),
  both('address1_country', 'country'),
  both('address1_postalcode', 'postalCode'),
  // Leads' and contacts' states share one Marketo field though their options differ (native-sync §3.6.6):
  // `microsoftType` tells them apart. A state is set by its own message in Dynamics, so it travels one way.
  toMarketo('statecode', 'leadStatus'),
  toMarketo('statuscode', 'microsoftStatusReason', created('string', 'Microsoft Status Reason')),
  both('description', 'mktoPersonNotes'),
  both('donotphone', 'doNotCall', { consent: true }),
  both('donotbulkemail', 'unsubscribed', { consent: true }),
  both('donotemail', 'microsoftDoNotEmail', { consent: true, ...created('boolean', 'Microsoft Do Not Email') }),
  both('donotfax', 'microsoftDoNotFax', { consent: true, ...created('boolean', 'Microsoft Do Not Fax') }),
  both('donotsendmm', 'microsoftDoNotSendMarketingMaterial', {
    consent: true,
    ...created('boolean', 'Microsoft Do Not Send Marketing Material'),
  }),
  both('address1_line2', 'microsoftAddress2', created('string', 'Microsoft Address 2')),
  both('address1_line3', 'microsoftAddress3', created('string', 'Microsoft Address 3')),
  both('telephone2', 'microsoftHomePhone', created('phone', 'Microsoft Home Phone')),
  both(
    'preferredcontactmethodcode',
    'microsoftPreferredMethodOfContact',
    created('string', 'Microsoft Preferred Method Of Contact'),
  ),
  // Sales Insight's columns come with its solution. The native page gives the score for contacts only, though
  // Sales Insight needs it on both (native-sync §3.6.2): both have it here.
  toDynamics('mkt_leadscore', 'leadScore', { optional: true }),
  toDynamics('mkt_priority', 'priority', { optional: true }),
  toDynamics('mkt_urgency', 'urgency', { optional: true }),
  toDynamics('mkt_relativescore', 'relativeScore', { optional: true }),
  // Read-only by REST, under these names (native-sync §9.3); one column breaks the pattern of the others (§3.6.3).
  toDynamics('mkt_lastinterestingmomentdate', 'msiLastInterestingMomentDate', { optional: true }),
  toDynamics('mkt_lastinterestingmomentdesc', 'msiLastInterestingMomentDesc', { optional: true }),
  toDynamics('mkt_leadinterestingmomentsource', 'msiLastInterestingMomentSource', { optional: true }),
  toDynamics('mkt_lastinterestingmomenttype', 'msiLastInterestingMomentType', { optional: true }),
  toMarketo('ownerid', 'externalSalesPersonId', { references: 'systemuser' }),
];

export const LEAD: FieldRule[] = [
  ...SHARED,
  both('leadsourcecode', 'leadSource'),
  both('leadqualitycode', 'rating'),
  // One column fed two Marketo fields, `Microsoft Topic` and `Subject` (native-sync §3.6.1): two-way, that needs
  // one home. `microsoftTopic` is it; a `subject` row can be added in sync.config.yaml, to Marketo only.
  both('subject', 'microsoftTopic', created('string', 'Microsoft Topic')),
  both('companyname', 'company', { ofCompany: true }),
  both('revenue', 'annualRevenue', { ofCompany: true }),
  toMarketo('parentaccountid', 'externalCompanyId', { references: 'account' }),
];

export const CONTACT: FieldRule[] = [
  ...SHARED,
  toMarketo('parentcustomerid', 'externalCompanyId', { references: 'account' }),
];

import { type FieldRule, toMarketo } from '../field-rule';

/** native-sync §3.3. `websiteurl` is the true logical name; the state, missing on that page, is added. */
export const ACCOUNT: FieldRule[] = [
  toMarketo('name', 'company'),
  toMarketo('address1_line1', 'billingStreet'),
  toMarketo('address1_city', 'billingCity'),
  toMarketo('address1_stateorprovince', 'billingState'),
  toMarketo('address1_country', 'billingCountry'),
  toMarketo('address1_postalcode', 'billingPostalCode'),
  toMarketo('telephone1', 'mainPhone'),
  toMarketo('revenue', 'annualRevenue'),
  toMarketo('description', 'mktoCompanyNotes'),
  toMarketo('industrycode', 'industry'),
  toMarketo('sic', 'sicCode'),
  toMarketo('websiteurl', 'website'),
  toMarketo('numberofemployees', 'numberOfEmployees'),
  // Company fields can't be created by API (marketo-api §4.2): these go where someone has made them by hand.
  toMarketo('address1_line2', 'microsoftBillingAddress2', { optional: true }),
  toMarketo('address1_line3', 'microsoftBillingAddress3', { optional: true }),
  toMarketo('accountnumber', 'microsoftAccountNumber', { optional: true }),
  toMarketo('businesstypecode', 'microsoftBusinessType', { optional: true }),
  toMarketo('statecode', 'microsoftCompanyStatus', { optional: true }),
  toMarketo('ownerid', 'externalSalesPersonId', { references: 'systemuser' }),
];

/** No list is published for users (native-sync §3.5): the sales person's own fields. */
export const SYSTEMUSER: FieldRule[] = [
  toMarketo('firstname', 'firstName'),
  toMarketo('lastname', 'lastName'),
  toMarketo('internalemailaddress', 'email'),
  toMarketo('title', 'title'),
  toMarketo('mobilephone', 'mobilePhone'),
  toMarketo('address1_telephone1', 'phone', { optional: true }),
];

/** native-sync §3.4; the amount is the estimated revenue (native-sync §2.7). */
export const OPPORTUNITY: FieldRule[] = [
  toMarketo('name', 'name'),
  toMarketo('statecode', 'stage'),
  toMarketo('description', 'description'),
  toMarketo('estimatedvalue', 'amount'),
  toMarketo('createdon', 'externalCreatedDate'),
  toMarketo('actualclosedate', 'closeDate', { optional: true }),
  toMarketo('closeprobability', 'probability', { optional: true }),
  toMarketo('customerid', 'externalCompanyId', { references: 'account' }),
  toMarketo('ownerid', 'externalSalesPersonId', { references: 'systemuser' }),
];

/** Teams have no counterpart in Marketo: a custom object of ours (DESIGN §5, Teams). */
export const TEAM: FieldRule[] = [
  toMarketo('name', 'name', { create: { dataType: 'string', displayName: 'Name' } }),
  toMarketo('description', 'description', { create: { dataType: 'text', displayName: 'Description' } }),
  toMarketo('emailaddress', 'email', { create: { dataType: 'email', displayName: 'Email' } }),
  toMarketo('teamtype', 'teamType', { create: { dataType: 'string', displayName: 'Team Type' } }),
];

/** A membership carries its user's name and e-mail, so that a smart list can show them. */
export const TEAMMEMBERSHIP: FieldRule[] = [
  toMarketo('teamid', 'teamId', { create: { dataType: 'string', displayName: 'Team Id' } }),
  toMarketo('systemuserid', 'userId', { create: { dataType: 'string', displayName: 'User Id' } }),
  toMarketo('fullname', 'userName', { create: { dataType: 'string', displayName: 'User Name' } }),
  toMarketo('internalemailaddress', 'userEmail', { create: { dataType: 'email', displayName: 'User Email' } }),
];

import { date, email, id, type Line, label, lookup, made, number, target, text, time } from './line';

export const SYSTEMUSER: Line[] = [
  text('firstName', 'firstname'),
  text('lastName', 'lastname'),
  email('email', 'internalemailaddress'),
  text('title', 'title'),
  text('mobilePhone', 'mobilephone'),
  text('phone', 'address1_telephone1'),
];

export const TEAM: Line[] = [
  text('name', 'name'),
  text('description', 'description'),
  email('email', 'emailaddress'),
  label('team', 'teamType', 'teamtype'),
];

const user = (field: string, kind: 'text' | 'email', column: string): Line =>
  made(field, kind, [], (row, world) => world.eligible('systemuser').get(String(row.systemuserid))?.[column]);

export const TEAMMEMBERSHIP: Line[] = [
  id('teamId', 'teamid'),
  id('userId', 'systemuserid'),
  user('userName', 'text', 'fullname'),
  user('userEmail', 'email', 'internalemailaddress'),
];

/** Without the columns whose Marketo fields nobody has made by hand: the API can't make fields on companies. */
export const ACCOUNT: Line[] = [
  text('company', 'name'),
  text('billingStreet', 'address1_line1'),
  text('billingCity', 'address1_city'),
  text('billingState', 'address1_stateorprovince'),
  text('billingCountry', 'address1_country'),
  text('billingPostalCode', 'address1_postalcode'),
  text('mainPhone', 'telephone1'),
  number('annualRevenue', 'revenue'),
  text('mktoCompanyNotes', 'description'),
  label('account', 'industry', 'industrycode'),
  text('sicCode', 'sic'),
  text('website', 'websiteurl'),
  number('numberOfEmployees', 'numberofemployees'),
  lookup('externalSalesPersonId', 'ownerid', 'systemuser'),
];

export const OPPORTUNITY: Line[] = [
  text('name', 'name'),
  label('opportunity', 'stage', 'statecode'),
  text('description', 'description'),
  number('amount', 'estimatedvalue'),
  time('externalCreatedDate', 'createdon'),
  date('closeDate', 'actualclosedate'),
  number('probability', 'closeprobability'),
  // An opportunity whose customer is a contact has that contact's account (native-sync §2.7).
  made('externalCompanyId', 'id', ['_customerid_value'], (row, world) => {
    const account = target(row, world, 'customerid', 'account');
    if (account) return account.id;
    const contact = target(row, world, 'customerid', 'contact');
    return contact ? (target(contact.row, world, 'parentcustomerid', 'account')?.id ?? null) : null;
  }),
  lookup('externalSalesPersonId', 'ownerid', 'systemuser'),
];

export const ORDERLINE: Line[] = [
  text('name', 'new_name'),
  text('product', 'new_product'),
  number('quantity', 'new_quantity'),
  number('price', 'new_price'),
  date('orderedOn', 'new_orderedon'),
  made('leadId', 'number', ['_new_contactid_value'], (row, world) =>
    world.people.get(String(row._new_contactid_value).toLowerCase()),
  ),
];

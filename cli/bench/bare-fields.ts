type Row = Record<string, unknown>;
/** Column → option value → label. */
export type Labels = Record<string, Record<string, string>>;

/** Columns of the default map of leads, as `$select` wants them. */
export const COLUMNS =
  'leadid,createdon,salutation,firstname,middlename,lastname,emailaddress1,jobtitle,telephone1,mobilephone,fax,address1_line1,' +
  'address1_city,address1_stateorprovince,address1_country,address1_postalcode,statecode,statuscode,description,donotphone,' +
  'donotbulkemail,donotemail,donotfax,donotsendmm,address1_line2,address1_line3,telephone2,preferredcontactmethodcode,' +
  '_ownerid_value,leadsourcecode,leadqualitycode,subject,companyname,revenue,_parentaccountid_value,versionnumber';

/** The person's fields that preflight makes. */
export const OWN_FIELDS = [
  ['microsoftId', 'string'],
  ['microsoftType', 'string'],
  ['microsoftIsDeleted', 'boolean'],
  ['microsoftCreatedDate', 'datetime'],
  ['microsoftStatusReason', 'string'],
  ['microsoftDoNotEmail', 'boolean'],
  ['microsoftDoNotFax', 'boolean'],
  ['microsoftDoNotSendMarketingMaterial', 'boolean'],
  ['microsoftAddress2', 'string'],
  ['microsoftAddress3', 'string'],
  ['microsoftHomePhone', 'phone'],
  ['microsoftPreferredMethodOfContact', 'string'],
  ['microsoftTopic', 'string'],
] as const;

/** The same fields as the default map of leads, written out. */
export function personOf(row: Row, labels: Labels): Row {
  const person: Row = { microsoftId: row.leadid, microsoftType: 'Lead' };
  const put = (name: string, value: unknown): void => {
    if (value !== null && value !== undefined && value !== '' && value !== false) person[name] = value;
  };
  const text = (value: unknown): unknown => (typeof value === 'string' ? value.trim() : value);
  const label = (column: string): unknown => {
    const value = row[column];
    return value === null || value === undefined ? null : labels[column]?.[String(value)];
  };
  put('microsoftCreatedDate', row.createdon && `${new Date(String(row.createdon)).toISOString().slice(0, 19)}Z`);
  put('salutation', text(row.salutation));
  put('firstName', text(row.firstname));
  put('middleName', text(row.middlename));
  put('lastName', text(row.lastname));
  put('email', text(row.emailaddress1));
  put('title', text(row.jobtitle));
  put('phone', text(row.telephone1));
  put('mobilePhone', text(row.mobilephone));
  put('fax', text(row.fax));
  put('address', text(row.address1_line1));
  put('city', text(row.address1_city));
  put('state', text(row.address1_stateorprovince));
  put('country', text(row.address1_country));
  put('postalCode', text(row.address1_postalcode));
  put('leadStatus', label('statecode'));
  put('microsoftStatusReason', label('statuscode'));
  put('mktoPersonNotes', text(row.description));
  put('doNotCall', row.donotphone);
  put('unsubscribed', row.donotbulkemail);
  put('microsoftDoNotEmail', row.donotemail);
  put('microsoftDoNotFax', row.donotfax);
  put('microsoftDoNotSendMarketingMaterial', row.donotsendmm);
  put('microsoftAddress2', text(row.address1_line2));
  put('microsoftAddress3', text(row.address1_line3));
  put('microsoftHomePhone', text(row.telephone2));
  put('microsoftPreferredMethodOfContact', label('preferredcontactmethodcode'));
  put('externalSalesPersonId', row._ownerid_value);
  put('leadSource', label('leadsourcecode'));
  put('rating', label('leadqualitycode'));
  put('microsoftTopic', text(row.subject));
  put('company', text(row.companyname));
  put('annualRevenue', row.revenue);
  put('externalCompanyId', row._parentaccountid_value);
  return person;
}

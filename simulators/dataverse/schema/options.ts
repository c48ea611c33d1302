import type { ColumnType, Option } from '../types';

/** Labels of the default option sets by code (dataverse-api §9); `table.column` goes before `column`. */
const NUMBERED: Record<string, string> = {
  preferredcontactmethodcode: 'Any|Email|Phone|Fax|Mail',
  gendercode: 'Male|Female',
  familystatuscode: 'Single|Married|Divorced|Widowed',
  educationcode: 'Default Value',
  'lead.leadsourcecode':
    'Advertisement|Employee Referral|External Referral|Partner|Public Relations|Seminar|Trade Show|Web|Word of Mouth|Other',
  'contact.leadsourcecode': 'Default Value',
  leadqualitycode: 'Hot|Warm|Cold',
  opportunityratingcode: 'Hot|Warm|Cold',
  accountratingcode: 'Default Value',
  accountcategorycode: 'Preferred Customer|Standard',
  ownershipcode: 'Public|Private|Subsidiary|Other',
  'account.customertypecode':
    'Competitor|Consultant|Customer|Investor|Partner|Influencer|Press|Prospect|Reseller|Supplier|Vendor|Other',
  'contact.customertypecode': 'Default Value',
  haschildrencode: 'Default Value',
  industrycode:
    'Accounting|Agriculture and Non-petrol Natural Resource Extraction|Broadcasting Printing and Publishing|Brokers|' +
    'Building Supply Retail|Business Services|Consulting|Consumer Services|Design, Direction and Creative Management|' +
    'Distributors, Dispatchers and Processors|Doctor’s Offices and Clinics|Durable Manufacturing|' +
    'Eating and Drinking Places|Entertainment Retail|Equipment Rental and Leasing|Financial|' +
    'Food and Tobacco Processing|Inbound Capital Intensive Processing|Inbound Repair and Services|Insurance|' +
    'Legal Services|Non-Durable Merchandise Retail|Outbound Consumer Service|' +
    'Petrochemical Extraction and Distribution|Service Retail|SIG Affiliations|Social Services|' +
    'Special Outbound Trade Contractors|Specialty Realty|Transportation|Utility Creation and Distribution|' +
    'Vehicle Retail|Wholesale',
};

const CODED: Record<string, string> = {
  'lead.statecode': '0=Open|1=Qualified|2=Disqualified',
  'opportunity.statecode': '0=Open|1=Won|2=Lost',
  statecode: '0=Active|1=Inactive',
  salesstage: '0=Qualify|1=Develop|2=Propose|3=Close',
  teamtype: '0=Owner|1=Access|2=Security Group|3=Office Group',
  accessmode: '0=Read-Write|1=Administrative|2=Read|3=Support User|4=Non-interactive|5=Delegated Admin',
  azurestate: '0=Exists|1=Soft deleted|2=Not found or hard deleted',
  deletedstate: '0=Not deleted|1=Soft deleted',
  category: '1=Business|2=Family|3=Social|4=Sales|5=Other|1000=Stakeholder|1001=Sales Team|1002=Service',
};

/** Status reasons: `code=label/state`. */
const STATUS: Record<string, string> = {
  lead: '1=New/0|2=Contacted/0|3=Qualified/1|4=Lost/2|5=Cannot Contact/2|6=No Longer Interested/2|7=Canceled/2',
  opportunity: '1=In Progress/0|2=On Hold/0|3=Won/1|4=Canceled/2|5=Out-Sold/2',
  '*': '1=Active/0|2=Inactive/1',
};

/** `yes/no` columns whose labels say something else (true label first). */
const BOOLEANS: Record<string, [string, string]> = {
  donotemail: ['Do Not Allow', 'Allow'],
  donotbulkemail: ['Do Not Allow', 'Allow'],
  donotphone: ['Do Not Allow', 'Allow'],
  donotfax: ['Do Not Allow', 'Allow'],
  donotpostalmail: ['Do Not Allow', 'Allow'],
  donotsendmm: ['Do Not Send', 'Send'],
  followemail: ['Allow', 'Do Not Allow'],
  isdisabled: ['Disabled', 'Enabled'],
};

/** A fresh copy of the options a column has before any data is loaded. */
export function optionsOf(table: string, name: string, type: ColumnType): Option[] {
  if (type === 'Boolean') {
    const [yes, no] = BOOLEANS[name] ?? ['Yes', 'No'];
    return [
      { value: 1, label: yes },
      { value: 0, label: no },
    ];
  }
  if (type === 'Status') {
    return (STATUS[table] ?? STATUS['*']!).split('|').map((text) => {
      const [, value, label, state] = /^(\d+)=(.*)\/(\d)$/.exec(text)!;
      return { value: Number(value), label: label!, state: Number(state) };
    });
  }
  const coded = CODED[`${table}.${name}`] ?? CODED[name];
  if (coded) {
    return coded.split('|').map((text) => {
      const [value, label] = text.split('=');
      return { value: Number(value), label: label! };
    });
  }
  const numbered = NUMBERED[`${table}.${name}`] ?? NUMBERED[name];
  return numbered ? numbered.split('|').map((label, index) => ({ value: index + 1, label })) : [];
}

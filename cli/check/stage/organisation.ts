/** Ids that are easy to read in a failure. */
export const id = (kind: string, number: number): string =>
  `${kind.padEnd(8, '0')}-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const USER = id('e0', 1);
export const TEAM = id('70', 1);
export const ACCOUNT = id('ac', 1);
export const LEAD = id('1e', 1);
export const QUALIFIED = id('1e', 2);
export const CONTACT = id('c0', 1);
export const CONTACT_OF_TEAM = id('c0', 2);
export const CONTACT_OF_LEAD = id('c0', 3);
export const OPPORTUNITY = id('0b', 1);
export const OPPORTUNITY_OF_CONTACT = id('0b', 2);
export const MEMBERSHIP = id('3e', 1);
export const ORDER_LINE = id('01', 1);

const CONNECTION = id('cc', 1);
const CONNECTION_BACK = id('cc', 2);
const ROLE = id('d0', 1);

/** One of each that has something to say. */
export const organisation = (): Record<string, object[]> => ({
  systemuser: [
    {
      systemuserid: USER,
      firstname: 'Nadia',
      lastname: 'Okafor',
      internalemailaddress: 'nadia.okafor@example.com',
      title: 'Account Manager',
    },
  ],
  team: [
    { teamid: TEAM, name: 'North Sales', teamtype: 0, isdefault: false, description: 'Everything north of the river' },
  ],
  teammembership: [{ teammembershipid: MEMBERSHIP, teamid: TEAM, systemuserid: USER }],
  account: [
    {
      accountid: ACCOUNT,
      name: 'Harbour Optics',
      address1_line1: '4 Pier Road',
      address1_city: 'Leith',
      telephone1: '+44 131 555 0100',
      revenue: 1_250_000.5,
      numberofemployees: 42,
      websiteurl: 'https://harbour.example.com',
      industrycode_label: 'Consulting',
      _ownerid_value: USER,
      _ownerid_type: 'systemuser',
    },
  ],
  lead: [
    {
      leadid: LEAD,
      firstname: 'Greta',
      lastname: 'Lind',
      emailaddress1: 'Greta.Lind@Example.com',
      companyname: 'Lind and Sons',
      subject: 'Asked for a quote',
      leadsourcecode_label: 'Web',
      leadqualitycode: 1,
      donotbulkemail: true,
      statecode: 0,
      statuscode: 1,
      _ownerid_value: USER,
      _ownerid_type: 'systemuser',
    },
    {
      leadid: QUALIFIED,
      firstname: 'Mateo',
      lastname: 'Silva',
      emailaddress1: 'mateo.silva@example.com',
      companyname: 'Harbour Optics',
      statecode: 1,
      statuscode: 3,
      _ownerid_value: USER,
      _ownerid_type: 'systemuser',
    },
  ],
  contact: [
    {
      contactid: CONTACT,
      firstname: 'Ann',
      lastname: 'Baird',
      emailaddress1: 'ann.baird@example.com',
      jobtitle: 'Buyer',
      telephone1: '+44 131 555 0101',
      address1_line1: '4 Pier Road\nSecond floor',
      address1_city: 'Leith',
      donotphone: true,
      new_synctomkto: null,
      _parentcustomerid_value: ACCOUNT,
      _parentcustomerid_type: 'account',
      _ownerid_value: USER,
      _ownerid_type: 'systemuser',
    },
    {
      contactid: CONTACT_OF_TEAM,
      firstname: 'Bo',
      lastname: 'Chen',
      emailaddress1: 'bo.chen@example.com',
      new_synctomkto: null,
      _ownerid_value: TEAM,
      _ownerid_type: 'team',
    },
    {
      contactid: CONTACT_OF_LEAD,
      firstname: 'Mateo',
      lastname: 'Silva',
      emailaddress1: 'mateo.silva@example.com',
      new_synctomkto: null,
      _originatingleadid_value: QUALIFIED,
      _parentcustomerid_value: ACCOUNT,
      _parentcustomerid_type: 'account',
      _ownerid_value: USER,
      _ownerid_type: 'systemuser',
    },
  ],
  opportunity: [
    {
      opportunityid: OPPORTUNITY,
      name: 'Lenses for two sites',
      description: 'Framework order',
      estimatedvalue: 20_000,
      closeprobability: 60,
      statecode: 0,
      statuscode: 1,
      _customerid_value: ACCOUNT,
      _customerid_type: 'account',
      _parentcontactid_value: CONTACT,
      _ownerid_value: USER,
      _ownerid_type: 'systemuser',
    },
    {
      opportunityid: OPPORTUNITY_OF_CONTACT,
      name: 'Repair contract',
      estimatedvalue: 900,
      statecode: 0,
      statuscode: 1,
      _customerid_value: CONTACT,
      _customerid_type: 'contact',
      _ownerid_value: USER,
      _ownerid_type: 'systemuser',
    },
  ],
  connectionrole: [{ connectionroleid: ROLE, name: 'Decision Maker', category: 1000, statecode: 0, statuscode: 1 }],
  connection: [
    {
      connectionid: CONNECTION,
      _record1id_value: OPPORTUNITY,
      _record1id_type: 'opportunity',
      _record2id_value: CONTACT_OF_TEAM,
      _record2id_type: 'contact',
      _record2roleid_value: ROLE,
      ismaster: true,
      _relatedconnectionid_value: CONNECTION_BACK,
      statecode: 0,
      statuscode: 1,
      _ownerid_value: USER,
      _ownerid_type: 'systemuser',
    },
    {
      connectionid: CONNECTION_BACK,
      _record1id_value: CONTACT_OF_TEAM,
      _record1id_type: 'contact',
      _record2id_value: OPPORTUNITY,
      _record2id_type: 'opportunity',
      _record1roleid_value: ROLE,
      ismaster: false,
      _relatedconnectionid_value: CONNECTION,
      statecode: 0,
      statuscode: 1,
      _ownerid_value: USER,
      _ownerid_type: 'systemuser',
    },
  ],
  new_orderline: [
    {
      new_orderlineid: ORDER_LINE,
      new_name: 'SO1 line 1',
      new_product: 'Lens 50 mm',
      new_quantity: 3,
      new_price: 199.5,
      new_orderedon: '2024-03-05',
      _new_contactid_value: CONTACT,
    },
  ],
});

/** The custom table of the organisation above, as sync.config.yaml declares it. */
export const ORDER_LINES = {
  name: 'new_orderline',
  marketo: 'microsoftOrderLine',
  displayName: 'Order Line',
  pluralName: 'Order Lines',
  belongsTo: { column: 'new_contactid', entity: 'contact' },
  fields: [
    { dynamics: 'new_name', marketo: 'name' },
    { dynamics: 'new_product', marketo: 'product' },
    { dynamics: 'new_quantity', marketo: 'quantity', create: { dataType: 'integer', displayName: 'Quantity' } },
    { dynamics: 'new_price', marketo: 'price', create: { dataType: 'currency', displayName: 'Price' } },
    { dynamics: 'new_orderedon', marketo: 'orderedOn', create: { dataType: 'date', displayName: 'Ordered On' } },
  ],
};

/** People only: what most tests need. */
export const people = (leads: object[] = [], contacts: object[] = []): Record<string, object[]> => ({
  ...(leads.length > 0 ? { lead: leads } : {}),
  ...(contacts.length > 0 ? { contact: contacts } : {}),
});

export const lead = (number: number, values: object = {}): object => ({
  leadid: id('1e', number),
  firstname: `First${number}`,
  lastname: `Last${number}`,
  emailaddress1: `lead${number}@example.com`,
  statecode: 0,
  statuscode: 1,
  ...values,
});

export const contact = (number: number, values: object = {}): object => ({
  contactid: id('c0', number),
  firstname: `First${number}`,
  lastname: `Last${number}`,
  emailaddress1: `contact${number}@example.com`,
  statecode: 0,
  statuscode: 1,
  ...values,
});

/** Leads and nothing else: what tests of fields need. */
export const onlyLeads = (lead: object = {}): { entities: Record<string, object> } => ({
  entities: {
    ...Object.fromEntries(
      ['systemuser', 'team', 'teammembership', 'account', 'contact', 'opportunity', 'connection'].map((name) => [
        name,
        { enabled: false },
      ]),
    ),
    lead,
  },
});

/** A small organisation for the tests of reading: two accounts of which one is the other's parent, and who is with them. */
export const ID = {
  alpha: '00000000-0000-4000-8000-0000000000a1',
  beta: '00000000-0000-4000-8000-0000000000a2',
  gamma: '00000000-0000-4000-8000-0000000000a3',
  ann: '00000000-0000-4000-8000-0000000000c1',
  bob: '00000000-0000-4000-8000-0000000000c2',
  cid: '00000000-0000-4000-8000-0000000000c3',
  deal: '00000000-0000-4000-8000-0000000000d1',
  flop: '00000000-0000-4000-8000-0000000000d2',
  seller: '00000000-0000-4000-8000-0000000000b1',
  boss: '00000000-0000-4000-8000-0000000000b2',
  team: '00000000-0000-4000-8000-0000000000e1',
  nobody: '00000000-0000-4000-8000-0000000000ff',
};

const SELLS = { _ownerid_value: ID.seller };

export const SEED = {
  systemuser: [
    { systemuserid: ID.seller, firstname: 'Sue', lastname: 'Seller', _parentsystemuserid_value: ID.boss },
    { systemuserid: ID.boss, firstname: 'Bo', lastname: 'Boss' },
  ],
  team: [{ teamid: ID.team, name: 'North' }],
  teammembership: [{ teammembershipid: ID.nobody, teamid: ID.team, systemuserid: ID.seller }],
  account: [
    {
      accountid: ID.alpha,
      name: 'Alpha',
      accountnumber: 'A-1',
      revenue: 100,
      industrycode: 7,
      _primarycontactid_value: ID.ann,
      ...SELLS,
    },
    {
      accountid: ID.beta,
      name: 'Beta 50%',
      accountnumber: 'A-2',
      revenue: 50,
      industrycode: 7,
      _parentaccountid_value: ID.alpha,
    },
    {
      accountid: ID.gamma,
      name: 'Gamma',
      accountnumber: null,
      revenue: 10,
      industrycode: 1,
      _parentaccountid_value: ID.beta,
    },
  ],
  contact: [
    {
      contactid: ID.ann,
      firstname: 'Ann',
      lastname: 'Lee',
      emailaddress1: 'ann@example.com',
      numberofchildren: 2,
      _parentcustomerid_value: ID.alpha,
    },
    {
      contactid: ID.bob,
      firstname: 'Bob',
      lastname: 'Lee',
      emailaddress1: null,
      numberofchildren: 0,
      _parentcustomerid_value: ID.alpha,
    },
    {
      contactid: ID.cid,
      firstname: 'Cid',
      lastname: 'Orr',
      emailaddress1: 'cid@example.com',
      numberofchildren: 5,
      _parentcustomerid_value: ID.ann,
    },
  ],
  opportunity: [
    {
      opportunityid: ID.deal,
      name: 'Deal',
      estimatedvalue: 10,
      statecode: 0,
      _customerid_value: ID.alpha,
      _parentcontactid_value: ID.ann,
    },
    { opportunityid: ID.flop, name: 'Flop', estimatedvalue: 5, statecode: 2, _customerid_value: ID.bob },
  ],
};

import { ACCOUNT, contact, id, lead, organisation, USER } from '../../../cli/check/stage/organisation';
import { ACCOUNT_ROW, CONTACT_ROW, LEAD_ROW, OPPORTUNITY_ROW } from './mapping';

/** Each line of the list has rows of its own, numbered by it: its edits are nobody else's. */
export const LEAD = (number: number): string => id('1e', number);
export const CONTACT = (number: number): string => id('c0', number);
export const ACCOUNTS = (number: number): string => id('ac', number);
export const OPPORTUNITIES = (number: number): string => id('0b', number);

const account = (number: number): object => ({
  accountid: ACCOUNTS(number),
  name: `Account ${number}`,
  telephone1: `+1 555 ${number}`,
});
const customer = (kind: 'account' | 'contact', guid: string): object => ({
  _customerid_value: guid,
  _customerid_type: kind,
});
const opportunity = (number: number, values: object): object => ({
  opportunityid: OPPORTUNITIES(number),
  name: `Opportunity ${number}`,
  statecode: 0,
  statuscode: 1,
  ...values,
});
const memberOf = (number: number): object => ({
  _parentcustomerid_value: ACCOUNTS(number),
  _parentcustomerid_type: 'account',
});

/** Two of each of one kind, as the lines need them. */
const both = (...numbers: number[]) => ({ lead: numbers.map((n) => lead(n)), contact: numbers.map((n) => contact(n)) });
/** Winner and loser of a merge, and what the filter of each says (native-sync §4.4). */
export const MERGES = [
  { winner: 711, yes: true, loser: 712, loserYes: true },
  { winner: 713, yes: true, loser: 714, loserYes: false },
  { winner: 715, yes: false, loser: 716, loserYes: true },
  { winner: 717, yes: false, loser: 718, loserYes: false },
] as const;
const merging = MERGES.flatMap(({ winner, yes, loser, loserYes }) => [
  contact(winner, { new_synctomkto: yes }),
  contact(loser, { new_synctomkto: loserYes }),
]);

/** Two levels below contacts. */
export const ORDER = (number: number): string => id('0d', number);
export const LINE = (number: number): string => id('01', number);
const orders = [141, 142].map((number) => ({
  new_orderid: ORDER(number),
  new_name: `Order ${number}`,
  _new_contactid_value: CONTACT(21),
  _new_contactid_type: 'contact',
}));
const lines = [141, 142].map((number) => ({
  new_lineid: LINE(number),
  new_name: `Line ${number}`,
  _new_orderid_value: ORDER(number),
  _new_orderid_type: 'new_order',
}));

const plain = both(21, 22, 31, 81, 82, 121, 122, 123, 191, 192, 201, 202);

/** One of each that has something to say (stage/organisation.ts), and what the lines need besides. */
export const ROWS: readonly Record<string, object[]>[] = [
  organisation(),
  {
    systemuser: [{ systemuserid: id('e0', 22), firstname: 'Otto', lastname: 'Braun', title: 'Seller' }],
    account: [...[21, 22, 31, 91, 101, 181, 201].map(account), ACCOUNT_ROW],
    lead: [
      ...plain.lead,
      lead(61, { new_synctomkto: null }),
      lead(62, { new_synctomkto: true }),
      lead(63, { new_synctomkto: false }),
      lead(64, { new_synctomkto: false }),
      lead(65, { new_synctomkto: true }),
      lead(71, { new_synctomkto: false }),
      lead(72, { new_synctomkto: true }),
      lead(73, { new_synctomkto: false }),
      lead(74, { new_synctomkto: true }),
      LEAD_ROW,
    ],
    contact: [
      ...plain.contact,
      ...merging,
      contact(61, { new_synctomkto: null }),
      contact(62, { new_synctomkto: true }),
      contact(63, { new_synctomkto: false }),
      contact(64, { new_synctomkto: false }),
      contact(65, { new_synctomkto: true }),
      contact(111, { department: 'Sales' }),
      contact(112, { department: null }),
      contact(113, { nickname: 'Old', createdon: '2020-01-01T00:00:00Z' }),
      contact(114, { nickname: 'New' }),
      contact(91, memberOf(91)),
      contact(92, memberOf(91)),
      contact(101, memberOf(101)),
      contact(102),
      CONTACT_ROW,
    ],
  },
  {
    opportunity: [
      ...[21, 22].map((number) => opportunity(number, customer('account', ACCOUNT))),
      opportunity(101, customer('contact', CONTACT(101))),
      opportunity(102, customer('contact', CONTACT(102))),
      opportunity(103, customer('account', ACCOUNTS(101))),
      opportunity(104, { ...customer('account', ACCOUNTS(101)), _parentcontactid_value: CONTACT(101) }),
      opportunity(105, customer('account', ACCOUNTS(101))),
      OPPORTUNITY_ROW,
    ],
  },
];

/** Tables of a custom entity that is enabled later (line 14). */
export const CUSTOM_ROWS = { new_order: orders, new_line: lines };

export const SELLER = { first: USER, second: id('e0', 22) };
export const STAKEHOLDER_ROLE = id('d0', 1);

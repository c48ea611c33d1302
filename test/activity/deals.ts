import { ACCOUNT, contact, id } from './organisation';
import type { World } from './world';

export const OTHER_ACCOUNT = id('ac', 2);
export const [ANN, BO, CY] = [id('c0', 1), id('c0', 2), id('c0', 3)] as const;
export const DEAL = id('0b', 1);
export const BUYER = id('d0', 1);
export const JUDGE = id('d0', 2);
export const LONG = id('d0', 3);

export const lookup = (column: string, type: string, guid: string | null) => ({
  [`_${column}_value`]: guid,
  [`_${column}_type`]: guid === null ? null : type,
});
export const customer = (type: 'account' | 'contact', guid: string | null) => lookup('customerid', type, guid);
export const of = (guid: string | null) => lookup('parentcustomerid', 'account', guid);
export const opportunity = (number: number, values: object = {}): object => ({
  opportunityid: id('0b', number),
  name: `Deal ${number}`,
  statecode: 0,
  statuscode: 1,
  ...values,
});
export const stakeholder = (number: number, guid: string, role: string, deal = DEAL): object => ({
  connectionid: id('cc', number),
  ...lookup('record1id', 'opportunity', deal),
  ...lookup('record2id', 'contact', guid),
  _record2roleid_value: role,
  ismaster: true,
  statecode: 0,
  statuscode: 1,
});

/** Two accounts, three contacts, the kinds of roles, and these opportunities. */
export const dealRows = (opportunities: object[], more: Record<string, object[]> = {}): Record<string, object[]> => ({
  account: [
    { accountid: ACCOUNT, name: 'Harbour' },
    { accountid: OTHER_ACCOUNT, name: 'Quay' },
  ],
  contact: [contact(1, of(ACCOUNT)), contact(2), contact(3)],
  opportunity: opportunities,
  connectionrole: [
    { connectionroleid: BUYER, name: 'Buyer', category: 1000, statecode: 0, statuscode: 1 },
    { connectionroleid: JUDGE, name: 'Decision Maker', category: 1000, statecode: 0, statuscode: 1 },
    { connectionroleid: LONG, name: 'x'.repeat(51), category: 1000, statecode: 0, statuscode: 1 },
  ],
  ...more,
});

/** Roles as `contact role`, with a star on the primary one. @param deal of this opportunity alone */
export async function rolesIn(world: World, deal?: string): Promise<string[]> {
  const people = new Map((await world.control.records('leads')).map((one) => [one.id, one.microsoftId]));
  const names = new Map([
    [ANN, 'Ann'],
    [BO, 'Bo'],
    [CY, 'Cy'],
  ]);
  return (await world.control.records('roles'))
    .filter(({ externalOpportunityId }) => deal === undefined || externalOpportunityId === deal)
    .map(({ leadId, role, isPrimary }) => {
      return `${names.get(String(people.get(leadId))) ?? leadId} ${role}${isPrimary ? '*' : ''}`;
    })
    .sort();
}

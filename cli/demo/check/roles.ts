import type { Control } from '../control';
import { target } from '../expected/line';
import type { DataverseReader } from '../readers/dataverse';
import type { MarketoReader } from '../readers/marketo';
import { Tally } from './result';
import type { Dynamics } from './world';

const OBJECT = 'opportunities/roles';
/** Dataverse's state of a connection that has been switched off. */
const INACTIVE = 1;

/** Contact roles, from their three sources (native-sync §2.7): the customer, the parent contact, the stakeholders. */
export async function checkRoles(
  reader: DataverseReader,
  marketo: MarketoReader,
  control: Control,
  dynamics: Dynamics,
): Promise<Tally> {
  const tally = new Tally('connection');
  const expected = await expectedRoles(reader, dynamics);
  const opportunities = [...dynamics.eligible('opportunity').keys()];
  const fields = ['externalOpportunityId', 'leadId', 'role', 'isPrimary'];
  const found = new Map<string, unknown>();
  for (const role of await marketo.find(OBJECT, 'externalOpportunityId', opportunities, fields)) {
    const key = keyOf(String(role.externalOpportunityId), Number(role.leadId), String(role.role));
    if (found.has(key)) tally.wrong('extra', `${key} is there twice`);
    found.set(key, role.isPrimary);
  }
  for (const [key, isPrimary] of expected) {
    if (!found.has(key)) {
      tally.wrong('missing', key);
      continue;
    }
    tally.records += 1;
    tally.fields += 1;
    if (found.get(key) !== isPrimary) tally.wrong('different', `${key} isPrimary`);
  }
  for (const role of await control.records('roles')) {
    const key = keyOf(String(role.externalOpportunityId), Number(role.leadId), String(role.role));
    if (!expected.has(key)) tally.wrong('extra', key);
  }
  return tally;
}

const keyOf = (opportunity: string, leadId: number, role: string): string =>
  `${opportunity.toLowerCase()} ${leadId} ${role}`;

/** By key, whether it is the primary one. */
async function expectedRoles(reader: DataverseReader, dynamics: Dynamics): Promise<Map<string, boolean>> {
  const roles = new Map<string, boolean>();
  const add = (opportunity: string, contact: string | undefined, role: string, primary: boolean): void => {
    const leadId = contact === undefined ? undefined : dynamics.people.get(contact);
    if (leadId !== undefined) roles.set(keyOf(opportunity, leadId, role), primary);
  };
  for (const [id, row] of dynamics.eligible('opportunity')) {
    const customer = target(row, dynamics, 'customerid', 'contact')?.id;
    const parent = target(row, dynamics, 'parentcontactid', 'contact')?.id;
    add(id, customer, 'Customer', true);
    if (parent !== customer) add(id, parent, 'Contact', customer === undefined);
  }
  const names = new Map((await reader.rows('connectionrole', ['name'])).map((row) => [row.connectionroleid, row.name]));
  const columns = ['_record1id_value', '_record2id_value', '_record2roleid_value', 'statecode'];
  for (const row of await reader.rows('connection', columns)) {
    // Each connection is stored as a pair (dataverse-api §9.5): one half starts at the opportunity.
    if (row.statecode === INACTIVE) continue;
    const opportunity = target(row, dynamics, 'record1id', 'opportunity')?.id;
    const contact = target(row, dynamics, 'record2id', 'contact')?.id;
    if (opportunity) add(opportunity, contact, String(names.get(row._record2roleid_value) ?? 'Stakeholder'), false);
  }
  return roles;
}

import { type ApiResponse, type Context, emptyAnswer, jsonAnswer } from '../context';
import type { Database } from '../database';
import { badPayload, DataverseError, noSuchRow } from '../errors';
import type { Row, Value } from '../types';
import { needPrivilege } from '../web/privileges';
import { readBody } from '../write/handlers';
import { createRow, updateRow } from '../write/mutate';
import type { Body } from '../write/payload';
import { reference } from './row-reference';

const COPIED =
  'salutation firstname middlename lastname jobtitle emailaddress1 telephone1 mobilephone websiteurl donotemail donotbulkemail donotphone donotfax donotpostalmail address1_line1 address1_line2 address1_line3 address1_city address1_stateorprovince address1_postalcode address1_country description'.split(
    ' ',
  );

type Made = { table: string; row: Row }[];

/**
 * `POST leads(id)/Microsoft.Dynamics.CRM.QualifyLead`: makes the account, contact and opportunity asked for, each with
 * `originatingleadid`, and closes the lead as qualified; the lead stays (dataverse-api §5.7, §9.1).
 */
export function qualifyLead(context: Context, leadId: string): ApiResponse {
  const { database, userId } = context;
  const leads = database.store('lead');
  needPrivilege(context, leads.table, 'Write');
  const lead = leads.get(leadId);
  if (!lead) throw noSuchRow('lead', leadId);
  const body = readBody(context);
  checkParameters(body);
  if (lead.statecode !== 0) throw new DataverseError(400, '0x80040203', 'The lead is already closed.');
  const made: Made = [];
  const create = (table: string, values: Row): Value => {
    const owner = { _ownerid_value: lead._ownerid_value ?? null, _ownerid_type: lead._ownerid_type ?? null };
    const all = { ...values, ...owner, _originatingleadid_value: leadId };
    const row = createRow(database, database.store(table), all, userId);
    made.push({ table, row });
    return row[`${table}id`]!;
  };
  const account = body.CreateAccount ? create('account', { name: lead.companyname ?? lead.fullname ?? null }) : null;
  const parent = account ?? lead._parentaccountid_value ?? null;
  const contact = body.CreateContact ? create('contact', { ...copied(lead), ...customer(parent) }) : null;
  const values: Row = { statecode: 1, statuscode: body.Status as number };
  if (context.settings.qualifySetsParents) {
    if (account !== null) values._parentaccountid_value = account;
    if (contact !== null) values._parentcontactid_value = contact;
  }
  if (body.CreateOpportunity) {
    values._qualifyingopportunityid_value = create('opportunity', {
      name: lead.subject ?? lead.fullname ?? null,
      _parentaccountid_value: parent,
      _parentcontactid_value: contact ?? lead._parentcontactid_value ?? null,
      ...opportunityCustomer(database, body.OpportunityCustomerId),
    });
  }
  updateRow(database, leads, leadId, values, userId);
  return answer(context, made);
}

function checkParameters(body: Body): void {
  for (const name of ['CreateAccount', 'CreateContact', 'CreateOpportunity']) {
    if (typeof body[name] !== 'boolean') throw badPayload(`QualifyLead needs the boolean parameter ${name}.`);
  }
  if (!Number.isInteger(body.Status)) throw badPayload('QualifyLead needs the parameter Status.');
}

/** References to the rows made, the rows, or nothing: no source gives the shape (dataverse-api §14.6). */
function answer(context: Context, made: Made): ApiResponse {
  const { qualifyAnswer } = context.settings;
  if (qualifyAnswer === 'empty') return emptyAnswer();
  const value = made.map(({ table, row }) => {
    const { wire } = context.database.store(table).table;
    const names = qualifyAnswer === 'rows' ? [...wire.keys()] : [`${table}id`];
    const shown = names.map((name) => [name, row[name] ?? null]);
    return { '@odata.type': `#Microsoft.Dynamics.CRM.${table}`, ...Object.fromEntries(shown) };
  });
  const url = `${context.api}/$metadata#Collection(Microsoft.Dynamics.CRM.crmbaseentity)`;
  return jsonAnswer(JSON.stringify({ '@odata.context': url, value }));
}

function copied(lead: Row): Row {
  const values: Row = {};
  for (const name of COPIED) if (lead[name] !== undefined) values[name] = lead[name];
  return values;
}

function customer(account: Value): Row {
  return account === null ? {} : { _parentcustomerid_value: account, _parentcustomerid_type: 'account' };
}

function opportunityCustomer(database: Database, given: unknown): Row {
  if (given === undefined || given === null) return {};
  const { table, id } = reference(given);
  if (!['account', 'contact'].includes(table) || !database.store(table).get(id)) throw noSuchRow(table, id);
  return { _customerid_value: id, _customerid_type: table };
}

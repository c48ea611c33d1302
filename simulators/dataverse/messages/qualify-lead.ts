import { type ApiResponse, type Context, jsonAnswer } from '../context';
import { badPayload, noSuchRow } from '../errors';
import type { Row, Value } from '../types';
import { readBody } from '../write/handlers';
import { createRow, updateRow } from '../write/mutate';

const COPIED =
  'salutation firstname middlename lastname jobtitle emailaddress1 telephone1 mobilephone websiteurl donotemail donotbulkemail donotphone donotfax donotpostalmail address1_line1 address1_line2 address1_line3 address1_city address1_stateorprovince address1_postalcode address1_country description'.split(
    ' ',
  );

/**
 * `POST leads(id)/Microsoft.Dynamics.CRM.QualifyLead`: makes the account, contact and opportunity asked for, each with
 * `originatingleadid`, and closes the lead as qualified; the lead stays (dataverse-api §5.7, §9.1).
 */
export function qualifyLead(context: Context, leadId: string): ApiResponse {
  const { database, userId } = context;
  const leads = database.store('lead');
  const lead = leads.get(leadId);
  if (!lead) throw noSuchRow('lead', leadId);
  const body = readBody(context);
  for (const name of ['CreateAccount', 'CreateContact', 'CreateOpportunity']) {
    if (typeof body[name] !== 'boolean') throw badPayload(`QualifyLead needs the boolean parameter ${name}.`);
  }
  if (!Number.isInteger(body.Status)) throw badPayload('QualifyLead needs the parameter Status.');
  return database.transaction(() => {
    const made: { table: string; id: string }[] = [];
    const create = (table: string, values: Row): string => {
      const owner = { _ownerid_value: lead._ownerid_value ?? null, _ownerid_type: lead._ownerid_type ?? null };
      const row = createRow(
        database,
        database.store(table),
        { ...values, ...owner, _originatingleadid_value: leadId },
        userId,
      );
      const id = row[`${table}id`] as string;
      made.push({ table, id });
      return id;
    };
    const accountId = body.CreateAccount
      ? create('account', { name: lead.companyname ?? lead.fullname ?? null })
      : null;
    const parent = accountId ?? lead._parentaccountid_value ?? null;
    const contactId = body.CreateContact ? create('contact', { ...copied(lead), ...customer(parent) }) : null;
    const values: Row = { statecode: 1, statuscode: body.Status as number };
    if (body.CreateOpportunity) {
      const contact = contactId ?? lead._parentcontactid_value ?? null;
      values._qualifyingopportunityid_value = create('opportunity', {
        name: lead.subject ?? lead.fullname ?? null,
        _parentaccountid_value: parent,
        _parentcontactid_value: contact,
      });
    }
    updateRow(database, leads, leadId, values, userId);
    const value = made.map(({ table, id }) => ({
      '@odata.type': `#Microsoft.Dynamics.CRM.${table}`,
      [`${table}id`]: id,
    }));
    const url = `${context.api}/$metadata#Collection(Microsoft.Dynamics.CRM.crmbaseentity)`;
    return jsonAnswer(JSON.stringify({ '@odata.context': url, value }));
  });
}

function copied(lead: Row): Row {
  const values: Row = {};
  for (const name of COPIED) if (lead[name] !== undefined) values[name] = lead[name];
  return values;
}

function customer(account: Value): Row {
  return account === null ? {} : { _parentcustomerid_value: account, _parentcustomerid_type: 'account' };
}

import type { Column, Table } from './types';

/** Schema names that do not follow `table_column_target`, as a real organisation has them (dataverse-api §5.4, [K]). */
const NAMES: Record<string, string> = {
  'contact.parentcustomerid.account': 'contact_customer_accounts',
  'contact.parentcustomerid.contact': 'contact_customer_contacts',
  'contact.originatingleadid.lead': 'contact_originating_lead',
  'contact.masterid.contact': 'contact_master_contact',
  'contact.preferredsystemuserid.systemuser': 'system_user_contacts',
  'account.primarycontactid.contact': 'account_primary_contact',
  'account.parentaccountid.account': 'account_parent_account',
  'account.originatingleadid.lead': 'account_originating_lead',
  'account.masterid.account': 'account_master_account',
  'account.preferredsystemuserid.systemuser': 'system_user_accounts',
  'lead.parentaccountid.account': 'lead_parent_account',
  'lead.parentcontactid.contact': 'lead_parent_contact',
  'lead.customerid.account': 'lead_customer_accounts',
  'lead.customerid.contact': 'lead_customer_contacts',
  'lead.masterid.lead': 'lead_master_lead',
  'lead.qualifyingopportunityid.opportunity': 'lead_qualifying_opportunity',
  'opportunity.customerid.account': 'opportunity_customer_accounts',
  'opportunity.customerid.contact': 'opportunity_customer_contacts',
  'opportunity.parentaccountid.account': 'opportunity_parent_account',
  'opportunity.parentcontactid.contact': 'opportunity_parent_contact',
  'opportunity.originatingleadid.lead': 'opportunity_originating_lead',
  'systemuser.businessunitid.businessunit': 'business_unit_system_users',
  'systemuser.parentsystemuserid.systemuser': 'user_parent_user',
  'team.businessunitid.businessunit': 'business_unit_teams',
  'businessunit.parentbusinessunitid.businessunit': 'business_unit_parent_business_unit',
  'connection.relatedconnectionid.connection': 'connection_related_connection',
};

/** Schema name of the relationship of one lookup and one of its targets. */
export function relationshipName(table: Table, column: Column, target: string): string {
  return NAMES[`${table.logicalName}.${column.name}.${target}`] ?? `${table.logicalName}_${column.name}_${target}`;
}

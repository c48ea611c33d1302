import { BUSINESS_UNIT_ID } from '../builtin';
import type { Row, Table, Value } from '../types';

/** Columns the server works out from others; changes `row` in place, before it is stored. */
export function derive(table: Table, row: Row): void {
  if (table.logicalName === 'contact' || table.logicalName === 'lead') {
    row.fullname = [row.firstname, row.lastname].filter(Boolean).join(' ') || null;
    row.address1_composite = composite(row);
  }
  if (table.logicalName === 'contact') {
    const parent = row._parentcustomerid_value ?? null;
    row._accountid_value = row._parentcustomerid_type === 'account' ? parent : null;
    row._parentcontactid_value = row._parentcustomerid_type === 'contact' ? parent : null;
  }
  if (table.logicalName === 'opportunity') deriveCustomer(row);
  if (table.ownership === 'UserOwned') {
    const owner = row._ownerid_value ?? null;
    const team = row._ownerid_type === 'team';
    row._owninguser_value = team ? null : owner;
    row._owningteam_value = team ? owner : null;
    row._owningbusinessunit_value = owner === null ? null : BUSINESS_UNIT_ID;
  }
}

/** Dynamics fills an opportunity's customer: the account if there is one, else the contact (issue 4). */
function deriveCustomer(row: Row): void {
  if (row._customerid_value) return;
  if (row._parentaccountid_value) {
    row._customerid_value = row._parentaccountid_value;
    row._customerid_type = 'account';
  } else if (row._parentcontactid_value) {
    row._customerid_value = row._parentcontactid_value;
    row._customerid_type = 'contact';
  }
}

function composite(row: Row): Value {
  const join = (parts: (Value | undefined)[], by: string): string => parts.filter(Boolean).join(by);
  const lines = [
    row.address1_line1,
    row.address1_line2,
    row.address1_line3,
    join([row.address1_city, join([row.address1_stateorprovince, row.address1_postalcode], ' ')], ', '),
    row.address1_country,
  ];
  return join(lines, '\r\n') || null;
}

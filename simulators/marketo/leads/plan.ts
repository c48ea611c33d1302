import { invalidValue, type Reason, reason } from '../errors';
import type { Values } from '../fields';
import { type Instance, PARTITIONS } from '../instance';
import { checkValue } from '../validate';
import { partitionDenied } from './partitions';

export type Action = 'createOnly' | 'updateOnly' | 'createOrUpdate' | 'createDuplicate';

/** What is to become of one record, as found when the call came in. `before` points at an earlier record of the call. */
export type Plan =
  | { kind: 'skip'; reasons: Reason[] }
  | { kind: 'create'; values: Values; partition: number }
  | { kind: 'update'; id: number; values: Values }
  | { kind: 'update-of'; before: number; values: Values };

export interface SyncRequest {
  action: Action;
  lookupField: string;
  partitionName: string | undefined;
}

/**
 * Decides for every record of a Sync Leads call, by the rules of marketo-api §4.4. Keys are looked up here, at the
 * start of the call; the writes happen at its end, so two overlapping calls with one new key both create.
 */
export function planRecords(instance: Instance, request: SyncRequest, input: Record<string, unknown>[]): Plan[] {
  const pending = new Map<string, number>();
  const plans: Plan[] = [];
  input.forEach((record, index) => {
    const plan = planRecord(instance, request, record, pending);
    if (plan.kind === 'create' && request.action !== 'createDuplicate') {
      pending.set(instance.leads.key(request.lookupField, plan.values[request.lookupField] ?? null), index);
    }
    plans.push(plan);
  });
  return plans;
}

function planRecord(
  instance: Instance,
  { action, lookupField, partitionName }: SyncRequest,
  record: Record<string, unknown>,
  pending: Map<string, number>,
): Plan {
  const { values, reasons } = readRecord(instance, record, lookupField);
  if (reasons.length > 0) return { kind: 'skip', reasons };
  const key = lookupField === 'id' ? Number(record.id) : (values[lookupField] ?? null);
  if (key === null && action !== 'createDuplicate') {
    return skip(reason('1002', `Missing value for required parameter '${lookupField}'`));
  }
  const partition = PARTITIONS.find((one) => one.name === (partitionName ?? PARTITIONS[0].name));
  if (!partition) return skip(partitionDenied(partitionName));
  const found = action === 'createDuplicate' ? [] : instance.leads.find(lookupField, key);
  const { sameKeyInBatch, createOnlyEmailClash } = instance.settings;
  const repeated = found.length === 0 ? pending.get(instance.leads.key(lookupField, key)) : undefined;
  if (repeated !== undefined && sameKeyInBatch === 'refuse') return skip(reason('1036'));
  const earlier = sameKeyInBatch === 'update' ? repeated : undefined;
  const [id] = found;
  if (id === undefined && earlier === undefined) {
    if (action === 'updateOnly') return skip(reason('1004'));
    const clash = action === 'createOnly' && instance.leads.find('email', values.email ?? null).length > 0;
    if (clash && createOnlyEmailClash === 'refuse') return skip(reason('1005'));
    const refused = linkFaults(instance, {}, values);
    return refused.length > 0
      ? { kind: 'skip', reasons: refused }
      : { kind: 'create', values, partition: partition.id };
  }
  if (action === 'createOnly') return skip(reason('1005'));
  if (found.length > 1) return skip(reason('1007'));
  if (id === undefined) return { kind: 'update-of', before: earlier as number, values };
  const lead = instance.leads.get(id);
  if (!lead) return skip(reason('1004'));
  if (partitionName !== undefined && lead.partition !== partition.id) {
    return skip(reason('1010', 'Update of lead partition not allowed'));
  }
  const before = instance.leads.values(lead);
  const refused = linkFaults(instance, before, values);
  if (refused.length > 0) return { kind: 'skip', reasons: refused };
  return { kind: 'update', id, values: withoutBlocked(instance, before, values) };
}

/** Block Field Updates: what is empty may be filled, a value that is there stays. */
function withoutBlocked({ settings: { blockedFields } }: Instance, before: Values, values: Values): Values {
  if (blockedFields.length === 0) return values;
  const isBlocked = (name: string) => blockedFields.includes(name) && (before[name] ?? null) !== null;
  return Object.fromEntries(Object.entries(values).filter(([name]) => !isBlocked(name)));
}

/** Checks names, types and lengths of a record; all its faults are reported together. */
function readRecord(instance: Instance, record: Record<string, unknown>, lookupField: string) {
  const values: Values = {};
  const reasons: Reason[] = [];
  for (const name of Object.keys(record)) {
    const field = instance.fields.get(name);
    if (!field?.rest) {
      reasons.push(reason('1006', `Field '${name}' not found`));
    } else if (name === 'id') {
      if (lookupField !== 'id')
        reasons.push(reason('1003', `Field 'id' is not allowed when lookupField is '${lookupField}'`));
      else if (!/^\d+$/.test(String(record.id))) {
        reasons.push(reason('1001', `Invalid value '${String(record.id)}'. Required of type 'integer'`));
      }
    } else if (field.readOnly) {
      reasons.push(reason('1003', `Field '${name}' not updateable`));
    } else {
      const checked = checkValue(field, record[name], instance.settings);
      if ('reason' in checked) reasons.push(checked.reason);
      else values[name] = checked.value;
    }
  }
  if (lookupField === 'id' && record.id === undefined) {
    reasons.push(reason('1002', "Missing value for required parameter 'id'"));
  }
  return { values, reasons };
}

/** Links to a company and a sales person must exist; a lead never leaves a company for none (marketo-api §4.4). */
export function linkFaults(instance: Instance, before: Values, sent: Values): Reason[] {
  const { nullExternalCompanyId, unknownExternalCompanyId, companyFieldsOnLinkedLead } = instance.settings;
  const reasons: Reason[] = [];
  const linked = before.externalCompanyId ?? null;
  const company = sent.externalCompanyId;
  if (company === null && linked !== null && nullExternalCompanyId === 'refuse') {
    reasons.push(invalidValue('externalCompanyId', null));
  }
  if (company && !instance.companies.byKey([company])) {
    reasons.push({ ...invalidValue('externalCompanyId', company), code: unknownExternalCompanyId });
  }
  const person = sent.externalSalesPersonId;
  if (person && !instance.salesPersons.byKey([person])) reasons.push(invalidValue('externalSalesPersonId', person));
  const companyFields = Object.keys(sent).some((name) => instance.fields.get(name)?.company);
  if (companyFieldsOnLinkedLead === '1021' && (company || linked !== null) && companyFields) {
    reasons.push(reason('1021'));
  }
  return reasons;
}

function skip(...reasons: Reason[]): Plan {
  return { kind: 'skip', reasons };
}

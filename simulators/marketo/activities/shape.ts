import { stamp } from '../envelope';
import type { Field } from '../fields';
import type { LeadFields } from '../leads/fields';
import { type Activity, TYPE } from './log';

interface Attribute {
  name: string;
  value: unknown;
}

/** Members every activity has; `id` is legacy and absent on some, `marketoGUID` is the key (marketo-api §5.5). */
function head(activity: Activity) {
  return {
    ...(activity.seq % 50 !== 0 && { id: activity.seq }),
    marketoGUID: String(activity.seq),
    leadId: activity.leadId,
    activityDate: stamp(activity.at),
    activityTypeId: activity.type,
    ...(activity.origin.campaignId !== undefined && { campaignId: activity.origin.campaignId }),
  };
}

/** Item of `leadchanges.json`: fields by REST name, values as strings (marketo-api §5.3). */
export function leadChange(activity: Activity, fields: LeadFields) {
  const { source, reason } = activity.origin;
  if (activity.type === TYPE.newLead) {
    return { ...head(activity), fields: [], attributes: newLeadAttributes(activity) };
  }
  const field = fields.byId(activity.fieldId ?? 0) as Field;
  return {
    ...head(activity),
    fields: [
      {
        id: field.id,
        name: field.name,
        newValue: activity.to ?? null,
        ...(activity.from !== undefined && { oldValue: activity.from }),
      },
    ],
    attributes: present([
      { name: 'Reason', value: reason },
      { name: 'Source', value: source },
      { name: 'Lead ID', value: activity.leadId },
    ]),
  };
}

/** Item of `deletedleads.json`. */
export function deletedLead(activity: Activity) {
  return {
    ...head(activity),
    primaryAttributeValueId: activity.leadId,
    primaryAttributeValue: activity.personName ?? '',
    attributes: [],
  };
}

/** Item of `activities.json`; empty attributes are left out (marketo-api §5.3). */
export function fullActivity(activity: Activity, fields: LeadFields) {
  switch (activity.type) {
    case TYPE.newLead:
      return { ...head(activity), attributes: newLeadAttributes(activity) };
    case TYPE.deleteLead:
      return deletedLead(activity);
    case TYPE.mergeLeads:
      return { ...head(activity), attributes: mergeAttributes(activity) };
    default:
      return changeActivity(activity, fields);
  }
}

function changeActivity(activity: Activity, fields: LeadFields) {
  const field = fields.byId(activity.fieldId ?? 0) as Field;
  const { source, reason, method, requestId } = activity.origin;
  const score = activity.type === TYPE.changeScore;
  return {
    ...head(activity),
    primaryAttributeValueId: field.id,
    primaryAttributeValue: field.displayName,
    attributes: present([
      { name: 'Change Value', value: score ? scoreStep(activity) : undefined },
      { name: 'New Value', value: activity.to },
      { name: 'Old Value', value: activity.from },
      { name: 'Reason', value: reason },
      { name: 'Source', value: score ? undefined : source },
      { name: 'API Method Name', value: method },
      { name: 'Request Id', value: requestId },
    ]),
  };
}

function scoreStep(activity: Activity): string {
  const step = Number(activity.to ?? 0) - Number(activity.from ?? 0);
  return step < 0 ? String(step) : `+${step}`;
}

function newLeadAttributes(activity: Activity): Attribute[] {
  return present([
    { name: 'Created Date', value: stamp(activity.at).slice(0, 10) },
    { name: 'Source Type', value: activity.origin.source },
  ]);
}

function mergeAttributes(activity: Activity): Attribute[] {
  return [
    { name: 'Master Updated', value: true },
    { name: 'Merge IDs', value: activity.mergedIds ?? [] },
    { name: 'Merge Source', value: activity.origin.method === undefined ? 'leaddb' : 'api' },
    { name: 'Merged in Sales', value: false },
  ];
}

function present(attributes: Attribute[]): Attribute[] {
  return attributes.filter(({ value }) => value !== undefined && value !== '');
}

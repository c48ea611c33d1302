import { MARKETO_CREDENTIALS } from '../credentials';
import { stamp } from '../envelope';
import type { Field } from '../fields';
import type { Instance } from '../instance';
import type { LeadFields } from '../leads/fields';
import type { MarketoSettings } from '../settings';
import { type Activity, TYPE } from './log';
import { spell, spellOld } from './spell';

interface Attribute {
  name: string;
  value: unknown;
}

/** `Source` of what a form did. */
const FORM = 'Web form fillout';

type Settings = Readonly<MarketoSettings>;

/** Members every activity has; `id` is legacy and may be absent, `marketoGUID` is the key (marketo-api §5.5). */
function head(activity: Activity, { activityId }: Settings) {
  const numbered = activityId === 'present' || (activityId === 'sometimes' && activity.seq % 50 !== 0);
  return {
    ...(numbered && { id: activity.seq }),
    marketoGUID: String(activity.seq),
    leadId: activity.leadId,
    activityDate: stamp(activity.at),
    activityTypeId: activity.type,
    ...(activity.origin.campaignId !== undefined && { campaignId: activity.origin.campaignId }),
  };
}

/** Item of `leadchanges.json`: fields by REST name, values as strings but for booleans (marketo-api §5.3). */
export function leadChange(activity: Activity, fields: LeadFields, settings: Settings) {
  const { source, reason } = activity.origin;
  const { changeAttributes } = settings;
  if (activity.type === TYPE.newLead) {
    const attributes = changeAttributes === 'minimal' ? [] : newLeadAttributes(activity);
    return { ...head(activity, settings), fields: [], attributes };
  }
  const field = fields.byId(activity.fieldId ?? 0) as Field;
  const newValue = spell(field, activity.to, settings) ?? null;
  const oldValue = spellOld(field, activity.from, settings);
  return {
    ...head(activity, settings),
    fields: [{ id: field.id, name: field.name, newValue, ...(oldValue !== undefined && { oldValue }) }],
    attributes:
      changeAttributes === 'minimal'
        ? []
        : present([
            { name: 'Reason', value: reason },
            { name: 'Source', value: source },
            { name: 'Lead ID', value: activity.leadId },
            ...(changeAttributes === 'full' ? callAttributes(activity) : []),
          ]),
  };
}

/** The call a change came by; columns reported, not proven in leadchanges (marketo-api §5.7). */
function callAttributes({ origin: { method, requestId } }: Activity): { name: string; value: unknown }[] {
  return [
    { name: 'API Method Name', value: method },
    { name: 'Modifying User', value: method === undefined ? undefined : MARKETO_CREDENTIALS.apiUser },
    { name: 'Request Id', value: requestId },
  ];
}

/** Item of `deletedleads.json`. */
export function deletedLead(activity: Activity, settings: Settings) {
  return {
    ...head(activity, settings),
    primaryAttributeValueId: activity.leadId,
    primaryAttributeValue: activity.personName ?? '',
    attributes: present([{ name: 'Campaign', value: campaignName(activity) }]),
  };
}

/** Of what a campaign did. */
const campaignName = ({ origin: { campaignId } }: Activity): string | undefined =>
  campaignId === undefined ? undefined : `Campaign ${campaignId}`;

/** Item of `activities.json`; empty attributes are left out (marketo-api §5.3). */
export function fullActivity(activity: Activity, instance: Instance) {
  const { fields, settings } = instance;
  switch (activity.type) {
    case TYPE.newLead:
      return { ...head(activity, settings), ...ofLead(instance, activity), attributes: newLeadAttributes(activity) };
    case TYPE.deleteLead:
      return deletedLead(activity, settings);
    case TYPE.mergeLeads:
      return { ...head(activity, settings), ...ofLead(instance, activity), attributes: mergeAttributes(activity) };
    case TYPE.changeDataValue:
    case TYPE.changeScore:
      return changeActivity(activity, fields, settings);
    default:
      return customActivity(activity, settings);
  }
}

function customActivity(activity: Activity, settings: Settings) {
  const { primary, attributes } = activity.custom ?? { attributes: [] };
  return {
    ...head(activity, settings),
    ...(primary !== undefined && { primaryAttributeValue: primary }),
    attributes,
  };
}

function changeActivity(activity: Activity, fields: LeadFields, settings: Settings) {
  const field = fields.byId(activity.fieldId ?? 0) as Field;
  const { source, reason } = activity.origin;
  const score = activity.type === TYPE.changeScore;
  return {
    ...head(activity, settings),
    primaryAttributeValueId: field.id,
    primaryAttributeValue: field.displayName,
    attributes: present([
      { name: 'Change Value', value: score ? scoreStep(activity) : undefined },
      { name: 'New Value', value: spell(field, activity.to, settings) },
      { name: 'Old Value', value: spellOld(field, activity.from, settings) },
      { name: 'Reason', value: reason },
      { name: 'Source', value: score ? undefined : source },
      ...(settings.changeAttributes === 'minimal' ? [] : callAttributes(activity)),
    ]),
  };
}

function scoreStep(activity: Activity): string {
  const step = Number(activity.to ?? 0) - Number(activity.from ?? 0);
  return step < 0 ? String(step) : `+${step}`;
}

/** A new person and a merge name the person, as recorded: by its id, and its name as it is now. */
function ofLead({ leads }: Instance, { leadId }: Activity) {
  const lead = leads.get(leadId);
  const { firstName, lastName } = lead ? leads.values(lead) : {};
  return {
    primaryAttributeValueId: leadId,
    primaryAttributeValue: [firstName, lastName].filter(Boolean).join(' '),
  };
}

/** A form and a list are told where the person came by one; `Reason` names them. */
function newLeadAttributes({ at, origin: { source, reason } }: Activity): Attribute[] {
  return present([
    { name: 'Created Date', value: stamp(at).slice(0, 10) },
    { name: 'Form Name', value: source === FORM ? reason : undefined },
    { name: 'List Name', value: source === 'List import' ? reason : undefined },
    { name: 'Source Type', value: source },
  ]);
}

/** Of a merge by a form only the losers are told, as recorded. */
function mergeAttributes(activity: Activity): Attribute[] {
  if (activity.origin.source === FORM) return [{ name: 'Merge IDs', value: activity.mergedIds ?? [] }];
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

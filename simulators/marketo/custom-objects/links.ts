import { type Reason, reason } from '../errors';
import type { Value, Values } from '../fields';
import type { Instance } from '../instance';
import type { ObjectRules } from '../objects/types';
import type { CustomObjectType, SchemaField } from './types';

/** Where a link may point, in the display-style names of `linkableObjects.json` (marketo-api §6.4). */
export function linkableObjects(instance: Instance) {
  const custom = instance.fields.all().filter((field) => field.custom && instance.fields.isKey(field.name));
  return [
    {
      name: 'lead',
      displayName: 'Lead',
      fields: [
        { name: 'Id', displayName: 'Id', dataType: 'integer' },
        { name: 'Email Address', displayName: 'Email Address', dataType: 'email' },
        ...custom.map(({ displayName, dataType }) => ({ name: displayName, displayName, dataType })),
      ],
    },
    { name: 'company', displayName: 'Company', fields: [{ name: 'Id', displayName: 'Id', dataType: 'integer' }] },
    ...instance.customObjects
      .all()
      .filter((type) => type.approved && !type.approved.some((one) => one.relatedTo))
      .map((type) => ({
        name: type.apiName,
        displayName: type.displayName,
        fields: (type.approved ?? [])
          .filter((one) => one.isDedupeField)
          .map(({ name, displayName, dataType }) => ({ name, displayName, dataType })),
      })),
  ];
}

/** The target of a link by REST or display name, or undefined where no such target can be linked. */
export function resolveLink(instance: Instance, sent: { name: string; field: string }): SchemaField['relatedTo'] {
  const wanted = sent.field.toLowerCase();
  if (/^(lead|company)$/i.test(sent.name)) {
    const name = sent.name.toLowerCase();
    if (wanted === 'id') return { name, field: 'id' };
    if (name === 'company') return undefined;
    if (wanted === 'email' || wanted === 'email address') return { name, field: 'email' };
    const custom = instance.fields
      .all()
      .find((one) => one.custom && [one.name, one.displayName].some((text) => text.toLowerCase() === wanted));
    return custom && instance.fields.isKey(custom.name) ? { name, field: custom.name } : undefined;
  }
  const target = instance.customObjects.get(sent.name);
  const linkable = target?.approved && !target.approved.some((one) => one.relatedTo) ? target : undefined;
  const key = linkable?.approved?.find((one) => one.isDedupeField && one.name.toLowerCase() === wanted);
  return linkable && key ? { name: linkable.apiName, field: key.name } : undefined;
}

/** Record rules of a custom object: the target of each link that is sent must exist. */
export function linkRules(type: CustomObjectType): ObjectRules {
  return {
    check: (instance, sent) =>
      (type.approved ?? []).flatMap((one) => {
        const fault = linkFault(instance, one, sent);
        return fault ? [fault] : [];
      }),
  };
}

function linkFault(instance: Instance, { name, relatedTo }: SchemaField, sent: Values): Reason | undefined {
  const value: Value = sent[name] ?? null;
  if (!relatedTo || value === null) return undefined;
  if (relatedTo.name === 'lead') {
    return instance.leads.find(relatedTo.field, value).length > 0 ? undefined : reason('1004');
  }
  if (relatedTo.name === 'company') {
    return instance.companies.byId(value) ? undefined : reason('1004', 'Company not found');
  }
  const target = instance.customObjects.get(relatedTo.name)?.store;
  return target && target.find(relatedTo.field, value).length > 0 ? undefined : reason('1013');
}

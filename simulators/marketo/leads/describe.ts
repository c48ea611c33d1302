import type { Field } from '../fields';
import type { Instance } from '../instance';
import type { Routes } from '../router';

/** `describe.json` (superseded, still works) and `describe2.json` (marketo-api §4.1). */
export function describeRoutes(routes: Routes): void {
  routes.get('/rest/v1/leads/describe.json', 'Lead', ({ instance }) => ({
    result: instance.fields
      .all()
      .filter((field) => !field.hidden)
      .map((field) => describeField(field, instance)),
  }));
  routes.get('/rest/v1/leads/describe2.json', 'Lead', ({ instance }) => ({
    result: [{ name: 'API Lead', searchableFields: searchable(instance), fields: fields2(instance) }],
  }));
}

/** Score fields report `integer` (marketo-api §4.1). */
export function reportedType(field: Field): string {
  return field.dataType === 'score' ? 'integer' : field.dataType;
}

/** Of text areas and references describe tells no length, as recorded, though they have one (marketo-api §4.1). */
function lengthOf({ length, dataType }: Field, { settings }: Instance): { length?: number } {
  const told = settings.describeLengths === 'all' || (dataType !== 'text' && dataType !== 'reference');
  return told && length !== undefined ? { length } : {};
}

function describeField(field: Field, instance: Instance) {
  return {
    id: field.id,
    displayName: field.displayName,
    dataType: reportedType(field),
    ...lengthOf(field, instance),
    ...(field.rest && { rest: { name: field.name, readOnly: field.readOnly } }),
  };
}

function fields2(instance: Instance) {
  return instance.fields
    .all()
    .filter((field) => field.rest && !field.hidden)
    .map((field) => ({
      name: field.name,
      displayName: field.displayName,
      dataType: reportedType(field),
      ...lengthOf(field, instance),
      updateable: !field.readOnly && field.name !== 'id',
      crmManaged: instance.settings.nativeSync && !field.custom,
    }));
}

function searchable(instance: Instance): string[][] {
  const standard = ['email', 'id', 'cookies', 'externalPersonId'].filter((name) => instance.fields.get(name));
  const custom = instance.fields.all().filter((field) => field.custom && instance.fields.isKey(field.name));
  return [...standard, ...custom.map((field) => field.name)].map((name) => [name]);
}

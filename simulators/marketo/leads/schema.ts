import { type Call, inputOf } from '../call';
import { MarketoFault } from '../errors';
import type { DataType, Field } from '../fields';
import { pageOf, schemaField } from '../objects/schema-fields';
import type { Routes } from '../router';

/** Types the API may create; a text area is not among them (marketo-api §4.2). */
const CREATABLE: readonly DataType[] = [
  'boolean',
  'currency',
  'date',
  'datetime',
  'email',
  'float',
  'integer',
  'percent',
  'phone',
  'score',
  'string',
  'url',
];
/** Custom lead fields that may be created by API (marketo-api §3). */
const MAX_CREATED = 100;
const LIST = '/rest/v1/leads/schema/fields.json';
const ONE = '/rest/v1/leads/schema/fields/{name}.json';

/** Lead field metadata: list, one, create, update (marketo-api §4.2). */
export function leadSchemaRoutes(routes: Routes): void {
  const areas = ['Schema Standard Field', 'Schema Custom Field'] as const;
  routes.get(LIST, [...areas], (call) => pageOf(call, call.instance.fields.all().map(schemaField)));
  routes.get(ONE, [...areas], (call) => ({ result: [schemaField(known(call))] }));
  routes.post(LIST, 'Schema Custom Field', create);
  routes.post(ONE, [...areas], update);
}

function known(call: Call): Field {
  const field = call.instance.fields.get(call.path.name ?? '');
  if (!field) throw new MarketoFault('1006', `Field '${call.path.name}' not found`);
  return field;
}

/** All or nothing: the first fault in the input refuses the call. */
function create(call: Call) {
  const { fields } = call.instance;
  const input = inputOf(call);
  const existing = fields.all().filter((field) => field.apiCreated).length;
  if (existing + input.length > MAX_CREATED) {
    throw new MarketoFault('1003', `Maximum of ${MAX_CREATED} custom fields created by API exceeded`);
  }
  const names = new Set<string>();
  for (const one of input) {
    for (const required of ['displayName', 'name', 'dataType']) {
      if (typeof one[required] !== 'string' || one[required] === '') {
        throw new MarketoFault('701', `${required} cannot be blank`);
      }
    }
    const name = one.name as string;
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) throw new MarketoFault('1003', `Invalid value for name '${name}'`);
    if (!CREATABLE.includes(one.dataType as DataType)) {
      throw new MarketoFault('1003', `Invalid value for dataType '${String(one.dataType)}'`);
    }
    if (fields.get(name) || names.has(name)) throw new MarketoFault('1017', `Field '${name}' already exists`);
    names.add(name);
  }
  return {
    result: input.map((one) => {
      fields.create(one.name as string, one.dataType as DataType, { ...changes(one), apiCreated: true });
      return { name: one.name, status: 'created' };
    }),
  };
}

/** `input` holds exactly one object; what may change depends on the field's origin. */
function update(call: Call) {
  const field = known(call);
  const input = inputOf(call);
  const [one] = input;
  if (!one || input.length !== 1) throw new MarketoFault('1003', 'Only one field can be updated at a time');
  for (const name of Object.keys(one)) {
    const allowed =
      ['description', 'isHtmlEncodingInEmail', 'isSensitive'].includes(name) ||
      (name === 'displayName' && field.custom) ||
      (name === 'isHidden' && field.apiCreated);
    if (!allowed) throw new MarketoFault('1003', `Field '${name}' not updateable`);
  }
  Object.assign(field, changes(one));
  return { result: [{ name: field.name, status: 'updated' }] };
}

function changes(one: Record<string, unknown>): Partial<Field> {
  return {
    ...(typeof one.displayName === 'string' && { displayName: one.displayName }),
    ...(typeof one.description === 'string' && { description: one.description }),
    ...(typeof one.isHidden === 'boolean' && { hidden: one.isHidden }),
    ...(typeof one.isHtmlEncodingInEmail === 'boolean' && { htmlEncoding: one.isHtmlEncodingInEmail }),
    ...(typeof one.isSensitive === 'boolean' && { sensitive: one.isSensitive }),
  };
}

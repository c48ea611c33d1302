import type { FastifyInstance } from 'fastify';
import { ControlError, refuseFields } from './control-error';
import type { DataType, Field, Value, Values } from './fields';
import { field } from './fields';
import type { Instance } from './instance';
import { checkValue } from './validate';

const MEMBERS = ['do', 'object', 'name', 'dataType', 'length', 'displayName', 'on'] as const;
const OPERATIONS = ['add', 'hide', 'show', 'retype', 'resize', 'rename', 'readOnly'] as const;
const TYPES: readonly DataType[] = [
  'string',
  'text',
  'email',
  'phone',
  'url',
  'integer',
  'percent',
  'score',
  'float',
  'currency',
  'boolean',
  'date',
  'datetime',
];

type Body = { [Name in (typeof MEMBERS)[number]]?: unknown };

interface FieldList {
  get(name: string): Field | undefined;
  add(name: string, dataType: DataType, more: Partial<Field>): void;
}

/**
 * `POST /_sim/marketo/schema`: what an administrator changes in the fields while a sync runs. `{"do":"add"|"hide"|"show"|
 * "retype"|"resize"|"rename"|"readOnly", "object":"leads"|"companies"|"opportunities"|"salespersons", "name":…, "dataType":…,
 * "length":…, "displayName":…, "on":…}`. Describe follows at once. A field is never removed: Marketo can only hide one
 * (§4.2); what calls that name it are answered then is a switch (`hiddenField`).
 */
export function schemaControl(app: FastifyInstance, current: () => Instance): void {
  app.post('/_sim/marketo/schema', async (request) => {
    const body = (request.body ?? {}) as Body;
    refuseFields(body, MEMBERS);
    if (!OPERATIONS.some((operation) => operation === body.do)) {
      throw new ControlError(`do ${JSON.stringify(body.do)} is unknown; use ${OPERATIONS.join(', ')}`);
    }
    const object = String(body.object ?? 'leads');
    const fields = fieldsOf(current(), object);
    const name = String(body.name ?? '');
    if (body.do === 'add') return add(fields, name, body);
    const known = fields.get(name);
    if (!known) throw new ControlError(`${object} has no field ${JSON.stringify(body.name ?? null)}; see describe`);
    change(current(), object, known, body);
    return known;
  });
}

function fieldsOf(instance: Instance, object: string): FieldList {
  const { fields: leadFields, companies, opportunities, salesPersons } = instance;
  if (object === 'leads') {
    return { get: (name) => leadFields.get(name), add: (name, type, more) => leadFields.create(name, type, more) };
  }
  const fields = { companies, opportunities, salespersons: salesPersons }[object]?.type.fields;
  if (!fields)
    throw new ControlError(`object ${object} is unknown; use leads, companies, opportunities or salespersons`);
  return {
    get: (name) => fields.get(name),
    add: (name, type, more) => fields.set(name, field(2000 + fields.size, name, type, { ...more, custom: true })),
  };
}

function add(fields: FieldList, name: string, body: Body): Field | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) throw new ControlError('name must be letters, digits and _');
  if (fields.get(name)) throw new ControlError(`field ${name} exists already`);
  fields.add(name, typeOf(body), {
    ...(body.length !== undefined && { length: lengthOf(body) }),
    ...(typeof body.displayName === 'string' && { displayName: body.displayName }),
  });
  return fields.get(name);
}

function change(instance: Instance, object: string, known: Field, body: Body): void {
  switch (body.do) {
    case 'hide':
    case 'show':
      known.hidden = body.do === 'hide';
      known.rest = !(known.hidden && instance.settings.hiddenField === 'unknown');
      return;
    case 'readOnly':
      known.readOnly = body.on !== false;
      return;
    case 'resize':
      known.length = lengthOf(body);
      return;
    case 'rename':
      if (typeof body.displayName !== 'string') throw new ControlError('displayName must be a text');
      known.displayName = body.displayName;
      return;
    case 'retype':
      if (object !== 'leads') throw new ControlError('only fields of leads can be retyped');
      retype(instance, known, typeOf(body));
      return;
    default:
      throw new ControlError(`do is unknown; use ${OPERATIONS.join(', ')}`);
  }
}

/** Values that fit the new type are converted, the others are lost; no activity tells of it. */
function retype(instance: Instance, known: Field, dataType: DataType): void {
  const { length } = field(known.id, known.name, dataType);
  known.dataType = dataType;
  if (length === undefined) delete known.length;
  else known.length = length;
  for (const lead of instance.leads.all()) {
    const before = instance.leads.values(lead);
    const value = before[known.name] ?? null;
    if (value === null) continue;
    const after: Values = { ...before, [known.name]: converted(instance, known, value) };
    instance.leads.replace(lead, before, after);
  }
}

function converted(instance: Instance, known: Field, value: Value): Value {
  const checked = checkValue(known, String(value), instance.settings);
  return 'value' in checked ? checked.value : null;
}

function typeOf({ dataType }: Body): DataType {
  const known = TYPES.find((one) => one === dataType);
  if (!known)
    throw new ControlError(`dataType ${JSON.stringify(dataType ?? null)} is unknown; use ${TYPES.join(', ')}`);
  return known;
}

function lengthOf({ length }: Body): number {
  if (!Number.isInteger(length) || Number(length) < 1) throw new ControlError('length must be a whole number above 0');
  return Number(length);
}

import { type Call, inputOf } from '../call';
import { MarketoFault } from '../errors';
import { ObjectStore } from '../objects/store';
import type { Handler, Routes } from '../router';
import { describeType, stateOf } from './describe-type';
import { FIELD_TYPES, readFields } from './fields';
import { linkableObjects } from './links';
import { type CustomObjectType, recordType } from './types';

const BASE = '/rest/v1/customobjects/schema';
/** marketo-api §3: types, fields of a type, fields added after approval. */
const MAX_TYPES = 10;
const MAX_FIELDS = 50;
const MAX_LATER = 20;

/** The custom object schema API (marketo-api §6.4): drafts, fields, approval. Not entitled = 616 on every call. */
export function customObjectSchemaRoutes(routes: Routes): void {
  const entitled =
    (handler: Handler): Handler =>
    (call) => {
      if (!call.instance.settings.customObjectSchema) throw new MarketoFault('616');
      return handler(call);
    };
  const get = (url: string, handler: Handler) => routes.get(BASE + url, 'Custom Object Type', entitled(handler));
  const post = (url: string, handler: Handler) => routes.post(BASE + url, 'Custom Object Type', entitled(handler));
  get('.json', list);
  get('/fieldDataTypes.json', () => ({ result: FIELD_TYPES }));
  get('/linkableObjects.json', ({ instance }) => ({ result: linkableObjects(instance) }));
  get('/{name}/describe.json', (call) => ({ result: [describeType(known(call), call.query.get('state'))] }));
  get('/{name}/dependentAssets.json', (call) => {
    known(call);
    return { result: [] };
  });
  post('.json', createType);
  post('/{name}/addField.json', addField);
  post('/{name}/deleteField.json', deleteField);
  post('/{name}/{field}/updateField.json', updateField);
  post('/{name}/approve.json', approve);
  post('/{name}/discardDraft.json', discardDraft);
  post('/{name}/delete.json', deleteType);
}

const DONE = { result: [] };

function known(call: Call): CustomObjectType {
  const type = call.instance.customObjects.get(call.path.name ?? '');
  if (!type) throw new MarketoFault('1013', 'Object not found');
  return type;
}

function list({ instance, query }: Call) {
  const names = query.list('names');
  const state = query.get('state');
  return {
    result: instance.customObjects
      .all()
      .filter((type) => names.length === 0 || names.includes(type.apiName))
      .filter((type) => state === undefined || stateOf(type) === state)
      .map((type) => describeType(type, undefined)),
  };
}

/** Creates a draft, or changes the texts of a type. */
function createType(call: Call) {
  const { customObjects, clock } = call.instance;
  const body = (call.body ?? {}) as Record<string, unknown>;
  const { apiName, displayName } = body;
  if (typeof apiName !== 'string' || apiName === '') throw new MarketoFault('701', 'apiName cannot be blank');
  if (typeof displayName !== 'string' || displayName === '')
    throw new MarketoFault('701', 'displayName cannot be blank');
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(apiName))
    throw new MarketoFault('1003', `Invalid value for apiName '${apiName}'`);
  const action = body.action ?? 'createOrUpdate';
  const now = clock.now();
  const texts = {
    displayName,
    pluralName: typeof body.pluralName === 'string' ? body.pluralName : `${displayName}s`,
    description: typeof body.description === 'string' ? body.description : null,
    showInLeadDetail: body.showInLeadDetail === true,
    updatedAt: now,
  };
  const existing = customObjects.get(apiName);
  if (existing) {
    if (action === 'createOnly') throw new MarketoFault('1017');
    Object.assign(existing, texts);
    return DONE;
  }
  if (action === 'updateOnly') throw new MarketoFault('1013', 'Object not found');
  if (customObjects.all().length >= MAX_TYPES) {
    throw new MarketoFault('1003', `Maximum of ${MAX_TYPES} custom object types exceeded`);
  }
  const fullName = apiName.endsWith('_c') ? apiName : `${apiName}_c`;
  customObjects.add({
    apiName: fullName,
    ...texts,
    approved: null,
    draft: [],
    firstApproved: 0,
    createdAt: now,
    store: null,
  });
  return DONE;
}

function addField(call: Call) {
  const type = known(call);
  const held = type.draft ?? type.approved ?? [];
  const fields = [...held, ...readFields(call.instance, type, held, inputOf(call))];
  const added = fields.length - type.firstApproved;
  if (fields.length > MAX_FIELDS || (type.approved && added > MAX_LATER)) {
    throw new MarketoFault('1003', 'Maximum number of fields exceeded');
  }
  type.draft = fields;
  type.updatedAt = call.instance.clock.now();
  return DONE;
}

/** Only fields that were never approved can go. */
function deleteField(call: Call) {
  const type = known(call);
  const names = inputOf(call).map(({ name }) => name);
  for (const name of names) {
    const frozen = type.approved?.some((one) => one.name === name);
    if (frozen || !type.draft?.some((one) => one.name === name)) {
      throw new MarketoFault('1003', `Field '${String(name)}' cannot be deleted`);
    }
  }
  type.draft = (type.draft ?? []).filter((one) => !names.includes(one.name));
  return DONE;
}

/** One field of the draft; once approved, its name, type and links are frozen, and its texts too (marketo-api §6.4). */
function updateField(call: Call) {
  const type = known(call);
  const { field } = call.path;
  const held = type.draft?.find((one) => one.name === field);
  if (!held) throw new MarketoFault('1006', `Field '${field}' not found`);
  if (type.approved?.some((one) => one.name === field))
    throw new MarketoFault('1003', `Field '${field}' not updateable`);
  const others = (type.draft ?? []).filter((one) => one !== held);
  const [changed] = readFields(call.instance, type, others, [{ ...held, ...(call.body as object | undefined) }]);
  type.draft = (type.draft ?? []).map((one) => (one === held && changed ? changed : one));
  return DONE;
}

/** From now on the type has records; a second approval only adds fields. */
function approve(call: Call) {
  const type = known(call);
  if (!type.draft) throw new MarketoFault('1003', 'There is no draft to approve');
  const keys = type.draft.filter((one) => one.isDedupeField).length;
  if (keys < 1 || keys > 3) throw new MarketoFault('1003', 'A custom object needs one to three dedupe fields');
  if (!type.approved) type.firstApproved = type.draft.length;
  type.approved = type.draft;
  type.draft = null;
  const now = call.instance.clock.now();
  type.updatedAt = now;
  const record = recordType(type, now);
  if (type.store) Object.assign(type.store.type, record);
  else type.store = new ObjectStore(record, call.instance.settings, call.instance.ledger);
  return DONE;
}

function discardDraft(call: Call) {
  const type = known(call);
  if (type.approved) type.draft = null;
  else call.instance.customObjects.remove(type);
  return DONE;
}

function deleteType(call: Call) {
  call.instance.customObjects.remove(known(call));
  return DONE;
}

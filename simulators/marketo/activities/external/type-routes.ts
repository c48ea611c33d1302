import type { Call } from '../../call';
import { stamp } from '../../envelope';
import { MarketoFault } from '../../errors';
import type { Area, Routes } from '../../router';
import { draftOf, namedAttributes, readAttributes, readVersion } from './type-input';
import type { ExternalType, TypeAttribute, TypeVersion } from './types';

const BASE = '/rest/v1/activities/external';
const AREA: Area = 'Activity Metadata';
/** marketo-api §3. */
const MAX_ATTRIBUTES = 20;

/** Custom activity types: list, describe, draft, approve, delete, and their attributes (marketo-api §5.8). */
export function externalTypeRoutes(routes: Routes): void {
  const post = (url: string, act: (type: ExternalType, call: Call) => void) =>
    routes.post(`${BASE}/type/{name}${url}`, AREA, (call) => {
      const type = typeOf(call);
      act(type, call);
      type.updatedAt = call.instance.clock.now();
      return { result: [describe(type, true)] };
    });
  routes.get(`${BASE}/types.json`, AREA, ({ instance }) => ({
    result: instance.externalTypes.all().map((type) => describe(type, false)),
  }));
  routes.get(`${BASE}/type/{name}/describe.json`, AREA, (call) => ({
    result: [describe(typeOf(call), call.query.get('draft') === 'true')],
  }));
  routes.post(`${BASE}/type.json`, AREA, (call) => {
    const { apiName, version } = readVersion(call.body);
    return {
      result: [describe(call.instance.externalTypes.create(apiName, version, call.instance.clock.now()), true)],
    };
  });
  post('.json', (type, call) => {
    const { version } = readVersion(call.body, draftOf(type));
    type.draft = version;
  });
  post('/approve.json', (type) => {
    if (!type.draft) throw new MarketoFault('1003', 'There is no draft to approve');
    type.approved = type.draft;
    type.draft = null;
  });
  post('/discardDraft.json', (type) => {
    if (type.approved) type.draft = null;
    else type.deleted = true;
  });
  post('/delete.json', (type) => {
    type.deleted = true;
  });
  post('/attributes/create.json', (type, call) => {
    const draft = draftOf(type);
    const created = readAttributes(call.body);
    for (const { apiName } of created) {
      if (draft.attributes.some((one) => one.apiName === apiName)) {
        throw new MarketoFault('1017', `Attribute '${apiName}' already exists`);
      }
    }
    type.draft = within(draft, [...draft.attributes, ...created]);
  });
  post('/attributes/update.json', (type, call) => {
    const draft = draftOf(type);
    const changed = readAttributes(call.body);
    namedAttributes(draft, changed);
    const next = draft.attributes.map((one) => changed.find(({ apiName }) => apiName === one.apiName) ?? one);
    type.draft = within(draft, next);
  });
  post('/attributes/delete.json', (type, call) => {
    const draft = draftOf(type);
    const names = namedAttributes(draft, readAttributes(call.body, false));
    const kept = draft.attributes.filter(({ apiName }) => !names.includes(apiName));
    type.draft = within(draft, kept);
  });
}

function within(draft: TypeVersion, attributes: TypeAttribute[]): TypeVersion {
  if (attributes.length > MAX_ATTRIBUTES)
    throw new MarketoFault('1028', `Maximum of ${MAX_ATTRIBUTES} attributes exceeded`);
  return { ...draft, attributes };
}

function typeOf({ instance, path }: Call): ExternalType {
  return instance.externalTypes.get(path.name ?? '');
}

function statusOf({ deleted, approved, draft }: ExternalType): string {
  if (deleted) return 'deleted';
  if (!approved) return 'draft';
  return draft ? 'approved with draft' : 'approved';
}

/** The approved version unless the draft is asked for or is all there is. */
function describe(type: ExternalType, wantDraft: boolean) {
  const version = ((wantDraft ? type.draft : null) ?? type.approved ?? type.draft) as TypeVersion;
  return {
    id: type.id,
    apiName: type.apiName,
    name: version.name,
    ...(version.description !== null && { description: version.description }),
    triggerName: version.triggerName,
    filterName: version.filterName,
    primaryAttribute: shown(version.primaryAttribute),
    attributes: version.attributes.map(shown),
    status: statusOf(type),
    createdAt: stamp(type.createdAt),
    updatedAt: stamp(type.updatedAt),
  };
}

function shown({ description, ...rest }: TypeAttribute) {
  return { ...rest, ...(description !== null && { description }) };
}

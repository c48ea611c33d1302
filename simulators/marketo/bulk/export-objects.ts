import type { Call } from '../call';
import type { CustomObjectType, SchemaField } from '../custom-objects/types';
import { MarketoFault } from '../errors';
import type { Instance } from '../instance';
import { readField } from '../leads/view';
import { viewObject } from '../objects/query';
import type { ObjectStore } from '../objects/store';
import type { StoredObject } from '../objects/types';
import type { Extract } from './export-job';
import { listMembers } from './export-leads';
import {
  type ExportRequest,
  headingsOf,
  readFields,
  readFilter,
  readRange,
  unsupported,
  within,
} from './export-request';
import type { ExportKind } from './export-routes';

const FILTERS = ['updatedAt', 'staticListId', 'staticListName', 'smartListId', 'smartListName'] as const;

/** Bulk custom object extract (marketo-api §7.3), of types that are linked to leads themselves. */
export const objectExport: ExportKind = {
  path: '/bulk/v1/customobjects/{apiName}',
  area: 'Custom Object',
  object: ({ path }) => `customobjects/${path.apiName}`,
  extract,
};

function extract(call: Call, request: ExportRequest): Extract {
  const { instance } = call;
  const { type, store } = typeOf(call);
  const link = type.approved?.find(({ relatedTo }) => relatedTo?.name === 'lead');
  if (!link) throw new MarketoFault('1003', `Custom object '${type.apiName}' is not linked to leads`);
  const fields = readFields(request.fields, (name) => store.type.fields.has(name));
  const [[filter, value] = ['', null], ...more] = readFilter(request, FILTERS);
  if (more.length > 0) throw new MarketoFault('1003', 'Only one filter can be given');
  const wanted = selection(instance, link, filter, value);
  return {
    fields,
    headings: headingsOf(fields, request),
    *rows() {
      const chosen = wanted();
      for (const record of store.all()) {
        if (!chosen(record)) continue;
        const view = viewObject(store.type, record, fields);
        yield fields.map((name) => view[name]);
      }
    },
  };
}

/** Record calls know a type only by its full name, with `_c`. */
function typeOf({ instance, path }: Call): { type: CustomObjectType; store: ObjectStore } {
  const type = instance.customObjects.get(path.apiName ?? '');
  if (!type?.store || type.apiName !== path.apiName) throw new MarketoFault('1013', 'Object not found');
  return { type, store: type.store };
}

/** Decides when the job runs which records it gives: by their date, or by the leads they are linked to. */
function selection(
  instance: Instance,
  link: SchemaField,
  filter: string,
  value: unknown,
): () => (record: StoredObject) => boolean {
  if (filter === 'updatedAt') {
    const range = readRange(instance, filter, value);
    return () => (record) => within(range, record.updatedAt);
  }
  if (filter !== 'staticListId' && filter !== 'staticListName') throw unsupported();
  const members = listMembers(instance, value);
  const target = instance.fields.get(link.relatedTo?.field ?? '');
  return () => {
    const values = new Set<string>();
    for (const id of members) {
      const lead = instance.leads.get(id);
      if (lead && target) values.add(String(readField(instance, lead, instance.leads.values(lead), target)));
    }
    return (record) => values.has(String(record.values[link.name]));
  };
}

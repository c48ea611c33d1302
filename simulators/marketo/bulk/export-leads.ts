import type { Call } from '../call';
import { MarketoFault } from '../errors';
import type { Instance } from '../instance';
import type { Lead } from '../leads/store';
import { viewLead } from '../leads/view';
import type { Extract } from './export-job';
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

const FILTERS = ['createdAt', 'updatedAt', 'staticListId', 'staticListName', 'smartListId', 'smartListName'] as const;

/** Leads passed over between two pieces of work. */
const PIECE = 2000;

/** Bulk lead extract (marketo-api §7.3). This instance has no smart lists: they are a filter it does not support. */
export const leadExport: ExportKind = {
  path: '/bulk/v1/leads',
  area: 'Lead',
  object: () => 'leads',
  extract,
};

function extract({ instance }: Call, request: ExportRequest): Extract {
  const fields = readFields(request.fields, (name) => instance.fields.get(name)?.rest === true);
  const [[filter, value] = ['', null], ...more] = readFilter(request, FILTERS);
  if (more.length > 0) throw new MarketoFault('1003', 'Only one filter can be given');
  const leads = selection(instance, filter, value);
  return {
    fields,
    headings: headingsOf(fields, request),
    *rows() {
      for (const lead of leads()) {
        const view = lead && viewLead(instance, lead, fields);
        yield view && fields.map((name) => view[name]);
      }
    },
  };
}

function selection(instance: Instance, filter: string, value: unknown): () => Iterable<Lead | undefined> {
  if (filter === 'staticListId' || filter === 'staticListName') {
    const members = listMembers(instance, value);
    return () => [...members].map((id) => instance.leads.get(id)).filter((lead) => lead !== undefined);
  }
  if (filter === 'updatedAt' ? !instance.settings.exportByUpdatedAt : filter !== 'createdAt') throw unsupported();
  const range = readRange(instance, filter, value);
  return function* () {
    let passed = 0;
    for (const lead of instance.leads.all()) {
      if (within(range, filter === 'createdAt' ? lead.createdAt : lead.changedAt)) yield lead;
      passed += 1;
      if (passed % PIECE === 0) yield undefined;
    }
  };
}

/** The members of a static list, by its id or its name; throws 1013. */
export function listMembers({ lists }: Instance, value: unknown): ReadonlySet<number> {
  const id = lists.all().find((list) => list.id === Number(value) || list.name === value)?.id;
  return lists.members(id ?? Number.NaN);
}

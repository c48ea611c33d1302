import type { Call } from '../call';
import { MarketoFault } from '../errors';
import type { Value } from '../fields';
import { decodeToken, encodeToken } from '../paging';
import type { Routes } from '../router';
import { readyLead } from './ready';
import { answerLead, DEFAULT_FIELDS } from './view';

/** More leads than this behind one filter is an error (marketo-api §3). */
const MAX_MATCHES = 1000;

/** `GET /rest/v1/lead/{id}.json` and `GET /rest/v1/leads.json` (marketo-api §4.3). */
export function leadReadRoutes(routes: Routes): void {
  routes.get('/rest/v1/lead/{id}.json', 'Lead', byId);
  routes.get('/rest/v1/leads.json', 'Lead', byFilter);
}

function byId(call: Call) {
  const { instance } = call;
  const names = requestedFields(call);
  const lead = readyLead(instance, Number(call.path.id));
  if (lead) return { result: [answerLead(instance, lead, names)] };
  if (instance.settings.getUnknownLead === 'empty') return { result: [] };
  throw new MarketoFault('1004');
}

function byFilter(call: Call) {
  const { instance } = call;
  const filterType = call.query.require('filterType');
  if (!instance.fields.isKey(filterType) && filterType !== 'leadPartitionId') {
    throw new MarketoFault(
      instance.fields.get(filterType) ? '1011' : '1006',
      instance.fields.get(filterType) ? `Field '${filterType}' not supported` : `Field '${filterType}' not found`,
    );
  }
  const names = requestedFields(call);
  const values = filterValues(call);
  const ids = matches(call, filterType, values);
  if (ids.length > MAX_MATCHES) throw new MarketoFault('1003', 'Too many results match the filter');
  const token = call.query.get('nextPageToken');
  const offset = token === undefined ? 0 : (decodeToken('leads', token)[0] ?? 0);
  const next = offset + call.query.batchSize();
  const result = ids.slice(offset, next).flatMap((id) => {
    const lead = readyLead(instance, id);
    return lead ? [answerLead(instance, lead, names)] : [];
  });
  return { result, ...(next < ids.length && { nextPageToken: encodeToken('leads', next), moreResult: true }) };
}

/** `filterValues`, at most 300 (marketo-api §3). */
export function filterValues(call: Call): string[] {
  call.query.require('filterValues');
  const values = call.query.list('filterValues');
  if (values.length > 300) throw new MarketoFault('1003', 'Too many values in filterValues, maximum is 300');
  return values;
}

function matches(call: Call, filterType: string, values: string[]): number[] {
  const { leads } = call.instance;
  if (filterType === 'leadPartitionId') {
    return [...leads.all()].filter((lead) => values.includes(String(lead.partition))).map((lead) => lead.id);
  }
  const ids = new Set<number>();
  for (const value of values) for (const id of leads.find(filterType, value as Value)) ids.add(id);
  return [...ids].sort((a, b) => a - b);
}

/** The `fields` of the call with `id` first, which is answered in any case, or the default ones; an unknown name refuses the call. */
export function requestedFields(call: Call): readonly string[] {
  const names = call.query.list('fields');
  if (names.length === 0) return DEFAULT_FIELDS;
  for (const name of names) {
    if (call.instance.fields.get(name)?.rest !== true) throw new MarketoFault('1006', `Field '${name}' not found`);
  }
  return names.includes('id') ? names : ['id', ...names];
}

import { type Activity, TYPE } from '../activities/log';
import { fullActivity } from '../activities/shape';
import type { Call } from '../call';
import { MarketoFault } from '../errors';
import type { Extract } from './export-job';
import { type ExportRequest, headingsOf, readFields, readFilter, readRange, within } from './export-request';
import type { ExportKind } from './export-routes';

const FILTERS = ['createdAt', 'activityTypeIds', 'primaryAttributeValueIds', 'primaryAttributeValues'] as const;

const COLUMNS = [
  'marketoGUID',
  'leadId',
  'activityDate',
  'activityTypeId',
  'campaignId',
  'primaryAttributeValueId',
  'primaryAttributeValue',
  'attributes',
];

/** Values a filter by primary attribute takes at most (marketo-api §7.3). */
const MAX_VALUES = 50;
const PIECE = 2000;

/** Bulk activity extract (marketo-api §7.3); Delete Lead is not among what it gives. */
export const activityExport: ExportKind = {
  path: '/bulk/v1/activities',
  area: 'Activity',
  object: () => 'activities',
  extract,
};

function extract({ instance }: Call, request: ExportRequest): Extract {
  // An empty list stands for all, as recorded clients send it.
  const fields =
    !request.fields || (Array.isArray(request.fields) && request.fields.length === 0)
      ? COLUMNS
      : readFields(request.fields, (name) => name === 'actionResult' || COLUMNS.includes(name));
  const filter = Object.fromEntries(readFilter(request, FILTERS));
  const range = readRange(instance, 'createdAt', filter.createdAt);
  const wanted = readTypes(filter);
  const primary = readPrimary(filter);
  return {
    fields,
    headings: headingsOf(fields, request),
    *rows() {
      const { log } = instance;
      for (let position = log.positionOf(range.startAt - (range.startAt % 1000)); position < log.end(); position += 1) {
        if (position % PIECE === 0) yield undefined;
        const activity = log.at(position);
        if (!activity || !within(range, activity.at) || !wanted(activity)) continue;
        const shown: Record<string, unknown> = { ...fullActivity(activity, instance) };
        if (primary(shown)) yield fields.map((name) => cell(shown, name));
      }
    },
  };
}

function readTypes({ activityTypeIds }: Record<string, unknown>): (activity: Activity) => boolean {
  if (activityTypeIds === undefined) return ({ type }) => type !== TYPE.deleteLead;
  const ids = new Set([activityTypeIds].flat().map(Number));
  if (ids.has(TYPE.deleteLead)) throw new MarketoFault('1003', `Invalid activityTypeIds [${TYPE.deleteLead}]`);
  return ({ type }) => ids.has(type);
}

/** By the id or the text of the primary attribute, not both, and only with activity types. */
function readPrimary(filter: Record<string, unknown>): (shown: Record<string, unknown>) => boolean {
  const { primaryAttributeValueIds: ids, primaryAttributeValues: texts } = filter;
  if (ids === undefined && texts === undefined) return () => true;
  const values = new Set([ids ?? texts].flat().map(String));
  if ((ids !== undefined && texts !== undefined) || filter.activityTypeIds === undefined || values.size > MAX_VALUES) {
    throw new MarketoFault('1003', 'Invalid filter by primary attribute');
  }
  const name = ids === undefined ? 'primaryAttributeValue' : 'primaryAttributeValueId';
  return (shown) => values.has(String(shown[name]));
}

function cell(shown: Record<string, unknown>, name: string): unknown {
  if (name === 'actionResult') return 'succeeded';
  if (name !== 'attributes') return shown[name];
  const attributes = shown.attributes as { name: string; value: unknown }[];
  return JSON.stringify(Object.fromEntries(attributes.map((one) => [one.name, one.value])));
}

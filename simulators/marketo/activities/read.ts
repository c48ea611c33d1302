import type { Call } from '../call';
import { MarketoFault } from '../errors';
import { decodeToken, encodeToken } from '../paging';
import type { Routes } from '../router';
import { type Activity, TYPE } from './log';
import { deletedLead, fullActivity, leadChange } from './shape';
import { activityTypes } from './types';

/** Positions looked at in one call: what lies behind them comes as a sparse page with `moreResult: true` (§5.4). */
const MAX_SCAN = 20_000;
/** Members of a list by which activities may be asked for (marketo-api §0.2). */
const MAX_LIST = 10_000;
/** How often, with rows ahead, a page comes empty all the same. */
const EMPTY_PAGE_RATE = 0.03;

/** Paging token and the four read endpoints of marketo-api §5.1 and §5.2. */
export function activityRoutes(routes: Routes): void {
  routes.get('/rest/v1/activities/types.json', 'Activity', (call) => ({ result: activityTypes(call.instance) }));
  routes.get('/rest/v1/activities/pagingtoken.json', 'Activity', (call) => {
    const since = readDate(call.query.require('sinceDatetime'));
    return { nextPageToken: tokenAt(call, call.instance.log.positionOf(since), since) };
  });
  routes.get('/rest/v1/activities/leadchanges.json', 'Activity', leadChanges);
  routes.get('/rest/v1/activities/deletedleads.json', 'Activity', (call) =>
    page(
      call,
      ({ type }) => type === TYPE.deleteLead,
      (activity) => deletedLead(activity, call.instance.settings),
    ),
  );
  routes.get('/rest/v1/activities.json', 'Activity', activities);
}

/** ISO-8601 with an offset; a `+` that was not URL-encoded has become a blank and is refused (1003). */
function readDate(text: string): number {
  const time = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text)
    ? new Date(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')).getTime()
    : Number.NaN;
  if (Number.isNaN(time)) throw new MarketoFault('1003', "Invalid value for 'sinceDatetime'");
  return time;
}

function leadChanges(call: Call) {
  const { fields } = call.instance;
  call.query.require('fields');
  const wanted = new Set<number>();
  for (const name of call.query.list('fields')) {
    const field = fields.get(name);
    if (!field?.rest) throw new MarketoFault('1006', `Field '${name}' not found`);
    wanted.add(field.id);
  }
  const member = memberFilter(call);
  return page(
    call,
    ({ type, fieldId, leadId }) =>
      member(leadId) && (type === TYPE.newLead || (type === TYPE.changeDataValue && wanted.has(fieldId ?? 0))),
    (activity) => leadChange(activity, fields, call.instance.settings),
  );
}

function activities(call: Call) {
  const ids = call.query.list('activityTypeIds').map(Number);
  if (ids.length === 0) throw new MarketoFault('701', 'activityTypeIds cannot be blank');
  if (ids.length > 10) throw new MarketoFault('1003', 'Too many values in activityTypeIds, maximum is 10');
  const types = new Set(ids);
  const member = memberFilter(call);
  return page(
    call,
    ({ type, leadId }) => types.has(type) && member(leadId),
    (activity) => fullActivity(activity, call.instance),
  );
}

/** `leadIds` (at most 30) and `listId`. */
function memberFilter(call: Call): (leadId: number) => boolean {
  const ids = call.query.list('leadIds').map(Number);
  if (ids.length > 30) throw new MarketoFault('1003', 'Too many values in leadIds, maximum is 30');
  const wanted = ids.length > 0 ? new Set(ids) : undefined;
  const listId = call.query.get('listId');
  const members = listId === undefined ? undefined : call.instance.lists.members(Number(listId));
  if (members && members.size > MAX_LIST && call.instance.settings.listIdOver10000 === 'refused') {
    throw new MarketoFault('1003', `List ${listId} has more than ${MAX_LIST} members`);
  }
  return (leadId) => (wanted?.has(leadId) ?? true) && (members?.has(leadId) ?? true);
}

function tokenAt({ instance }: Call, position: number, since: number): string {
  return encodeToken('activity', position, since, instance.clock.now());
}

/** A stored token works for ever unless the switch says otherwise; nothing is documented (§3.2). */
function readToken({ instance, query }: Call): { start: number; since: number } {
  const [start = 0, since = 0, issued = 0] = decodeToken('activity', query.require('nextPageToken'));
  const limited = instance.settings.activityTokenLifetime === 'sevenDays';
  if (limited && instance.clock.now() - issued > 7 * 86_400_000) {
    throw new MarketoFault('1003', 'Invalid value for nextPageToken');
  }
  return { start, since };
}

/** One page in commit order; `nextPageToken` always, `moreResult` always, `result` perhaps empty or absent (§5.4). */
function page<T>(call: Call, wanted: (activity: Activity) => boolean, shape: (activity: Activity) => T) {
  const { log, settings } = call.instance;
  const { start, since } = readToken(call);
  const size = call.query.batchSize();
  const end = log.end();
  if (settings.emptyPages && start < end && call.instance.draw() < EMPTY_PAGE_RATE) {
    const empty = call.instance.draw() < 0.5 ? { result: [] } : {};
    return { ...empty, nextPageToken: tokenAt(call, start, since), moreResult: true };
  }
  const result: T[] = [];
  let position = Math.min(start, end);
  const stop = Math.min(end, position + MAX_SCAN);
  for (; position < stop && result.length < size; position += 1) {
    const activity = log.at(position);
    if (activity && activity.at >= since && wanted(activity)) result.push(shape(activity));
  }
  const rows = result.length === 0 && settings.pageWithoutRows === 'noResult' ? {} : { result };
  return { ...rows, nextPageToken: tokenAt(call, position, since), moreResult: position < end };
}

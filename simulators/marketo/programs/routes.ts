import { type Call, inputOf } from '../call';
import { MarketoFault, type Reason, reason } from '../errors';
import type { Values } from '../fields';
import { pageOf } from '../objects/schema-fields';
import type { Routes } from '../router';
import { checkValue } from '../validate';
import { MEMBER_FIELDS, MEMBER_KEYS } from './fields';
import { type Program, STATUSES } from './store';
import { describeMember, memberValue, viewMember } from './view';

const ORDER: readonly string[] = STATUSES;
const URL = '/rest/v1/programs/{id}/members';

/** Members of programs: describe, query, data, status, removal (marketo-api §6.5, §12). */
export function programRoutes(routes: Routes): void {
  routes.get('/rest/v1/programs/members/describe.json', 'Lead', () => ({ result: [describeMember()] }));
  routes.get(`${URL}.json`, 'Lead', query);
  routes.post(`${URL}.json`, 'Lead', (call) => each(call, writeData));
  routes.post(`${URL}/status.json`, 'Lead', (call) =>
    each(call, (program, leadId) => setStatus(call, program, leadId)),
  );
  routes.post(`${URL}/delete.json`, 'Lead', (call) =>
    each(call, ({ members }, leadId) => (members.delete(leadId) ? 'deleted' : reason('1013', 'Membership not found'))),
  );
}

/** Results carry `seq` and `leadId`; an unknown lead is 1004. */
function each(
  call: Call,
  act: (program: Program, leadId: number, sent: Record<string, unknown>, call: Call) => string | Reason,
) {
  const program = programOf(call);
  return {
    result: inputOf(call).map((sent, seq) => {
      const leadId = Number(sent.leadId);
      const done = call.instance.leads.get(leadId) ? act(program, leadId, sent, call) : reason('1004');
      return { seq, leadId, ...(typeof done === 'string' ? { status: done } : { status: 'skipped', reasons: [done] }) };
    }),
  };
}

/** Adds the lead to the program, or moves it to a later status; in or past it already is 1037. */
function setStatus({ instance, body }: Call, { members }: Program, leadId: number): string | Reason {
  const { statusName } = body as { statusName?: unknown };
  const wanted = ORDER.indexOf(String(statusName));
  const status = STATUSES[wanted];
  if (!status) return reason('1025', 'Program status not found');
  const now = instance.clock.now();
  const member = members.get(leadId);
  if (!member) {
    members.set(leadId, { leadId, statusName: status, membershipDate: now, updatedAt: now, values: {} });
    return 'updated';
  }
  const held = ORDER.indexOf(member.statusName);
  if (held >= wanted) return reason('1037', 'Lead is already in or past the status');
  Object.assign(member, { statusName: status, updatedAt: now });
  return 'updated';
}

function writeData({ members }: Program, leadId: number, sent: Record<string, unknown>, call: Call): string | Reason {
  const member = members.get(leadId);
  if (!member) return reason('1013', 'Membership not found');
  const values: Values = {};
  for (const [name, raw] of Object.entries(sent)) {
    if (name === 'leadId') continue;
    const field = MEMBER_FIELDS.get(name);
    if (!field) return reason('1006', `Field '${name}' not found`);
    if (field.readOnly) return reason('1003', `Field '${name}' not updateable`);
    const checked = checkValue(field, raw, call.instance.settings);
    if ('reason' in checked) return checked.reason;
    values[name] = checked.value;
  }
  Object.assign(member, { values: { ...member.values, ...values }, updatedAt: call.instance.clock.now() });
  return 'updated';
}

function query(call: Call) {
  const program = programOf(call);
  const filterType = call.query.require('filterType');
  if (!MEMBER_KEYS.includes(filterType)) throw new MarketoFault('1003', `Invalid filterType '${filterType}'`);
  const wanted = filterType === 'updatedAt' ? undefined : call.query.require('filterValues').split(',');
  const [start, end] = ['startAt', 'endAt'].map((name) =>
    filterType === 'updatedAt' ? Date.parse(call.query.require(name)) : 0,
  ) as [number, number];
  const fields = call.query.list('fields');
  const unknown = fields.find((name) => !MEMBER_FIELDS.has(name));
  if (unknown !== undefined) throw new MarketoFault('1006', `Field '${unknown}' not found`);
  const matches = [...program.members.values()].filter((member) =>
    wanted
      ? wanted.includes(String(memberValue(program, member, filterType)))
      : member.updatedAt >= start && member.updatedAt <= end,
  );
  const page = pageOf(call, matches);
  const names = ['leadId', 'reachedSuccess', 'programId', 'acquiredBy', 'membershipDate', ...fields];
  return { ...page, result: page.result.map((member, seq) => ({ seq, ...viewMember(program, member, names) })) };
}

function programOf({ instance, path }: Call): Program {
  return instance.programs.get(Number(path.id));
}

import type { Call } from '../call';
import { MarketoFault } from '../errors';
import type { Instance } from '../instance';
import { MEMBER_FIELDS } from '../programs/fields';
import { STATUSES } from '../programs/store';
import type { Routes } from '../router';
import { checkValue } from '../validate';
import { noteFile } from './import-files';
import { importOf, MAX_IMPORT, parameter, startImport } from './import-job';
import { queued, status, writeLeads } from './import-leads';
import type { Result, Sent } from './import-rows';

const OBJECT = 'program/members';
const IMPORT = `/bulk/v1/${OBJECT}/import/{batchId}`;

/** Program member import (marketo-api §7.2): leads by their e-mail, which become members with the status given. */
export function memberImportRoutes(routes: Routes): void {
  routes.post('/bulk/v1/program/{programId}/members/import.json', 'Lead', start, { multipartLimit: MAX_IMPORT });
  routes.get(`${IMPORT}/status.json`, 'Lead', (call) => ({ result: [status(importOf(call, OBJECT))] }));
  routes.get(`${IMPORT}/failures.json`, 'Lead', (call) => noteFile(call.instance, importOf(call, OBJECT), 'Failure'));
  routes.get(`${IMPORT}/warnings.json`, 'Lead', (call) => noteFile(call.instance, importOf(call, OBJECT), 'Warning'));
}

function start(call: Call) {
  const { instance } = call;
  const program = instance.programs.get(Number(call.path.programId));
  const statusName = parameter(call, 'programMemberStatus');
  if (statusName === undefined) throw new MarketoFault('701', 'programMemberStatus cannot be blank');
  if (!STATUSES.some((one) => one === statusName)) throw new MarketoFault('1025', 'Program status not found');
  const job = startImport(call, {
    object: OBJECT,
    records: 'leads',
    fields: { get: (name) => instance.fields.get(name) ?? memberField(name) },
    keys: ['email'],
    keyless: "Value for lookup field 'email' not found",
    write: (records) => write(instance, program.id, statusName, records),
  });
  return { result: [queued(job)] };
}

/** The fields of a member that can be written. */
function memberField(name: string) {
  const field = MEMBER_FIELDS.get(name);
  return field && !field.readOnly ? field : undefined;
}

function write(instance: Instance, programId: number, statusName: string, records: Sent[]): Result[] {
  const request = { action: 'createOrUpdate', lookupField: 'email', partitionName: undefined } as const;
  const results = writeLeads(instance, request, records.map(withoutMemberFields(instance)));
  results.forEach(({ status: outcome, id }, index) => {
    if (outcome !== 'skipped') join(instance, programId, Number(id), statusName, records[index] ?? {});
  });
  return results;
}

function withoutMemberFields(instance: Instance): (sent: Sent) => Sent {
  const own = (name: string) => !instance.fields.get(name) && memberField(name) !== undefined;
  return (sent) => Object.fromEntries(Object.entries(sent).filter(([name]) => !own(name)));
}

/** A new member, or one that keeps the later of its two statuses. */
function join(instance: Instance, programId: number, leadId: number, statusName: string, sent: Sent): void {
  const { members } = instance.programs.get(programId);
  const now = instance.clock.now();
  const member = members.get(leadId) ?? { leadId, statusName, membershipDate: now, updatedAt: now, values: {} };
  const place = (name: string) => (STATUSES as readonly string[]).indexOf(name);
  if (place(statusName) > place(member.statusName)) member.statusName = statusName;
  for (const [name, value] of Object.entries(sent)) {
    const field = instance.fields.get(name) ? undefined : memberField(name);
    const checked = field && checkValue(field, value, instance.settings);
    if (checked && 'value' in checked) member.values = { ...member.values, [name]: checked.value };
  }
  member.updatedAt = now;
  members.set(leadId, member);
}

import type { Call } from '../call';
import { MarketoFault } from '../errors';
import { viewLead } from '../leads/view';
import { MEMBER_FIELDS } from '../programs/fields';
import type { Member } from '../programs/store';
import { memberValue } from '../programs/view';
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

/** All that are given must hold; engagement programs, whose members the vendor's other filters are about, are not simulated. */
const FILTERS = ['programId', 'programIds', 'statusNames', 'updatedAt'] as const;

/** Programs of one extract (marketo-api §7.3, bulk-program-member-extract). */
const MAX_PROGRAMS = 10;

/** Bulk program member extract: fields of the member and of its lead. */
export const memberExport: ExportKind = {
  path: '/bulk/v1/program/members',
  area: 'Lead',
  object: () => 'program/members',
  extract,
};

function extract({ instance }: Call, request: ExportRequest): Extract {
  const asked = readFields(
    request.fields,
    (name) => MEMBER_FIELDS.has(name) || instance.fields.get(name)?.rest === true,
  );
  const filter: Record<string, unknown> = Object.fromEntries(readFilter(request, FILTERS));
  const programs = readPrograms(filter).map((id) => instance.programs.get(id));
  const fields = filter.programIds === undefined ? asked : ['programId', ...asked];
  const wanted = selection(instance, filter);
  return {
    fields,
    headings: headingsOf(fields, request),
    *rows() {
      for (const program of programs) {
        for (const member of program.members.values()) {
          const lead = instance.leads.get(member.leadId);
          if (!lead || !wanted(member)) continue;
          const view = viewLead(instance, lead, fields);
          yield fields.map((name) => (MEMBER_FIELDS.has(name) ? memberValue(program, member, name) : view[name]));
        }
      }
    },
  };
}

/** Either one program or up to ten; those of several are told apart by a first column. */
function readPrograms({ programId, programIds }: Record<string, unknown>): number[] {
  if ((programId === undefined) === (programIds === undefined)) {
    throw new MarketoFault('1003', 'Either programId or programIds is required');
  }
  const ids = [programId ?? programIds].flat().map(Number);
  if (ids.length > MAX_PROGRAMS) throw new MarketoFault('1003', `At most ${MAX_PROGRAMS} programIds`);
  return ids;
}

function selection(instance: Call['instance'], filter: Record<string, unknown>): (member: Member) => boolean {
  if (filter.updatedAt !== undefined && !instance.settings.exportByUpdatedAt) throw unsupported();
  const range = filter.updatedAt === undefined ? undefined : readRange(instance, 'updatedAt', filter.updatedAt);
  const names = filter.statusNames === undefined ? undefined : [filter.statusNames].flat();
  return ({ statusName, updatedAt }) =>
    (names === undefined || names.includes(statusName)) && (range === undefined || within(range, updatedAt));
}

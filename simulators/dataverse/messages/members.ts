import { type ApiResponse, type Context, emptyAnswer } from '../context';
import { badPayload } from '../errors';
import { readBody } from '../write/handlers';
import { addMember, removeMember } from '../write/members';

/** `POST teams(id)/Microsoft.Dynamics.CRM.AddMembersTeam` with `Members`, all or nothing. */
export function addMembers(context: Context, teamId: string): ApiResponse {
  for (const user of members(context)) addMember(context.database, teamId, user, context.userId);
  return emptyAnswer();
}

/** `POST teams(id)/Microsoft.Dynamics.CRM.RemoveMembersTeam` with `Members`, all or nothing. */
export function removeMembers(context: Context, teamId: string): ApiResponse {
  for (const user of members(context)) removeMember(context.database, teamId, user, context.userId);
  return emptyAnswer();
}

function members(context: Context): string[] {
  const { Members: given } = readBody(context);
  if (!Array.isArray(given)) throw badPayload('The parameter Members is missing.');
  return given.map((member: unknown) => {
    const id = (member as Record<string, unknown> | null)?.systemuserid;
    if (typeof id !== 'string') throw badPayload('A member has no systemuserid.');
    return id.toLowerCase();
  });
}

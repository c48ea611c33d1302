import { randomUUID } from 'node:crypto';
import type { Database } from '../database';
import { noSuchRow } from '../errors';
import type { Row } from '../types';
import { updateRow } from './mutate';

const find = (database: Database, teamid: string, systemuserid: string): Row | undefined => {
  for (const row of database.store('teammembership').rows.values()) {
    if (row.teamid === teamid && row.systemuserid === systemuserid) return row;
  }
  return undefined;
};

/** Adds a user to a team. Gives the membership's id. */
export function addMember(database: Database, teamid: string, systemuserid: string, userId: string): string {
  if (!database.store('team').get(teamid)) throw noSuchRow('team', teamid);
  if (!database.store('systemuser').get(systemuserid)) throw noSuchRow('systemuser', systemuserid);
  const known = find(database, teamid, systemuserid);
  if (known) return known.teammembershipid as string;
  const teammembershipid = randomUUID();
  database.put(database.store('teammembership'), { teammembershipid, teamid, systemuserid });
  touchEnds(database, teamid, systemuserid, userId);
  return teammembershipid;
}

/** Takes a user out of a team. */
export function removeMember(database: Database, teamid: string, systemuserid: string, userId: string): string {
  const known = find(database, teamid, systemuserid);
  if (!known) throw noSuchRow('teammembership', `${teamid}/${systemuserid}`);
  database.remove(database.store('teammembership'), known.teammembershipid as string);
  touchEnds(database, teamid, systemuserid, userId);
  return known.teammembershipid as string;
}

/** Neither end's version moves (dataverse-api §9.4), unless the switch says so. */
function touchEnds(database: Database, teamid: string, systemuserid: string, userId: string): void {
  if (!database.settings.membershipMovesVersions) return;
  updateRow(database, database.store('team'), teamid, {}, userId);
  updateRow(database, database.store('systemuser'), systemuserid, {}, userId);
}

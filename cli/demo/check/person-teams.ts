import { target } from '../expected/line';
import { PERSON_TEAM } from '../expected/people';
import type { Row } from '../readers/dataverse';
import type { MarketoReader } from '../readers/marketo';
import { compareRecords } from './records';
import { Tally } from './result';
import type { Dynamics } from './world';

export const PERSON_TEAM_OBJECT = 'customobjects/microsoftPersonTeam';

/** People that a team owns have a record that leads to it: Marketo's own owner can only be a user. */
export async function checkPersonTeams(marketo: MarketoReader, dynamics: Dynamics): Promise<[Tally, Set<string>]> {
  const tally = new Tally('owning team');
  const owned = new Map<string, Row>();
  for (const entity of ['lead', 'contact']) {
    for (const [id, row] of dynamics.eligible(entity)) {
      if (target(row, dynamics, 'ownerid', 'team')) owned.set(id, { ...row, personid: id });
    }
  }
  const side = { object: PERSON_TEAM_OBJECT, key: 'microsoftId', lines: PERSON_TEAM };
  await compareRecords(marketo, dynamics, side, owned, tally);
  return [tally, new Set(owned.keys())];
}

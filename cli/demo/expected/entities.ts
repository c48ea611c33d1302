import type { Line } from './line';
import { ACCOUNT, OPPORTUNITY, ORDERLINE, SYSTEMUSER, TEAM, TEAMMEMBERSHIP } from './organisation';
import { CONTACT, LEAD } from './people';

export interface Expected {
  entity: string;
  /** Marketo's object. */
  object: string;
  /** The field that holds the row's id. */
  key: string;
  lines: Line[];
  /** Columns that decide whether the row goes, or that other rows' lines need. */
  also: string[];
}

/** Every entity but contact roles (check/roles.ts) and the people's teams (check/person-teams.ts), in the order of their lookups. */
export const EXPECTED: Expected[] = [
  {
    entity: 'systemuser',
    object: 'salespersons',
    key: 'externalSalesPersonId',
    lines: SYSTEMUSER,
    also: ['applicationid', 'accessmode', 'fullname'],
  },
  { entity: 'team', object: 'customobjects/microsoftTeam', key: 'microsoftId', lines: TEAM, also: [] },
  {
    entity: 'teammembership',
    object: 'customobjects/microsoftTeamMember',
    key: 'microsoftId',
    lines: TEAMMEMBERSHIP,
    also: [],
  },
  { entity: 'account', object: 'companies', key: 'externalCompanyId', lines: ACCOUNT, also: ['new_synctomkto'] },
  { entity: 'lead', object: 'leads', key: 'microsoftId', lines: LEAD, also: ['new_synctomkto'] },
  {
    entity: 'contact',
    object: 'leads',
    key: 'microsoftId',
    lines: CONTACT,
    also: ['new_synctomkto', '_originatingleadid_value'],
  },
  {
    entity: 'opportunity',
    object: 'opportunities',
    key: 'externalOpportunityId',
    lines: OPPORTUNITY,
    also: ['new_synctomkto', '_parentcontactid_value'],
  },
  {
    entity: 'new_orderline',
    object: 'customobjects/microsoftOrderLine',
    key: 'microsoftId',
    lines: ORDERLINE,
    also: ['new_synctomkto'],
  },
];

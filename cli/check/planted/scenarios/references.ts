import * as at from '../../stage/organisation';
import { contact, id, organisation, people } from '../../stage/organisation';
import type { Scenario } from '../scenario';

/** Rows that refer to each other. */
export const REFERENCES = {
  'an account comes after its contact': {
    rows: () => people([], [contact(1, { _parentcustomerid_value: at.ACCOUNT, _parentcustomerid_type: 'account' })]),
    async play({ begin, control }) {
      await begin();
      await control.editDynamics({ op: 'create', table: 'account', id: at.ACCOUNT, values: { name: 'Late Ltd' } });
    },
  },
  'a connection is deleted and an opportunity’s contact moves': {
    rows: organisation,
    async play({ begin, control, edit }) {
      await begin();
      await edit('opportunity', at.OPPORTUNITY, { _parentcontactid_value: at.CONTACT_OF_LEAD });
      await control.editDynamics({ op: 'delete', table: 'connection', id: id('cc', 1) });
    },
  },
  'an opportunity’s contact moves while a resync of the roles holds a page': {
    rows: organisation,
    async play({ begin, edit, service }) {
      await begin();
      await edit('opportunity', at.OPPORTUNITY, { _parentcontactid_value: at.CONTACT_OF_TEAM });
      await service.settle();
      service.between = async () => {
        service.between = undefined;
        await edit('opportunity', at.OPPORTUNITY, { _parentcontactid_value: at.CONTACT_OF_LEAD });
        await service.look();
        await service.workOff();
      };
      await service.reread('connection', 'resync');
      service.between = undefined;
    },
  },
  'a team is read whole again': {
    rows: organisation,
    async play({ begin, service }) {
      await begin();
      await service.reread('teammembership');
    },
  },
  'an opportunity is deleted': {
    rows: organisation,
    async play({ begin, control }) {
      await begin();
      await control.editDynamics({ op: 'delete', table: 'opportunity', id: at.OPPORTUNITY });
    },
  },
  'Marketo refuses the bridge to a team': {
    rows: organisation,
    async play({ control, service }) {
      await control.fault('marketo', {
        kind: 'skip',
        code: '1003',
        endpoint: 'POST /rest/v1/customobjects/{name}.json',
        contains: at.CONTACT_OF_TEAM,
        times: 1,
      });
      await service.cycle();
    },
  },
} satisfies Record<string, Scenario>;

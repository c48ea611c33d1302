import { contact, id, lead, people } from '../../stage/organisation';
import type { Scenario } from '../scenario';

const LEAD = id('1e', 1);
const CONTACT = id('c0', 1);
const OTHER_CONTACT = id('c0', 2);
const UPSERT = 'POST /rest/v1/leads.json';

const rows = () => people([lead(1), lead(2)], [contact(1), contact(2)]);

/** Between seeing a change and carrying it out. */
export const FEEDS = {
  'a row is too long to be read': {
    rows,
    async play({ begin, edit, control, service }) {
      await begin();
      await control.fault('dynamics', { kind: 'oversized', holds: 'a text of megabytes', endpoint: 'GET leads' });
      await edit('lead', LEAD, { subject: 'a text of megabytes' });
      await service.cycle();
      await service.cycle();
    },
  },
  'the worker dies before a change of Dynamics is written': {
    rows,
    async play({ begin, edit, service }) {
      await begin();
      await edit('lead', LEAD, { firstname: 'Changed' });
      service.mortal.dieAt({ method: 'journal.open', count: 1 });
      await service.cycle();
    },
  },
  'the worker dies before a change of Marketo is written': {
    rows,
    async play({ begin, market, service }) {
      await begin();
      await market(CONTACT, { phone: '+1 555 0100' });
      service.mortal.dieAt({ method: 'links.put', count: 1 });
      await service.cycle();
    },
  },
  'Marketo fails at one row of several': {
    rows,
    async play({ begin, edit, control, service }) {
      await begin();
      await control.fault('marketo', { kind: 'status', status: 503, endpoint: UPSERT, contains: 'Poison', times: 3 });
      await edit('lead', LEAD, { firstname: 'Poison' });
      await edit('contact', CONTACT, { firstname: 'Changed' });
      await service.cycle();
    },
  },
  'Dynamics refuses to read one row of several': {
    rows,
    async play({ begin, market, control, service }) {
      await begin();
      const refused = { kind: 'error', status: 400, code: '0x80040265' };
      await control.fault('dynamics', { ...refused, endpoint: 'GET contacts', contains: CONTACT, times: 4 });
      await market(CONTACT, { phone: '+1 555 0100' });
      await market(OTHER_CONTACT, { phone: '+1 555 0101' });
      await service.cycle();
    },
  },
  'the worker dies while it stores what a look has found': {
    rows,
    async play({ begin, edit, service }) {
      await begin();
      await edit('lead', LEAD, { firstname: 'Changed' });
      service.mortal.dieAt({ method: 'inbox.add', about: 'lead', count: 1 });
      await service.cycle();
    },
  },
  'a marketer edits while no worker runs': {
    rows,
    async play({ begin, market, pass, service }) {
      await begin();
      await pass(60_000);
      await market(LEAD, { lastName: 'Meanwhile' });
      await pass(60_000);
      await service.restart({ parent: true });
    },
  },
  'a change waits in the inbox while a resync settles a newer one': {
    rows,
    async play({ begin, edit, service }) {
      await begin();
      await edit('lead', LEAD, { firstname: 'Second' });
      await service.look([]);
      await edit('lead', LEAD, { firstname: 'Third' });
      await service.reread('lead', 'resync');
      await service.workOff();
    },
  },
  'a delta token expires while a row is deleted': {
    rows,
    async play({ begin, control, edit, pass, service }) {
      await begin();
      await control.editDynamics({ op: 'delete', table: 'lead', id: id('1e', 2) });
      await control.settings('dynamics', { expireTokens: ['lead'] });
      // The newest row is old enough to show that the new token dates from the first page.
      await edit('lead', LEAD, { firstname: 'Changed' });
      await pass(20 * 60_000);
      await service.cycle();
    },
  },
  'the delta feed tells everything twice': {
    rows: () => ({
      ...rows(),
      account: [{ accountid: id('ac', 1), name: 'Late Ltd' }],
      opportunity: [
        {
          opportunityid: id('0b', 1),
          name: 'Early',
          statecode: 0,
          statuscode: 1,
          _customerid_value: id('ac', 1),
          _customerid_type: 'account',
        },
      ],
    }),
    async play({ control, service }) {
      await control.settings('dynamics', { deltaOverlap: true });
      // Opportunities before their accounts: the reference waits, and is woken at the same row version.
      service.importOrder = ['opportunity', 'account'];
      await service.settle();
    },
  },
  'a row is deleted and restored between look and write': {
    rows,
    async play({ begin, control, service }) {
      await begin();
      await control.editDynamics({ op: 'delete', table: 'contact', id: CONTACT });
      await service.look([]);
      const { contactid, ...values } = contact(1) as Record<string, unknown>;
      await control.editDynamics({ op: 'create', table: 'contact', id: String(contactid), values });
      // Another table's look, so that the service could know of the restored row if it asked.
      await service.world.run('lookDynamics', ['lead']);
      await service.workOff();
    },
  },
} satisfies Record<string, Scenario>;

import { contact, id, lead, people } from '../../stage/organisation';
import type { Scenario } from '../scenario';

const LEAD = id('1e', 1);
const CONTACT = id('c0', 1);
const STRANGER = id('99', 1);

/** Which row belongs to which person. */
export const IDENTITY = {
  'two rows share an address': {
    rows: () =>
      people([lead(1, { emailaddress1: 'same@example.com' }), lead(2, { emailaddress1: 'same@example.com' })]),
    async play({ begin }) {
      await begin();
    },
  },
  'a person is deleted in Marketo, and its row edited': {
    rows: () => people([lead(1), lead(2)]),
    async play({ begin, control, edit, personId, service }) {
      await begin();
      await control.editMarketo({ op: 'delete', id: await personId(LEAD) });
      await service.settle();
      await edit('lead', LEAD, { firstname: 'Afterwards' });
    },
  },
  'a lead is qualified, and edited afterwards': {
    rows: () => people([lead(1)]),
    async play({ begin, control, edit, service }) {
      await begin();
      const { contactid: _id, ...values } = contact(1, {
        emailaddress1: 'lead1@example.com',
        _originatingleadid_value: LEAD,
      }) as Record<string, unknown>;
      await control.editDynamics(
        { op: 'update', table: 'lead', id: LEAD, values: { statecode: 1, statuscode: 3 } },
        { op: 'create', table: 'contact', id: CONTACT, values },
      );
      await service.settle();
      await edit('lead', LEAD, { jobtitle: 'Written by the lead' });
    },
  },
  'a contact is merged into another one': {
    rows: () => people([], [contact(1), contact(2)]),
    async play({ begin, control }) {
      await begin();
      await control.editDynamics({ op: 'merge', table: 'contact', winner: CONTACT, loser: id('c0', 2) });
    },
  },
  'another Marketo instance answers at the address': {
    rows: () => people([lead(1), lead(2)]),
    async play({ begin, control, edit, personId, service }) {
      await begin();
      // Small numbers are given out anew: strangers have the ids that ours had.
      for (const guid of [LEAD, id('1e', 2)]) {
        const values = { microsoftId: STRANGER, firstName: 'Another', email: `${guid.slice(-2)}@stranger.example.com` };
        await control.editMarketo({ op: 'update', id: await personId(guid), values });
      }
      await service.restart();
      for (const guid of [LEAD, id('1e', 2)]) await edit('lead', guid, { jobtitle: 'Edited' });
    },
  },
} satisfies Record<string, Scenario>;

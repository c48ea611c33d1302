import { contact, id, lead, people } from '../../stage/organisation';
import type { Scenario } from '../scenario';

const LEAD = id('1e', 1);
const CONTACT = id('c0', 1);

/** Which value holds, and which rows count. */
export const VALUES = {
  'rows are left to the filter’s default': {
    rows: () => people([lead(1, { new_synctomkto: null })], [contact(1, { new_synctomkto: true })]),
    async play({ begin }) {
      await begin();
    },
  },
  'a frozen row is edited on both sides, and set free': {
    rows: () => people([], [contact(1, { new_synctomkto: null })]),
    async play({ begin, edit, market, service }) {
      await begin();
      await edit('contact', CONTACT, { new_synctomkto: false, firstname: 'Hidden' });
      await service.settle();
      await market(CONTACT, { lastName: 'Unseen' });
      await service.settle();
      await edit('contact', CONTACT, { new_synctomkto: true });
    },
  },
  'a row is frozen, and its person edited before that is known': {
    rows: () => people([], [contact(1, { new_synctomkto: null })]),
    async play({ begin, edit, market, service }) {
      await begin();
      await edit('contact', CONTACT, { new_synctomkto: false });
      await market(CONTACT, { lastName: 'Unseen' });
      await service.world.run('lookMarketo', ['leadchanges']);
      await service.world.run('writeBack', 'contact');
    },
  },
  'a column is hidden for a while': {
    rows: () => people([], [contact(1, { mobilephone: '+44 20 7946 0001' })]),
    async play({ begin, control, edit, service }) {
      await begin();
      await control.settings('dynamics', { privileges: { denyColumns: ['contact.mobilephone'] } });
      await edit('contact', CONTACT, { firstname: 'Seen' });
      await service.settle();
      await control.settings('dynamics', { privileges: { denyColumns: [] } });
      service.world.deps.schema.forget();
    },
  },
  'options change, and the organisation has two languages': {
    rows: () => people([lead(1, { leadsourcecode: 8, leadqualitycode: 1 })], [contact(1)]),
    async play({ begin, edit }) {
      await begin();
      await edit('lead', LEAD, { leadqualitycode: 2 });
      await edit('contact', CONTACT, { preferredcontactmethodcode: 2 });
    },
  },
  'a person that opted out is adopted': {
    rows: () => people([lead(1, { donotbulkemail: false })], [contact(1, { donotbulkemail: false })]),
    async play({ control, service }) {
      await control.seedMarketo(
        { email: 'lead1@example.com', unsubscribed: true },
        { email: 'contact1@example.com', unsubscribed: true },
      );
      await service.cycle();
    },
  },
  'an instant is a day of Berlin’s': {
    config: {
      timeZone: 'Europe/Berlin',
      entities: { contact: { fields: [{ dynamics: 'new_seen', marketo: 'dateOfBirth', direction: 'both' }] } },
    },
    rows: () => people([], [contact(1)]),
    async play({ begin, control, edit, market, service }) {
      await control.schema('dynamics', { table: 'contact', do: 'addColumn', column: 'new_seen:t' });
      await begin();
      await edit('contact', CONTACT, { new_seen: '2026-05-01T22:00:00Z' });
      await service.settle();
      await market(CONTACT, { dateOfBirth: '2026-06-10' });
      await service.settle();
      await edit('contact', CONTACT, { new_seen: '2026-07-31T22:30:00Z' });
    },
  },
  'Marketo composes a decomposed text': {
    rows: () => people([lead(1, { jobtitle: 'Che\u0301f' })], [contact(1, { address1_city: 'Zu\u0308rich' })]),
    async play({ begin, control, edit, service }) {
      await control.settings('marketo', { composesText: true });
      await begin();
      await edit('lead', LEAD, { address1_city: 'Malmo\u0308' });
      await service.settle();
      await service.reread('lead', 'resync');
      await service.reread('contact', 'resync');
    },
  },
  'texts say false': {
    rows: () => people([lead(1, { jobtitle: 'false' })], [contact(1, { address1_city: 'false' })]),
    async play({ begin, edit }) {
      await begin();
      await edit('lead', LEAD, { address1_city: 'false' });
    },
  },
  'both sides edit one field of a person': {
    rows: () => people([], [contact(1)]),
    async play({ begin, edit, market }) {
      await begin();
      await edit('contact', CONTACT, { firstname: 'FromDynamics' });
      await market(CONTACT, { firstName: 'FromMarketo' });
    },
  },
  'edits each way, and the feed tells of our own': {
    rows: () => people([lead(1)], [contact(1)]),
    async play({ begin, control, edit, market }) {
      await begin();
      await control.settings('marketo', { sameValueActivity: true });
      await edit('lead', LEAD, { firstname: 'Changed' });
      await market(CONTACT, { title: 'Chief Buyer' });
    },
  },
  'a person that holds little is pushed': {
    rows: () => people([], [contact(1)]),
    async play({ begin, control, service }) {
      await begin();
      const ids = await control.seedMarketo({ lastName: 'Novak', email: 'novak@example.com' });
      const request = { entity: 'contact' as const, as: 'contact' as const, ids };
      await service.world.run('lookMarketo', [], {}, [{ id: 'planted', request }]);
      await service.settle();
    },
  },
  'a text is exactly as long as Marketo’s field': {
    rows: () => people([lead(1, { subject: 'x'.repeat(255) })], [contact(1)]),
    async play({ begin }) {
      await begin();
    },
  },
} satisfies Record<string, Scenario>;

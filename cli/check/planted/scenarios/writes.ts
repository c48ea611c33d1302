import { contact, id, lead, people } from '../../stage/organisation';
import type { Scenario } from '../scenario';

const LEAD = id('1e', 1);
const CONTACT = id('c0', 1);
const UPSERT = 'POST /rest/v1/leads.json';
const READ = 'GET /rest/v1/leads.json';
/** Long enough for an edit to fall into a call that is under way. */
const SLOW_MS = 1_500;
const HALF_WAY_MS = 500;

const rows = () => people([lead(1), lead(2), lead(3)], [contact(1)]);
const real = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Answers that are lost, refuse in part, or come when the world has moved on. */
export const WRITES = {
  'Marketo refuses one person of a batch': {
    rows: () => people([lead(1, { emailaddress1: 'dots..twice@example.com' }), lead(2)]),
    async play({ service }) {
      await service.cycle();
    },
  },
  'a row that Marketo refused is corrected': {
    rows: () => people([lead(1, { emailaddress1: 'dots..twice@example.com' }), lead(2)]),
    async play({ begin, edit }) {
      await begin();
      await edit('lead', LEAD, { emailaddress1: 'lead1@example.com' });
    },
  },
  'a plug-in in Dynamics refuses an edit of Marketo': {
    rows,
    async play({ begin, control, market, service }) {
      await begin();
      await control.settings('dynamics', { pluginAborts: ['contact'] });
      await market(CONTACT, { firstName: 'Forbidden' });
      await service.cycle();
    },
  },
  'a create is done and never answered': {
    // Without an address nothing but the GUID tells who is there.
    rows: () => people([lead(1), lead(2, { emailaddress1: null })]),
    async play({ control, service }) {
      await control.fault('marketo', { kind: 'reset-after', endpoint: UPSERT, times: 1 });
      await service.cycle();
    },
  },
  'an update is lost on its way': {
    rows,
    async play({ begin, control, edit, service }) {
      await begin();
      await edit('lead', LEAD, { firstname: 'Changed' });
      await control.fault('marketo', { kind: 'reset-before', endpoint: UPSERT, times: 1 });
      await service.cycle();
    },
  },
  'an attempt that was taken for dead wakes up': {
    rows,
    async play({ begin, control, edit, service }) {
      await begin();
      await edit('lead', LEAD, { firstname: 'Second' });
      await service.look([]);
      // It has read both sides, and hears of it late.
      await control.fault('marketo', { kind: 'slow-after', delayMs: SLOW_MS, endpoint: READ, times: 1 });
      const first = service.world.run('applyInbox', 'lead').catch(() => undefined);
      await real(HALF_WAY_MS);
      const second = await service.world.again();
      await edit('lead', LEAD, { firstname: 'Third' });
      await second.run('lookDynamics', ['lead']);
      await second.run('applyInbox', 'lead');
      await first;
      await second.close();
    },
  },
  'a user edits a row while it is written back': {
    rows,
    async play({ begin, control, edit, market, service }) {
      await begin();
      await market(CONTACT, { firstName: 'FromMarketo' });
      await service.world.run('lookMarketo', ['leadchanges']);
      await control.fault('marketo', { kind: 'slow', delayMs: SLOW_MS, endpoint: READ, times: 1 });
      const back = service.world.run('writeBack', 'contact');
      await real(HALF_WAY_MS);
      await edit('contact', CONTACT, { firstname: 'FromDynamics' });
      await back;
    },
  },
  'a marketer edits a person while it is written': {
    rows,
    async play({ begin, control, edit, market, service }) {
      await begin();
      await edit('lead', LEAD, { firstname: 'FromDynamics' });
      await service.look([]);
      // Marketo has no guard: the write overtakes an edit that was made after the person was read.
      await control.fault('marketo', { kind: 'slow', delayMs: SLOW_MS, endpoint: UPSERT, times: 1 });
      const write = service.world.run('applyInbox', 'lead');
      await real(HALF_WAY_MS);
      await market(LEAD, { firstName: 'FromMarketo' });
      await write;
    },
  },
  'both sides edit different fields of one person': {
    rows,
    async play({ begin, edit, market, service }) {
      await begin();
      await edit('lead', LEAD, { firstname: 'FromDynamics' });
      await market(LEAD, { lastName: 'FromMarketo' });
      // The way back comes first.
      await service.world.run('lookMarketo', ['leadchanges']);
      await service.world.run('writeBack', 'lead');
    },
  },
  'three new rows come at once, and one is edited in Marketo': {
    rows,
    async play({ begin, market }) {
      await begin();
      await market(id('1e', 2), { phone: '+1 555 0102' });
    },
  },
} satisfies Record<string, Scenario>;

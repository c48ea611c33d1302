import { Mortal } from '../../stage/mortal';
import * as at from '../../stage/organisation';
import { contact, id, lead, people } from '../../stage/organisation';
import { signal } from '../../stage/signal';
import type { Scenario, Scene } from '../scenario';

const LEAD = id('1e', 1);
const NEW = id('c0', 2);
/** Marketo tells of an edit within this time. */
const TOLD_MS = 20_000;

const newContact = (): Record<string, unknown> => {
  const { contactid: _id, ...values } = contact(2) as Record<string, unknown>;
  return values;
};

/** A new contact's person is made; before the worker claims it a marketer edits it, and then `meanwhile` happens. */
async function editBeforeClaim(scene: Scene, meanwhile: () => Promise<void>): Promise<void> {
  const { begin, control, market, pass, service } = scene;
  await begin();
  await control.editDynamics({ op: 'create', table: 'contact', id: NEW, values: newContact() });
  await service.look([]);
  service.mortal.interruptAt({ method: 'people.claim', count: 1 }, async () => {
    await market(NEW, { phone: '+1 555 0199' });
    await pass(TOLD_MS);
    await meanwhile();
  });
}

/** Others come in between, or the worker dies there. */
export const MEANWHILE = {
  'a person is edited and told of before it is claimed': {
    rows: () => people([], [contact(1)]),
    async play(scene) {
      const { service } = scene;
      await editBeforeClaim(scene, async () => {
        const poll = await service.world.again();
        await poll.run('lookMarketo', ['leadchanges']);
        await poll.close();
      });
      await service.workOff();
    },
  },
  'a person is claimed between the poll’s look and its note': {
    rows: () => people([], [contact(1)]),
    async play(scene) {
      const { service } = scene;
      const [claiming, claim] = signal();
      const [noting, note] = signal();
      const [written, write] = signal();
      await editBeforeClaim(scene, async () => {
        claim();
        await noting;
      });
      // The poll waits before its note until all is written; the writer goes on once the poll has come so far.
      const poll = async (): Promise<void> => {
        await claiming;
        const mortal = new Mortal();
        const world = await service.world.again({ mortal });
        mortal.interruptAt({ method: 'unowned.add', count: 1 }, async () => {
          note();
          await written;
        });
        await world.run('lookMarketo', ['leadchanges']).finally(note);
        await world.close();
      };
      const end = () => {
        claim();
        write();
      };
      await Promise.all([poll(), service.workOff().finally(end)]);
    },
  },
  'an account that Marketo refused is taken after all': {
    rows: () => ({
      ...people([], [contact(1, { _parentcustomerid_value: at.ACCOUNT, _parentcustomerid_type: 'account' })]),
      account: [{ accountid: at.ACCOUNT, name: 'Refused Ltd' }],
    }),
    async play({ begin, control, edit }) {
      const endpoint = 'POST /rest/v1/companies.json';
      // The first of the two that the service writes is none of ours.
      await control.fault('marketo', { kind: 'skip', code: '1003', endpoint, contains: at.ACCOUNT, times: 1 });
      await begin();
      await edit('account', at.ACCOUNT, { name: 'Accepted Ltd' });
    },
  },
  'an account comes while its contact is noted as waiting': {
    rows: () => people([], [contact(1, { _parentcustomerid_value: at.ACCOUNT, _parentcustomerid_type: 'account' })]),
    async play({ begin, control, service }) {
      service.mortal.interruptAt({ method: 'waiting.add', count: 1 }, async () => {
        await control.editDynamics({ op: 'create', table: 'account', id: at.ACCOUNT, values: { name: 'Just Ltd' } });
        const other = await service.world.again();
        await other.run('lookDynamics', ['account']);
        await other.run('applyInbox', 'account');
        await other.close();
      });
      await begin();
    },
  },
  'the worker dies before it queues what goes back': {
    rows: () => people([], [contact(1, { telephone1: null })]),
    async play({ control, service }) {
      await control.seedMarketo({ email: 'contact1@example.com', phone: '+1 555 0111' });
      service.mortal.dieAt({ method: 'inbox.add', about: 'contact', count: 1 });
      await service.cycle();
    },
  },
  'an attempt that was taken for dead lists a value that has been corrected': {
    rows: () => people([lead(1)], []),
    async play({ begin, edit, service }) {
      await begin();
      await edit('lead', LEAD, { subject: 'x'.repeat(300) });
      await service.look([]);
      service.mortal.interruptAt({ method: 'parked.settle', count: 1 }, async () => {
        const next = await service.world.again();
        await edit('lead', LEAD, { subject: 'Short' });
        await next.run('lookDynamics', ['lead']);
        await next.run('applyInbox', 'lead');
        await next.close();
      });
      await service.workOff();
    },
  },
} satisfies Record<string, Scenario>;

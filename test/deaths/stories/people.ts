import { CONTACT, id, LEAD } from '../../../cli/check/stage/organisation';
import type { Memory } from '../../truth/memory/stage';
import type { Fault } from '../../truth/step';
import { circumstances, live, type Story } from '../story';

const PERSONS = circumstances('persons');
const NEW = id('00', 77);

type Kind = 'lead' | 'contact';
const GUID: Record<Kind, string> = { lead: LEAD, contact: CONTACT };
const KINDS = ['lead', 'contact'] as const;

const update = (memory: Memory, table: Kind, values: object, guid = GUID[table]) =>
  memory.editDynamics({ op: 'update', table, id: guid, values });

/** Of the person that carries the row's id, or has that address; nothing where there is none. */
async function editPerson(memory: Memory, which: { row?: string; email?: string }, values: object): Promise<void> {
  const found = (await memory.records()).find(
    ({ microsoftId, email }) =>
      (which.row !== undefined && String(microsoftId).toLowerCase() === which.row) ||
      (which.email !== undefined && email === which.email),
  );
  if (found) await memory.editMarketo({ op: 'update', id: Number(found.id), values });
}

const bothSides = (kind: Kind) => async (memory: Memory) => {
  await update(memory, kind, { telephone1: '+1 555 0177' });
  await editPerson(memory, { row: GUID[kind] }, { title: 'Head of campaign' });
};

const of = (kind: Kind, make: (kind: Kind) => Omit<Story, 'kind'>): Story => ({ kind, ...make(kind) });
const ofEach = (make: (kind: Kind) => Omit<Story, 'kind'>): Story[] => KINDS.map((kind) => of(kind, make));

/** Longer than a call without an answer may still be carried out (activities/writer.ts). */
const LOST_MS = 200_000;

/** The first call of that kind fails so. */
function once(operation: string, fault: Fault): Memory['wire']['rule'] {
  let met = false;
  return (call) => {
    if (met || call.operation !== operation) return undefined;
    met = true;
    return fault;
  };
}

/** An address that nobody has yet, and the row of somebody who comes with it. */
const COMER = 'comer@example.com';
const comer = (kind: Kind) => ({
  op: 'create',
  table: kind,
  id: NEW,
  values: { firstname: 'New', lastname: 'Comer', emailaddress1: COMER, jobtitle: 'Buyer' },
});

export const PEOPLE_STORIES: readonly Story[] = [
  ...ofEach((kind) => ({
    name: `an edit of a ${kind}`,
    circumstances: PERSONS,
    act: (memory) => update(memory, kind, { jobtitle: 'Buyer in chief', firstname: 'Anne' }),
    work: live,
    edits: bothSides(kind),
  })),
  ...ofEach((kind) => ({
    name: `an edit of a ${kind}'s person`,
    circumstances: PERSONS,
    act: (memory) => editPerson(memory, { row: GUID[kind] }, { title: 'Buyer in chief' }),
    work: live,
    edits: (memory) => update(memory, kind, { jobtitle: 'Purchaser', address1_city: 'Perth' }),
  })),
  of('contact', (kind) => ({
    name: `a new ${kind}, whose person is edited as soon as it is there`,
    circumstances: circumstances('persons', { adoption: 'create' }),
    act: async (memory) => {
      await memory.editDynamics(comer(kind));
      await update(memory, kind, { jobtitle: 'Other' });
    },
    work: live,
    edits: (memory) => editPerson(memory, { email: COMER }, { title: 'Head of campaign' }),
  })),
  of('lead', (kind) => ({
    name: `a new ${kind} that adopts a person`,
    circumstances: PERSONS,
    act: async (memory) => {
      await memory.editMarketo({ op: 'create', values: { email: COMER, firstName: 'Form', phone: '+1 555 0178' } });
      await memory.editDynamics(comer(kind));
    },
    work: live,
    edits: (memory) => editPerson(memory, { email: COMER }, { title: 'Head of campaign' }),
  })),
  of('contact', (kind) => ({
    name: `a new ${kind} of which nobody was told that its person is made, nor can all of that call be looked into`,
    circumstances: PERSONS,
    act: async (memory, service) => {
      await memory.editDynamics(comer(kind));
      memory.wire.rule = once('leads.sync', 'lost');
      await live(service);
      await memory.pass(LOST_MS);
      memory.wire.rule = once('leads.read', 'refused');
    },
    work: live,
    edits: (memory) => editPerson(memory, { email: COMER }, { title: 'Head of campaign' }),
  })),
  of('contact', (kind) => ({
    name: `a ${kind} that is deleted`,
    circumstances: PERSONS,
    act: (memory) => memory.editDynamics({ op: 'delete', table: kind, id: GUID[kind] }),
    work: live,
    edits: (memory) => editPerson(memory, { row: GUID[kind] }, { title: 'Head of campaign' }),
  })),
  of('lead', (kind) => ({
    name: `a ${kind} whose person is deleted`,
    circumstances: PERSONS,
    act: async (memory) => {
      const found = (await memory.records()).find(({ microsoftId }) => microsoftId === GUID[kind]);
      await memory.editMarketo({ op: 'delete', id: Number(found?.id) });
    },
    work: live,
    edits: (memory) => update(memory, kind, { jobtitle: 'Purchaser' }),
  })),
  of('contact', (kind) => ({
    name: `a ${kind} that is switched off and edited, then on`,
    circumstances: PERSONS,
    before: async (memory, service) => {
      await update(memory, kind, { new_synctomkto: false });
      await service.settle();
      await update(memory, kind, { jobtitle: 'Purchaser' });
      await editPerson(memory, { row: GUID[kind] }, { firstName: 'Annie' });
      await service.settle();
    },
    act: (memory) => update(memory, kind, { new_synctomkto: true }),
    work: live,
    edits: bothSides(kind),
  })),
  of('lead', (kind) => ({
    name: `a resync of ${kind}s that differ on both sides`,
    circumstances: PERSONS,
    act: bothSides(kind),
    work: (service) => service.reread(kind, 'resync'),
    edits: async (memory) => {
      await update(memory, kind, { address1_city: 'Perth' });
      await editPerson(memory, { row: GUID[kind] }, { phone: '+1 555 0179' });
    },
  })),
  of('contact', (kind) => ({
    name: `a person that is pushed as a ${kind}`,
    circumstances: PERSONS,
    act: async (memory, service) => {
      await memory.editMarketo({ op: 'create', values: { email: COMER, firstName: 'Form', lastName: 'Fill' } });
      const ids = (await memory.records()).flatMap(({ id: one, email }) => (email === COMER ? [Number(one)] : []));
      await service.world.deps.store.pushRequests.add('push', { entity: kind, as: kind, ids });
    },
    work: live,
    edits: (memory) => editPerson(memory, { email: COMER }, { title: 'Head of campaign' }),
  })),
  {
    kind: 'lead',
    name: 'a lead that is qualified into a new contact',
    circumstances: PERSONS,
    act: (memory) =>
      memory.editDynamics(
        { op: 'update', table: 'lead', id: LEAD, values: { statecode: 1, statuscode: 3 } },
        {
          op: 'create',
          table: 'contact',
          id: NEW,
          values: { firstname: 'Greta', lastname: 'Lind', _originatingleadid_value: LEAD },
        },
      ),
    work: live,
    edits: (memory) => editPerson(memory, { row: LEAD }, { title: 'Head of campaign' }),
  },
  {
    kind: 'contact',
    name: 'two contacts that are merged',
    circumstances: PERSONS,
    act: (memory) => memory.editDynamics({ op: 'merge', table: 'contact', winner: CONTACT, loser: id('c0', 4) }),
    work: live,
    edits: bothSides('contact'),
  },
  {
    kind: 'people',
    name: 'the first import',
    circumstances: PERSONS,
    fromTheStart: true,
    act: async () => undefined,
    work: (service) => service.cycle(),
    edits: bothSides('contact'),
  },
];

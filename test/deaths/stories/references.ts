import { ACCOUNT, CONTACT, id, OPPORTUNITY, ORDER_LINE } from '../../../cli/check/stage/organisation';
import { LINE_NOTE } from '../../truth/circumstances';
import type { Memory } from '../../truth/memory/stage';
import { circumstances, live, type Story } from '../story';

const NEW = id('00', 99);
const ALL = circumstances('all');
const update = (memory: Memory, table: string, guid: string, values: object) =>
  memory.editDynamics({ op: 'update', table, id: guid, values });

/** Rows that are not synced: nothing waits for them aloud, but they may be switched on. */
const TARGETS: Readonly<Record<string, object>> = {
  account: { name: 'New Optics' },
  contact: { firstname: 'Late', lastname: 'Comer', emailaddress1: 'late@example.com' },
  new_orderline: { new_name: 'SO3 line 1', new_product: 'Lens 85 mm', _new_contactid_value: CONTACT },
};

const WHEN = ['later', 'meanwhile'] as const;
type When = (typeof WHEN)[number];

/** A row comes to refer to another one that is switched on afterwards, or in the middle of it. */
function referring(
  table: string,
  guid: string,
  target: string,
  values: object,
  when: readonly When[] = ['later'],
): Story[] {
  const story = (name: When, on: Pick<Story, 'edits' | 'afterwards'>): Story => ({
    kind: table,
    name: `a row of ${table} that refers to a row of ${target}, which is switched on ${name}`,
    circumstances: ALL,
    before: async (memory, service) => {
      const made = { ...TARGETS[target], new_synctomkto: false };
      await memory.editDynamics({ op: 'create', table: target, id: NEW, values: made });
      await service.cycle();
    },
    act: (memory) => update(memory, table, guid, values),
    work: live,
    ...on,
  });
  const switchOn = (memory: Memory) => update(memory, target, NEW, { new_synctomkto: true });
  const stories = [
    story('later', {
      afterwards: async (memory, service) => {
        await service.cycle();
        await service.cycle();
        await switchOn(memory);
      },
    }),
    story('meanwhile', { edits: switchOn, afterwards: switchOn }),
  ];
  return stories.slice(0, when.length);
}

/** A row that another one waits for is switched on: the other is woken. */
function awaited(target: string, table: string, guid: string, values: object): Story {
  return {
    kind: target,
    name: `a row of ${target} that a row of ${table} waits for is switched on`,
    circumstances: ALL,
    before: async (memory, service) => {
      const made = { ...TARGETS[target], new_synctomkto: false };
      await memory.editDynamics({ op: 'create', table: target, id: NEW, values: made });
      await update(memory, table, guid, values);
      for (let cycle = 0; cycle < 2; cycle += 1) await service.cycle();
    },
    act: (memory) => update(memory, target, NEW, { new_synctomkto: true }),
    work: live,
  };
}

export const REFERENCE_STORIES: readonly Story[] = [
  ...referring(
    'contact',
    CONTACT,
    'account',
    { _parentcustomerid_value: NEW, _parentcustomerid_type: 'account' },
    WHEN,
  ),
  ...referring('opportunity', OPPORTUNITY, 'account', { _customerid_value: NEW, _customerid_type: 'account' }),
  ...referring('opportunity', OPPORTUNITY, 'contact', { _customerid_value: NEW, _customerid_type: 'contact' }),
  ...referring('connection', OPPORTUNITY, 'contact', { _parentcontactid_value: NEW }).map((story) => ({
    ...story,
    act: (memory: Memory) => update(memory, 'opportunity', OPPORTUNITY, { _parentcontactid_value: NEW }),
  })),
  ...referring('new_orderline', ORDER_LINE, 'contact', { _new_contactid_value: NEW }, WHEN),
  ...referring('new_linenote', LINE_NOTE, 'new_orderline', { _new_orderlineid_value: NEW }),
  awaited('account', 'contact', CONTACT, { _parentcustomerid_value: NEW, _parentcustomerid_type: 'account' }),
  awaited('contact', 'opportunity', OPPORTUNITY, { _customerid_value: NEW, _customerid_type: 'contact' }),
  awaited('new_orderline', 'new_linenote', LINE_NOTE, { _new_orderlineid_value: NEW }),
  {
    kind: 'contact',
    name: 'a contact whose account is another one: its opportunities follow',
    circumstances: ALL,
    before: async (memory, service) => {
      await memory.editDynamics({ op: 'create', table: 'account', id: NEW, values: TARGETS.account });
      await service.cycle();
    },
    act: (memory) => update(memory, 'contact', CONTACT, { _parentcustomerid_value: NEW }),
    work: live,
    edits: (memory) => update(memory, 'contact', CONTACT, { _parentcustomerid_value: ACCOUNT }),
  },
];

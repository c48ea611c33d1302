import {
  ACCOUNT,
  CONTACT,
  CONTACT_OF_TEAM,
  id,
  MEMBERSHIP,
  OPPORTUNITY,
  OPPORTUNITY_OF_CONTACT,
  ORDER_LINE,
  TEAM,
  USER,
} from '../../../cli/check/stage/organisation';
import { LINE_NOTE } from '../../truth/circumstances';
import type { Memory } from '../../truth/memory/stage';
import { circumstances, live, type Story } from '../story';

/** A row of each kind that goes one way: how it is edited, once and once more, and made. */
interface Kind {
  table: string;
  guid: string;
  values: object;
  later: object;
  /** Left out where a new one is like any other. */
  made?: object;
}
const NEW = id('00', 88);

const KINDS: readonly Kind[] = [
  {
    table: 'account',
    guid: ACCOUNT,
    values: { address1_city: 'Perth' },
    later: { address1_city: 'Oban' },
  },
  {
    table: 'systemuser',
    guid: USER,
    values: { title: 'Director' },
    later: { title: 'Chair' },
  },
  {
    table: 'team',
    guid: TEAM,
    values: { description: 'South of it' },
    later: { description: 'East of it' },
  },
  {
    table: 'opportunity',
    guid: OPPORTUNITY,
    values: { estimatedvalue: 30_000 },
    later: { estimatedvalue: 40_000 },
    made: { name: 'Frames', _customerid_value: ACCOUNT, _customerid_type: 'account', statecode: 0, statuscode: 1 },
  },
  {
    table: 'new_orderline',
    guid: ORDER_LINE,
    values: { new_quantity: 4 },
    later: { new_quantity: 5 },
    made: { new_name: 'SO2 line 1', new_product: 'Lens 35 mm', _new_contactid_value: CONTACT },
  },
  {
    table: 'new_linenote',
    guid: LINE_NOTE,
    values: { new_text: 'Send apart' },
    later: { new_text: 'Keep' },
    made: { new_text: 'Wrap it', _new_orderlineid_value: ORDER_LINE },
  },
];

const ALL = circumstances('all');
const update = (memory: Memory, table: string, guid: string, values: object) =>
  memory.editDynamics({ op: 'update', table, id: guid, values });

const fresh = (table: string, values: object, later: object): Story => ({
  kind: table,
  name: `a new row of ${table}`,
  circumstances: ALL,
  act: (memory) => memory.editDynamics({ op: 'create', table, id: NEW, values }),
  work: live,
  edits: (memory) => update(memory, table, NEW, later),
});

const storiesOf = ({ table, guid, values, later, made }: Kind): Story[] => [
  {
    kind: table,
    name: `an edit of ${table}`,
    circumstances: ALL,
    act: (memory) => update(memory, table, guid, values),
    work: live,
    edits: (memory) => update(memory, table, guid, later),
  },
  ...(made ? [fresh(table, { ...made, ...values }, later)] : []),
  {
    kind: table,
    name: `a resync of ${table}`,
    circumstances: ALL,
    act: (memory) => update(memory, table, guid, values),
    work: (service) => service.reread(table, 'resync'),
    edits: (memory) => update(memory, table, guid, later),
  },
];

const deleted = (table: string, guid: string): Story => ({
  kind: table,
  name: `a row of ${table} that is deleted`,
  circumstances: ALL,
  act: (memory) => memory.editDynamics({ op: 'delete', table, id: guid }),
  work: async (service) => {
    await live(service);
    await service.rereadUntracked();
  },
});

const connect = (contact: string, opportunity = OPPORTUNITY) => ({
  op: 'create',
  table: 'connection',
  values: {
    _record1id_value: opportunity,
    _record1id_type: 'opportunity',
    _record2id_value: contact,
    _record2id_type: 'contact',
    _record2roleid_value: id('d0', 1),
  },
});

export const OBJECT_STORIES: readonly Story[] = [
  ...KINDS.flatMap(storiesOf),
  deleted('opportunity', OPPORTUNITY_OF_CONTACT),
  deleted('new_linenote', LINE_NOTE),
  deleted('teammembership', MEMBERSHIP),
  deleted('connection', id('cc', 1)),
  {
    kind: 'teammembership',
    name: 'a user who joins a team',
    circumstances: ALL,
    act: (memory) =>
      memory.editDynamics({
        op: 'create',
        table: 'teammembership',
        id: NEW,
        values: { teamid: TEAM, systemuserid: USER },
      }),
    work: (service) => service.rereadUntracked(),
  },
  {
    kind: 'connection',
    name: 'a contact that gets a role',
    circumstances: ALL,
    act: (memory) => memory.editDynamics(connect(CONTACT)),
    work: live,
    edits: (memory) => update(memory, 'opportunity', OPPORTUNITY, { _parentcontactid_value: CONTACT_OF_TEAM }),
  },
  {
    kind: 'connection',
    name: 'an opportunity whose contact is another one',
    circumstances: ALL,
    act: (memory) => update(memory, 'opportunity', OPPORTUNITY, { _parentcontactid_value: CONTACT_OF_TEAM }),
    work: live,
    edits: (memory) => update(memory, 'opportunity', OPPORTUNITY, { _parentcontactid_value: id('c0', 4) }),
  },
  {
    kind: 'connection',
    name: 'a resync of roles',
    circumstances: ALL,
    act: (memory) => memory.editDynamics(connect(CONTACT)),
    work: (service) => service.reread('connection', 'resync'),
    edits: (memory) => update(memory, 'opportunity', OPPORTUNITY, { _parentcontactid_value: CONTACT_OF_TEAM }),
  },
  {
    kind: 'all',
    name: 'the first import of everything',
    circumstances: ALL,
    fromTheStart: true,
    act: async () => undefined,
    work: (service) => service.cycle(),
    edits: (memory) => update(memory, 'account', ACCOUNT, { address1_city: 'Oban' }),
  },
];

import type { Call } from './call';
import { stamp } from './envelope';
import { MarketoFault, reason } from './errors';
import { requestedFields } from './leads/read';
import { readyLead } from './leads/ready';
import { leadIds } from './leads/remove';
import { answerLead } from './leads/view';
import { pageOf } from './objects/schema-fields';
import type { Routes } from './router';

interface StaticList {
  id: number;
  name: string;
  members: Set<number>;
}

const BORN = Date.UTC(2020, 0, 1);

/** Two static lists and their members (marketo-api §6.5). */
export class StaticLists {
  private lists: StaticList[] = [
    { id: 1001, name: 'Newsletter', members: new Set() },
    { id: 1002, name: 'Trade fair', members: new Set() },
  ];

  all(): StaticList[] {
    return this.lists;
  }

  get(id: number): StaticList {
    const list = this.lists.find((one) => one.id === id);
    if (!list) throw new MarketoFault('1013', 'List not found');
    return list;
  }

  members(id: number): ReadonlySet<number> {
    return this.get(id).members;
  }

  removeLead(leadId: number): void {
    for (const list of this.lists) list.members.delete(leadId);
  }
}

/** Lists, their leads, and adding, removing and asking for members (marketo-api §6.5). */
export function listRoutes(routes: Routes): void {
  routes.get('/rest/v1/lists.json', 'Lead', (call) => pageOf(call, wantedLists(call).map(shape)));
  routes.get('/rest/v1/lists/{id}.json', 'Lead', (call) => ({ result: [shape(listOf(call))] }));
  for (const url of ['/rest/v1/list/{id}/leads.json', '/rest/v1/lists/{id}/leads.json']) {
    routes.get(url, 'Lead', leadsOf);
  }
  routes.get('/rest/v1/leads/{id}/listMembership.json', 'Assets', (call) => {
    const id = Number(call.path.id);
    if (!call.instance.leads.get(id)) throw new MarketoFault('1004');
    const lists = call.instance.lists.all().filter(({ members }) => members.has(id));
    return pageOf(
      call,
      lists.map((list) => ({ listId: list.id, createdAt: stamp(BORN), updatedAt: stamp(BORN) })),
    );
  });
  routes.post('/rest/v1/lists/{id}/leads.json', 'Lead', (call) => {
    const { members } = listOf(call);
    return each(call, (id) => {
      members.add(id);
      return { id, status: 'added' };
    });
  });
  routes.delete('/rest/v1/lists/{id}/leads.json', 'Lead', (call) => {
    const { members } = listOf(call);
    return each(call, (id) =>
      members.delete(id) ? { id, status: 'removed' } : { id, status: 'skipped', reasons: [reason('1015')] },
    );
  });
  routes.get('/rest/v1/lists/{id}/leads/ismember.json', 'Lead', (call) => {
    const { members } = listOf(call);
    return each(call, (id) => ({ id, status: members.has(id) ? 'memberof' : 'notmemberof' }));
  });
}

function listOf(call: Call): StaticList {
  return call.instance.lists.get(Number(call.path.id));
}

function wantedLists({ instance, query }: Call): StaticList[] {
  const ids = query.list('id').map(Number);
  const names = query.list('name');
  const workspaces = query.list('workspaceName');
  if (query.get('programName') !== undefined) return []; // no list here belongs to a program
  return instance.lists
    .all()
    .filter((list) => ids.length === 0 || ids.includes(list.id))
    .filter((list) => names.length === 0 || names.includes(list.name))
    .filter(() => workspaces.length === 0 || workspaces.includes('Default'));
}

function leadsOf(call: Call) {
  const names = requestedFields(call);
  const page = pageOf(call, [...listOf(call).members]);
  const leads = page.result.flatMap((id) => readyLead(call.instance, id) ?? []);
  return { ...page, result: leads.map((lead) => answerLead(call.instance, lead, names)) };
}

function each(call: Call, act: (id: number) => Record<string, unknown>) {
  return {
    result: leadIds(call).map((sent) => {
      const id = Number(sent);
      return readyLead(call.instance, id) ? act(id) : { id, status: 'skipped', reasons: [reason('1004')] };
    }),
  };
}

function shape({ id, name }: StaticList) {
  return { id, name, workspaceName: 'Default', createdAt: stamp(BORN), updatedAt: stamp(BORN) };
}

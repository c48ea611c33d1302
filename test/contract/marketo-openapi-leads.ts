import { type Drive, id, NOBODY, named, plain, post, query, remove, stats, sync } from './marketo-openapi-drive';

/** How each operation of leads, lists, programs and statistics is driven; keys are those of the vendor's file. */
export const LEAD_DRIVES: Record<string, Drive> = {
  'GET /rest/v1/lead/{leadId}.json': {
    good: (world) => world.get(`lead/${id(world)}.json`),
    bad: (world) => world.get(`lead/${NOBODY}.json`),
    code: '1004',
  },
  'GET /rest/v1/leads.json': {
    good: (world) => world.get('leads.json', { filterType: 'email', filterValues: 'a@x.example', fields: 'id,city' }),
    bad: (world) => world.get('leads.json', { filterType: 'city', filterValues: 'Graz' }),
    code: '1011',
  },
  'POST /rest/v1/leads.json': sync('leads.json', { email: 'd@x.example' }),
  'POST /rest/v1/leads/delete.json': remove(
    'leads/delete.json',
    (world) => ({ id: world.leads[1] }),
    { id: NOBODY },
    '1004',
  ),
  'GET /rest/v1/leads/describe.json': plain('leads/describe.json'),
  'GET /rest/v1/leads/describe2.json': plain('leads/describe2.json'),
  'GET /rest/v1/leads/partitions.json': plain('leads/partitions.json'),
  'POST /rest/v1/leads/partitions.json': {
    good: (world) => world.post('leads/partitions.json', { input: [{ id: world.leads[0], partitionName: 'Europe' }] }),
    bad: (world) => world.post('leads/partitions.json', { input: [{ id: world.leads[0], partitionName: 'Moon' }] }),
    code: '1008',
  },
  'GET /rest/v1/leads/schema/fields.json': plain('leads/schema/fields.json'),
  'POST /rest/v1/leads/schema/fields.json': post(
    'leads/schema/fields.json',
    { input: [{ displayName: 'Shoe size', name: 'shoeSize', dataType: 'integer' }] },
    { input: [{ displayName: 'Notes', name: 'notes', dataType: 'text' }] },
    '1003',
  ),
  'GET /rest/v1/leads/schema/fields/{fieldApiName}.json': named('leads/schema/fields/*.json', 'email', '1006'),
  'POST /rest/v1/leads/schema/fields/{fieldApiName}.json': post(
    'leads/schema/fields/microsoftId.json',
    { input: [{ displayName: 'Dynamics Id' }] },
    { input: [{ dataType: 'integer' }] },
    '1003',
  ),
  'GET /rest/v1/leads/{leadId}/listMembership.json': {
    good: (world) => world.get(`leads/${id(world)}/listMembership.json`),
    bad: (world) => world.get(`leads/${NOBODY}/listMembership.json`),
    code: '1004',
  },
  'POST /rest/v1/leads/push.json': post(
    'leads/push.json',
    { programName: 'Webinar', lookupField: 'email', input: [{ email: 'd@x.example' }] },
    { programName: 'Nothing', lookupField: 'email', input: [{ email: 'd@x.example' }] },
    '1013',
  ),
  'POST /rest/v1/leads/{leadId}/associate.json': {
    good: (world) => world.post(`leads/${id(world)}/associate.json`, {}, '?cookie=id:123-SIM-456'),
    bad: (world) => world.post(`leads/${id(world)}/associate.json`),
    code: '701',
  },
  'POST /rest/v1/leads/{leadId}/merge.json': {
    good: (world) => world.post(`leads/${id(world)}/merge.json`, {}, `?leadIds=${id(world, 1)}`),
    bad: (world) => world.post(`leads/${id(world)}/merge.json`, {}, `?leadId=${NOBODY}`),
    code: '1004',
  },
  'GET /rest/v1/list/{listId}/leads.json': named('list/*/leads.json', '1001', '1013'),
  'GET /rest/v1/lists.json': plain('lists.json'),
  'GET /rest/v1/lists/{listId}.json': named('lists/*.json', '1001', '1013'),
  'DELETE /rest/v1/lists/{listId}/leads.json': {
    good: (world) => world.delete('lists/1001/leads.json', { id: id(world) }),
    bad: (world) => world.delete('lists/1001/leads.json', { id: id(world, 1) }),
    code: '1015',
  },
  'GET /rest/v1/lists/{listId}/leads.json': named('lists/*/leads.json', '1001', '1013'),
  'POST /rest/v1/lists/{listId}/leads.json': {
    good: (world) => world.post('lists/1001/leads.json', { input: [{ id: world.leads[1] }] }),
    bad: (world) => world.post('lists/1001/leads.json', { input: [{ id: NOBODY }] }),
    code: '1004',
  },
  'GET /rest/v1/lists/{listId}/leads/ismember.json': {
    good: (world) => world.get('lists/1001/leads/ismember.json', { id: `${id(world)},${id(world, 1)}` }),
    bad: (world) => world.get('lists/1001/leads/ismember.json', { id: String(NOBODY) }),
    code: '1004',
  },
  'GET /rest/v1/programs/members/describe.json': plain('programs/members/describe.json'),
  'GET /rest/v1/programs/{programId}/members.json': query('programs/1001/members.json', 'leadId', (world) => id(world)),
  'POST /rest/v1/programs/{programId}/members.json': sync('programs/1001/members.json', (world) => ({
    leadId: world.leads[0],
    registrationCode: 'R1',
  })),
  'POST /rest/v1/programs/{programId}/members/delete.json': remove(
    'programs/1001/members/delete.json',
    (world) => ({ leadId: world.leads[0] }),
    { leadId: NOBODY },
    '1004',
  ),
  'POST /rest/v1/programs/{programId}/members/status.json': {
    good: (world) =>
      world.post('programs/1001/members/status.json', {
        statusName: 'Attended',
        input: [{ leadId: world.leads[0] }],
      }),
    bad: (world) =>
      world.post('programs/1001/members/status.json', { statusName: 'Invited', input: [{ leadId: world.leads[0] }] }),
    code: '1037',
  },
  'GET /rest/v1/stats/errors.json': stats('stats/errors.json'),
  'GET /rest/v1/stats/errors/last7days.json': stats('stats/errors/last7days.json'),
  'GET /rest/v1/stats/usage.json': stats('stats/usage.json'),
  'GET /rest/v1/stats/usage/last7days.json': stats('stats/usage/last7days.json'),
};

import { type Drive, feed, NOBODY, named, onType, plain, post } from './marketo-openapi-drive';
import { externalType } from './marketo-openapi-world';

const attribute = { attributes: [{ apiName: 'place', name: 'Town', dataType: 'string' }] };
const EXTERNAL = 'activities/external/type/*';

/** How each operation of activities is driven; keys are those of the vendor's file. */
export const ACTIVITY_DRIVES: Record<string, Drive> = {
  'GET /rest/v1/activities.json': {
    good: (world) => world.get('activities.json', feed(world, { activityTypeIds: '12,13' })),
    bad: (world) => world.get('activities.json', feed(world)),
    code: '701',
  },
  'GET /rest/v1/activities/deletedleads.json': {
    good: (world) => world.get('activities/deletedleads.json', feed(world)),
    bad: (world) => world.get('activities/deletedleads.json', { nextPageToken: 'AAAA' }),
    code: '1003',
  },
  'POST /rest/v1/activities/external.json': {
    good: (world) => world.post('activities/external.json', { input: [visit(world.leads[0])] }),
    bad: (world) => world.post('activities/external.json', { input: [visit(NOBODY)] }),
    code: '1004',
  },
  'POST /rest/v1/activities/external/type.json': post(
    'activities/external/type.json',
    externalType('party'),
    { apiName: 'party' },
    '701',
  ),
  'POST /rest/v1/activities/external/type/{apiName}.json': onType(`${EXTERNAL}.json`, 'visit', externalType('visit')),
  'POST /rest/v1/activities/external/type/{apiName}/approve.json': onType(`${EXTERNAL}/approve.json`, 'call'),
  'POST /rest/v1/activities/external/type/{apiName}/attributes/create.json': onType(
    `${EXTERNAL}/attributes/create.json`,
    'call',
    { attributes: [{ apiName: 'length', name: 'Length', dataType: 'integer' }] },
  ),
  'POST /rest/v1/activities/external/type/{apiName}/attributes/delete.json': onType(
    `${EXTERNAL}/attributes/delete.json`,
    'call',
    attribute,
  ),
  'POST /rest/v1/activities/external/type/{apiName}/attributes/update.json': onType(
    `${EXTERNAL}/attributes/update.json`,
    'visit',
    attribute,
  ),
  'POST /rest/v1/activities/external/type/{apiName}/delete.json': onType(`${EXTERNAL}/delete.json`, 'call'),
  'GET /rest/v1/activities/external/type/{apiName}/describe.json': named(`${EXTERNAL}/describe.json`, 'visit', '1013'),
  'POST /rest/v1/activities/external/type/{apiName}/discardDraft.json': onType(`${EXTERNAL}/discardDraft.json`, 'call'),
  'GET /rest/v1/activities/external/types.json': plain('activities/external/types.json'),
  'GET /rest/v1/activities/leadchanges.json': {
    good: (world) => world.get('activities/leadchanges.json', feed(world, { fields: 'firstName' })),
    bad: (world) => world.get('activities/leadchanges.json', feed(world, { fields: 'nonsense' })),
    code: '1006',
  },
  'GET /rest/v1/activities/pagingtoken.json': {
    good: (world) => world.get('activities/pagingtoken.json', { sinceDatetime: '2026-11-22T10:00:00Z' }),
    bad: (world) => world.get('activities/pagingtoken.json', { sinceDatetime: 'yesterday' }),
    code: '1003',
  },
  'GET /rest/v1/activities/types.json': plain('activities/types.json'),
};

function visit(leadId: number | undefined) {
  return {
    leadId,
    activityDate: '2026-11-22T10:00:00Z',
    activityTypeId: 100_001,
    primaryAttributeValue: 'Graz',
    attributes: [{ apiName: 'place', value: 'Main square' }],
  };
}

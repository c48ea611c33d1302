import { type Drive, id, NOBODY, named, onType, plain, post, query, remove, sync } from './marketo-openapi-drive';

const SCHEMA = 'customobjects/schema/*';

/** How each operation of companies, opportunities and their like, and custom objects is driven; keys are those of the vendor's file. */
export const OBJECT_DRIVES: Record<string, Drive> = {
  'GET /rest/v1/companies.json': query('companies.json', 'externalCompanyId', 'c1'),
  'POST /rest/v1/companies.json': sync('companies.json', { externalCompanyId: 'c2', company: 'Fabrikam' }),
  'POST /rest/v1/companies/delete.json': {
    async good(world) {
      await world.post('companies.json', { input: [{ externalCompanyId: 'c2', company: 'Fabrikam' }] });
      return world.post('companies/delete.json', { input: [{ externalCompanyId: 'c2' }] });
    },
    bad: (world) => world.post('companies/delete.json', { input: [{ externalCompanyId: 'c1' }] }),
    code: '1022',
  },
  'GET /rest/v1/companies/describe.json': plain('companies/describe.json'),
  'GET /rest/v1/companies/schema/fields.json': plain('companies/schema/fields.json'),
  'GET /rest/v1/companies/schema/fields/{fieldApiName}.json': named(
    'companies/schema/fields/*.json',
    'company',
    '1006',
  ),
  'GET /rest/v1/customobjects.json': plain('customobjects.json'),
  'GET /rest/v1/customobjects/schema.json': plain('customobjects/schema.json'),
  'POST /rest/v1/customobjects/schema.json': post(
    'customobjects/schema.json',
    { action: 'createOnly', apiName: 'plane', displayName: 'Plane' },
    { action: 'createOnly', apiName: 'car', displayName: 'Car' },
    '1017',
  ),
  'GET /rest/v1/customobjects/schema/fieldDataTypes.json': plain('customobjects/schema/fieldDataTypes.json'),
  'GET /rest/v1/customobjects/schema/linkableObjects.json': plain('customobjects/schema/linkableObjects.json'),
  'POST /rest/v1/customobjects/schema/{apiName}/addField.json': onType(`${SCHEMA}/addField.json`, 'car_c', {
    input: [{ displayName: 'Doors', name: 'doors', dataType: 'integer' }],
  }),
  'POST /rest/v1/customobjects/schema/{apiName}/approve.json': onType(`${SCHEMA}/approve.json`, 'boat_c'),
  'POST /rest/v1/customobjects/schema/{apiName}/delete.json': onType(`${SCHEMA}/delete.json`, 'boat_c'),
  'POST /rest/v1/customobjects/schema/{apiName}/deleteField.json': onType(`${SCHEMA}/deleteField.json`, 'boat_c', {
    input: [{ name: 'colour' }],
  }),
  'GET /rest/v1/customobjects/schema/{apiName}/dependentAssets.json': named(
    `${SCHEMA}/dependentAssets.json`,
    'car_c',
    '1013',
  ),
  'GET /rest/v1/customobjects/schema/{apiName}/describe.json': named(`${SCHEMA}/describe.json`, 'car_c', '1013'),
  'POST /rest/v1/customobjects/schema/{apiName}/discardDraft.json': onType(`${SCHEMA}/discardDraft.json`, 'boat_c'),
  'POST /rest/v1/customobjects/schema/{apiName}/{fieldApiName}/updateField.json': post(
    'customobjects/schema/boat_c/colour/updateField.json',
    { displayName: 'Paint' },
    { displayName: 'Paint' },
    '1006',
    'customobjects/schema/boat_c/nothing/updateField.json',
  ),
  'GET /rest/v1/customobjects/{customObjectName}.json': query('customobjects/car_c.json', 'vin', 'v1'),
  'POST /rest/v1/customobjects/{customObjectName}.json': sync('customobjects/car_c.json', {
    vin: 'v2',
    colour: 'blue',
  }),
  'POST /rest/v1/customobjects/{customObjectName}/delete.json': remove(
    'customobjects/car_c/delete.json',
    { vin: 'v1' },
    { vin: 'v9' },
  ),
  'GET /rest/v1/customobjects/{customObjectName}/describe.json': named(
    'customobjects/*/describe.json',
    'car_c',
    '1013',
  ),
  'GET /rest/v1/opportunities.json': query('opportunities.json', 'externalOpportunityId', 'o1'),
  'POST /rest/v1/opportunities.json': sync('opportunities.json', { externalOpportunityId: 'o2', name: 'Other' }),
  'POST /rest/v1/opportunities/delete.json': remove(
    'opportunities/delete.json',
    { externalOpportunityId: 'o1' },
    { externalOpportunityId: 'o9' },
  ),
  'GET /rest/v1/opportunities/describe.json': plain('opportunities/describe.json'),
  'GET /rest/v1/opportunities/roles.json': query('opportunities/roles.json', 'leadId', (world) => id(world)),
  'POST /rest/v1/opportunities/roles.json': sync('opportunities/roles.json', (world) => ({
    externalOpportunityId: 'o1',
    leadId: world.leads[1],
    role: 'Buyer',
  })),
  'POST /rest/v1/opportunities/roles/delete.json': remove(
    'opportunities/roles/delete.json',
    (world) => ({ externalOpportunityId: 'o1', leadId: world.leads[0], role: 'Owner' }),
    { externalOpportunityId: 'o1', leadId: NOBODY, role: 'Owner' },
  ),
  'GET /rest/v1/opportunities/roles/describe.json': plain('opportunities/roles/describe.json'),
  'GET /rest/v1/opportunities/schema/fields.json': plain('opportunities/schema/fields.json'),
  'GET /rest/v1/opportunities/schema/fields/{fieldApiName}.json': named(
    'opportunities/schema/fields/*.json',
    'stage',
    '1006',
  ),
  'GET /rest/v1/salespersons.json': query('salespersons.json', 'email', 's1@x.example'),
  'POST /rest/v1/salespersons.json': sync('salespersons.json', { externalSalesPersonId: 's2' }),
  'POST /rest/v1/salespersons/delete.json': {
    async good(world) {
      await world.post('salespersons.json', { input: [{ externalSalesPersonId: 's2' }] });
      return world.post('salespersons/delete.json', { input: [{ externalSalesPersonId: 's2' }] });
    },
    bad: (world) => world.post('salespersons/delete.json', { input: [{ externalSalesPersonId: 's1' }] }),
    code: '1022',
  },
  'GET /rest/v1/salespersons/describe.json': plain('salespersons/describe.json'),
};

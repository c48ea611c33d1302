import type { Answer } from './marketo-client';
import { type Drive, NOBODY } from './marketo-openapi-drive';
import type { OpenApiWorld } from './marketo-openapi-world';

const LEADS = '/bulk/v1/leads';
const CARS = '/bulk/v1/customobjects/{apiName}';
const MEMBERS = '/bulk/v1/program/members';

/** Makes every job that is under way end. */
async function finish(world: OpenApiWorld): Promise<void> {
  for (let step = 0; step < 3; step += 1) await world.marketo.control('jobs/step', {});
}

/** An import by `start`, and the calls about its batch; the file has a row that is taken and one that is not, and a column that is no field. */
function imports(
  start: string,
  batch: string,
  status: string,
  csv: string,
  more: Record<string, string> = {},
): Record<string, Drive> {
  const upload = (world: OpenApiWorld, format = 'csv') => {
    const query = { format, ...more };
    return world.upload(start.replace('{apiName}', 'car_c').replace('{programId}', '1001'), query, csv);
  };
  const about = async (world: OpenApiWorld, what: string, batchId?: number) => {
    await world.marketo.settings({ bulkStepping: 'manual', importUnknownColumn: 'warn' });
    const { result } = (await (await upload(world)).json()) as Answer;
    await finish(world);
    const id = String(batchId ?? result?.[0]?.batchId);
    return world.get(batch.replace('{apiName}', 'car_c').replace('{batchId}', id) + what);
  };
  const read = (what: string, rest: Partial<Drive>): Drive => ({
    good: (world) => about(world, what),
    bad: (world) => about(world, what, NOBODY),
    code: '1013',
    ...rest,
  });
  return {
    [`POST ${start}`]: { good: upload, bad: (world) => upload(world, 'xml'), code: '1003' },
    [`GET ${batch}${status}`]: read(status, {}),
    [`GET ${batch}/failures.json`]: read('/failures.json', { file: 'text/csv' }),
    [`GET ${batch}/warnings.json`]: read('/warnings.json', { file: 'text/csv' }),
  };
}

/** The six calls of one kind of extract. */
function exports(base: string, request: object): Record<string, Drive> {
  const path = `${base.replace('{apiName}', 'car_c')}/export`;
  const create = async (world: OpenApiWorld) => {
    await world.marketo.settings({ bulkStepping: 'manual' });
    const { result } = (await (await world.post(`${path}/create.json`, request)).json()) as Answer;
    return `${path}/${String(result?.[0]?.exportId)}`;
  };
  const completed = async (world: OpenApiWorld) => {
    const job = await create(world);
    await world.post(`${job}/enqueue.json`);
    await finish(world);
    return job;
  };
  const unknown = `${path}/00000000-0000-0000-0000-000000000000`;
  return {
    [`POST ${base}/export/create.json`]: {
      good: (world) => world.post(`${path}/create.json`, request),
      bad: (world) => world.post(`${path}/create.json`, { ...request, filter: { nonsense: 1 } }),
      code: '1035',
    },
    [`POST ${base}/export/{exportId}/enqueue.json`]: {
      good: async (world) => world.post(`${await create(world)}/enqueue.json`),
      bad: (world) => world.post(`${unknown}/enqueue.json`),
      code: '1013',
    },
    [`POST ${base}/export/{exportId}/cancel.json`]: {
      good: async (world) => world.post(`${await create(world)}/cancel.json`),
      bad: async (world) => world.post(`${await completed(world)}/cancel.json`),
      code: '1003',
    },
    [`GET ${base}/export/{exportId}/status.json`]: {
      good: async (world) => world.get(`${await completed(world)}/status.json`),
      bad: (world) => world.get(`${unknown}/status.json`),
      code: '1013',
    },
    [`GET ${base}/export/{exportId}/file.json`]: {
      good: async (world) => world.get(`${await completed(world)}/file.json`),
      bad: async (world) => world.get(`${await create(world)}/file.json`),
      code: '404',
      file: 'text/csv',
    },
    [`GET ${base}/export.json`]: {
      good: async (world) => {
        await completed(world);
        return world.get(`${path}.json`);
      },
      bad: (world) => world.get(`${path}.json`, { nextPageToken: 'nonsense' }),
      code: '1003',
    },
  };
}

/** One row that is taken, one with a text for an integer, and a column that is no field. */
const LEAD_ROWS = 'email,leadScore,odd\nx@x.example,1,-\ny@x.example,none,-\n';
const now = { startAt: '2026-11-20T00:00:00Z', endAt: '2026-11-30T00:00:00Z' };

/** How each operation of the bulk API is driven; keys are those of the vendor's file. */
export const BULK_DRIVES: Record<string, Drive> = {
  ...imports(`${LEADS}.json`, `${LEADS}/batch/{batchId}`, '.json', LEAD_ROWS, { lookupField: 'email' }),
  ...imports(`${CARS}/import.json`, `${CARS}/import/{batchId}`, '/status.json', 'vin,colour,odd\nv7,red,-\n,blue,-\n'),
  ...imports(
    '/bulk/v1/program/{programId}/members/import.json',
    `${MEMBERS}/import/{batchId}`,
    '/status.json',
    LEAD_ROWS,
    { programMemberStatus: 'Registered' },
  ),
  ...exports(LEADS, { fields: ['id', 'email'], filter: { createdAt: now } }),
  ...exports('/bulk/v1/activities', { filter: { createdAt: now } }),
  ...exports(CARS, { fields: ['vin'], filter: { updatedAt: now } }),
  ...exports(MEMBERS, { fields: ['leadId', 'email'], filter: { programId: 1001 } }),
};

import { ACCOUNT, contact, organisation } from '../../cli/check/stage/organisation';
import { unitId } from '../../clients/mongo/staging';
import type { Facts } from './answer';
import { World } from './world';

const MINUTE_MS = 60_000;
const OTHER = 'ac000000-0000-4000-8000-000000000002';

interface Row {
  entity: 'account' | 'contact';
  id: string;
  column: string;
  /** Another one of the table. */
  other: string;
}

/**
 * Two pages that are written together hold a row: the first an old version, and beside it another row that has to be read by its id; while
 * that is waited for, the second page writes the newest version and is done.
 */
async function together(world: World, { entity, id, column, other }: Row, newest: string | null): Promise<void> {
  const { world: process } = world.service;
  const { deps } = process;
  const generation = entity === 'account' ? 1 : 2;
  if (entity === 'account') await process.run('preflight');
  await process.run('beginImport', entity, generation, 'import');
  const bound = await deps.schema.of(entity);
  const edited = async (value: string | null) => {
    await world.memory.editDynamics({ op: 'update', table: entity, id, values: { [column]: value } });
    const [row = {}] = await deps.dynamics.readByIds(bound.set, bound.primaryId, [id], bound.select);
    return row;
  };
  const old = await edited('Older');
  const now = await edited(newest);
  const { staging } = deps.store;
  const withoutColumns = { [bound.primaryId]: other, versionnumber: old.versionnumber };
  await staging.put(unitId(entity, generation, 0), [old, withoutColumns], 0);
  await staging.put(unitId(entity, generation, 1), [now], 1);
  let done: () => void = () => undefined;
  const isDone = new Promise<void>((resolve) => {
    done = resolve;
  });
  const remove = staging.remove.bind(staging);
  staging.remove = async (...given) => {
    await remove(...given);
    done();
  };
  const readByIds = deps.dynamics.readByIds.bind(deps.dynamics);
  deps.dynamics.readByIds = async (...given) => {
    const rows = await readByIds(...given);
    if (given[2].includes(other)) await isDone;
    return rows;
  };
  await process.run('applyUnits', entity, generation, [0, 1], 'import');
  deps.dynamics.readByIds = readByIds;
  staging.remove = remove;
  await world.cycles(5 * MINUTE_MS);
}

async function accounts(): Promise<Facts> {
  const [one] = organisation().account ?? [];
  const account = { ...one, _ownerid_value: null, _ownerid_type: null };
  const world = await World.begun(2, { account: [account, { ...account, accountid: OTHER }] }, undefined, {
    scope: 'accounts',
  });
  await together(world, { entity: 'account', id: ACCOUNT, column: 'name', other: OTHER }, 'Newest');
  const companies = world.memory.instance.objects.get('companies')?.records.values() ?? [];
  const [company] = [...companies].filter(({ values }) => values.externalCompanyId === ACCOUNT);
  return { marketo: company?.values.company, dynamics: await columnOf(world, 'account', ACCOUNT, 'name') };
}

/** An empty column must not take the older value back. */
async function contacts(newest: string | null): Promise<Facts> {
  const world = await World.of(3);
  const [id = '', other = ''] = world.contacts;
  await together(world, { entity: 'contact', id, column: 'jobtitle', other }, newest);
  return {
    marketo: (await world.person(id))?.title ?? null,
    dynamics: await columnOf(world, 'contact', id, 'jobtitle'),
  };
}

/** The first page holds a version that causes an unexpected error, the second a corrected one. */
async function corrected(): Promise<Facts> {
  const bad = contact(500, { merged: true, _masterid_value: 42 }) as { contactid: string };
  const world = await World.begun(3, { contact: [bad] });
  const { world: process } = world.service;
  const { dynamics, schema, store } = process.deps;
  await process.run('preflight');
  await process.run('beginImport', 'contact', 1, 'import');
  const bound = await schema.of('contact');
  const read = async () =>
    (await dynamics.readByIds(bound.set, bound.primaryId, [bad.contactid], bound.select))[0] ?? {};
  const old = await read();
  Object.assign(world.memory.organisation.rows('contact').get(bad.contactid) ?? {}, {
    merged: false,
    _masterid_value: null,
  });
  await world.edit([bad.contactid], { jobtitle: 'Newest' });
  const now = await read();
  await store.staging.put(unitId('contact', 1, 0), [old], 0);
  await store.staging.put(unitId('contact', 1, 1), [now], 1);
  await process.run('applyUnits', 'contact', 1, [0, 1], 'import');
  return { title: (await world.person(bad.contactid))?.title, parked: await world.parked() };
}

async function columnOf(world: World, table: string, id: string, column: string): Promise<unknown> {
  const row = (await world.memory.rows(table)).find((one) => one[`${table}id`] === id);
  return row?.[column] ?? null;
}

export const TOGETHER_STORIES: Record<string, () => Promise<Facts>> = {
  'pages together: account': accounts,
  'pages together: contact': () => contacts('Newest'),
  'pages together: contact, emptied': () => contacts(null),
  'pages together: corrected': corrected,
};

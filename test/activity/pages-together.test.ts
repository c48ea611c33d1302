import type { DynamicsRow } from '../../clients/dynamics/types';
import { linkId } from '../../clients/mongo/links';
import { unitId } from '../../clients/mongo/staging';
import { Driver, expectDone } from './driver';
import { ACCOUNT, LEAD, organisation } from './organisation';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const KINDS = [
  { entity: 'lead', set: 'leads', key: 'leadid', row: LEAD, column: 'lastname', field: 'lastName', of: 'leads' },
  {
    entity: 'account',
    set: 'accounts',
    key: 'accountid',
    row: ACCOUNT,
    column: 'name',
    field: 'company',
    of: 'companies',
  },
] as const;
const CASES = KINDS.flatMap((kind) => (['old', 'new'] as const).map((first) => ({ ...kind, first })));

/** The row as it was when the import read a page, and as it was when it read another. */
async function twoVersions(world: World, { entity, set, key, row, column }: (typeof KINDS)[number]) {
  const bound = await world.deps.schema.of(entity);
  const read = async (): Promise<DynamicsRow> => {
    const [found] = await world.deps.dynamics.readByIds(set, key, [row], bound.select);
    return found ?? {};
  };
  const old = await read();
  await world.control.editDynamics({ op: 'update', table: entity, id: row, values: { [column]: 'Newest' } });
  return { old, new: await read() };
}

test.each(CASES)('a $entity that two pages hold, the $first one first, ends as it is now', async (kind) => {
  const { entity, row, field, of, first } = kind;
  const { [entity]: rows = [] } = organisation();
  const world = await stage.open({ rows: { [entity]: rows.slice(0, 1) } });
  await new Driver(world).preflight();
  expectDone(await world.run('beginImport', entity, 1, 'import'));
  const versions = await twoVersions(world, kind);
  const pages = first === 'old' ? [versions.old, versions.new] : [versions.new, versions.old];
  for (const [unit, page] of pages.entries()) await world.deps.store.staging.put(unitId(entity, 1, unit), [page], unit);

  const was = versions.old[kind.column];
  expect(expectDone(await world.run('applyUnits', entity, 1, [0, 1], 'import'))).toMatchObject({ done: 2 });

  // Beside it only the company of those without one.
  const names = (await world.control.records(of)).map((record) => record[field]);
  expect(names.filter((name) => name === 'Newest' || name === was)).toEqual(['Newest']);
  const link = (await world.deps.store.links.get([linkId(entity, row)])).get(linkId(entity, row));
  expect(link?.appliedVersion).toBe(Number(versions.new.versionnumber));
  expect(await world.deps.store.staging.units(entity, 1)).toEqual([]);
});

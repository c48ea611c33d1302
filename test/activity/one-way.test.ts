import { Driver } from './driver';
import * as at from './organisation';
import { organisation } from './organisation';
import { type Stage, startStage } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

it('a company that somebody edited in Marketo stays so until its account changes, and is then the account again', async () => {
  const world = await stage.open({ rows: organisation() });
  const driver = new Driver(world);
  await driver.importAll();
  await driver.settle();
  const key = { externalCompanyId: at.ACCOUNT };
  const company = async () =>
    (await world.control.records('companies')).find(({ externalCompanyId }) => externalCompanyId === at.ACCOUNT);
  const { versionnumber } = await world.control.row('account', at.ACCOUNT);
  await world.control.post('/_sim/marketo/edit-object', {
    object: 'companies',
    key,
    values: { mainPhone: 'local', billingCity: 'Local' },
  });
  await driver.settle();
  expect(await company()).toMatchObject({ mainPhone: 'local', billingCity: 'Local' });
  expect(await world.control.row('account', at.ACCOUNT)).toMatchObject({ versionnumber });

  await world.control.editDynamics({ op: 'update', table: 'account', id: at.ACCOUNT, values: { name: 'Harbour' } });
  await driver.settle();
  expect(await company()).toMatchObject({
    company: 'Harbour',
    mainPhone: '+44 131 555 0100',
    billingCity: 'Leith',
    billingStreet: '4 Pier Road',
  });
});

import { Writer } from '../../activities/writer';
import { Driver } from './driver';
import { id, lead, people } from './organisation';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

async function ready(): Promise<{ world: World; driver: Driver }> {
  const world = await stage.open({ rows: people([lead(1)]) });
  const driver = new Driver(world);
  await driver.preflight();
  return { world, driver };
}

describe('an attempt that was taken for dead and wakes up', () => {
  it('may not write any more: the next attempt holds the epoch', async () => {
    const { world } = await ready();
    const first = await Writer.open(world.deps, 'person');
    const second = await Writer.open(world.deps, 'person');
    expect(second.epoch).toBe(first.epoch + 1);
    const send = (writer: Writer, guid: string) =>
      writer.send('create', [{ linkId: `lead:${guid}`, record: {} }], (beforeSend) =>
        world.deps.marketo.syncLeads(
          { action: 'createOnly', lookupField: 'microsoftId', input: [{ microsoftId: guid, lastName: 'Late' }] },
          beforeSend,
        ),
      );
    await expect(send(first, id('1e', 1))).rejects.toMatchObject({ kind: 'transient', code: 'superseded' });
    expect(await world.control.records('leads')).toEqual([]);
    await send(second, id('1e', 2));
    expect(await world.control.records('leads')).toHaveLength(1);
  });

  it('may not overwrite the link that a later attempt has written', async () => {
    const { world, driver } = await ready();
    await driver.importAll();
    const { links } = world.deps.store;
    const name = `lead:${id('1e', 1)}`;
    const link = (await links.get([name])).get(name);
    if (!link) throw new Error('not linked');
    await links.put([{ ...link, state: 'refused' }], 0);
    expect((await links.get([name])).get(name)?.state).toBe('linked');
  });
});

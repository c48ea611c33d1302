import { decide } from '../../cli/conflicts/decide';
import { type Conflict, conflictKey } from '../../clients/mongo/conflicts';
import { fresh, Pair, TABLES, type Table } from './pair';
import { type Stage, startStage } from './world';

let stage: Stage;
let pair: Pair;
beforeAll(async () => {
  stage = await startStage();
  const conflicts = { lastName: 'ask' };
  const entities = { lead: { conflicts }, contact: { conflicts } };
  pair = await Pair.open(stage, { entities });
});
afterAll(() => stage.close());

async function latest(table: Table, field: string): Promise<Conflict> {
  const all: Conflict[] = [];
  for await (const conflict of pair.world.deps.store.conflicts.all()) all.push(conflict);
  const found = all.filter((one) => one.field === field && one.id.startsWith(table)).sort((a, b) => +a.at - +b.at);
  return found.at(-1) as Conflict;
}

async function take(table: Table, field: string, side: 'dynamics' | 'marketo'): Promise<void> {
  await decide(pair.world.deps.store, conflictKey(await latest(table, field)), side);
}

/** Both sides edit the first name (settled by policy) and the last name (which asks). */
async function inConflict(table: Table): Promise<{ crm: string; form: string }> {
  const [crm, form] = [fresh('CRM'), fresh('Form')];
  await pair.inDynamics(table, { firstname: crm, lastname: crm });
  await pair.inMarketo(table, { firstName: form, lastName: form });
  await pair.settle();
  return { crm, form };
}

const held = async (table: Table, which: 0 | 1) => {
  const { dynamics, marketo } = await pair.held(table);
  return [dynamics[which], marketo[which]];
};

describe.each(TABLES)('a conflict of a %s', (table) => {
  it('that was settled can be flipped, and flipped again, and again: both sides follow each time', async () => {
    const { crm, form } = await inConflict(table);
    const winner = table === 'lead' ? form : crm;
    const loser = winner === crm ? form : crm;
    const [first, second] = winner === crm ? (['marketo', 'dynamics'] as const) : (['dynamics', 'marketo'] as const);
    expect(await held(table, 0)).toEqual([winner, winner]);
    for (const [side, value] of [
      [first, loser],
      [second, winner],
      [first, loser],
    ] as const) {
      await take(table, 'firstName', side);
      await pair.settle();
      expect(await held(table, 0)).toEqual([value, value]);
      expect((await latest(table, 'firstName')).decided).toMatchObject({ take: side, outcome: 'done' });
    }
  });

  it('that asks and was decided can be flipped too', async () => {
    const { crm, form } = await inConflict(table);
    expect(await held(table, 1)).toEqual([crm, form]);
    for (const [side, value] of [
      ['marketo', form],
      ['dynamics', crm],
      ['marketo', form],
    ] as const) {
      await take(table, 'lastName', side);
      await pair.settle();
      expect(await held(table, 1)).toEqual([value, value]);
    }
  });

  it('that was flipped is not flipped again over a later edit: the operator is told', async () => {
    const { crm, form } = await inConflict(table);
    await take(table, 'firstName', table === 'lead' ? 'dynamics' : 'marketo');
    await pair.settle();
    const later = fresh('Later');
    await pair.inDynamics(table, { firstname: later });
    await pair.settle();
    await take(table, 'firstName', table === 'lead' ? 'marketo' : 'dynamics');
    await pair.settle();
    expect(await held(table, 0)).toEqual([later, later]);
    expect((await latest(table, 'firstName')).decided).toMatchObject({ outcome: 'edited-since' });
    expect([crm, form]).not.toContain(later);
  });

  it('that is decided while the row is frozen waits, and is carried out when it is released', async () => {
    const { crm, form } = await inConflict(table);
    await pair.inDynamics(table, { new_synctomkto: false });
    await pair.settle();
    await take(table, 'lastName', 'marketo');
    await pair.settle();
    expect(await held(table, 1)).toEqual([crm, form]);
    expect((await latest(table, 'lastName')).decided).toMatchObject({ outcome: 'queued' });
    await pair.inDynamics(table, { new_synctomkto: true });
    await pair.settle();
    expect(await held(table, 1)).toEqual([form, form]);
    expect((await latest(table, 'lastName')).decided).toMatchObject({ outcome: 'done' });
  });

  it('that is decided while another field is parked is carried out at once', async () => {
    const { form } = await inConflict(table);
    await pair.inDynamics(table, { emailaddress1: 'no@domain' });
    await pair.settle();
    await take(table, 'lastName', 'marketo');
    await pair.settle();
    expect(await held(table, 1)).toEqual([form, form]);
    await pair.inDynamics(table, { emailaddress1: `${table}@example.com` });
    await pair.settle();
  });

  it('that is decided while the sync is paused is carried out afterwards, by what both sides hold then', async () => {
    const { form } = await inConflict(table);
    // Paused: no activity runs. The decision lies in the inbox.
    await take(table, 'lastName', 'marketo');
    const [asked] = await pair.world.deps.store.inbox.take(table, 'marketo', 1);
    expect(asked?.items).toEqual([{ id: pair.guid(table), decide: [expect.objectContaining({ take: 'marketo' })] }]);
    await pair.settle();
    expect(await held(table, 1)).toEqual([form, form]);
  });
});

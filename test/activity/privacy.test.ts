import { Driver, expectDone } from './driver';
import * as at from './organisation';
import { ORDER_LINES, organisation } from './organisation';
import { type Stage, startStage, type World } from './world';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage('server');
});
afterAll(() => stage.close());

/** Values that occur nowhere else: those of the seeded rows that are people's own, and what is edited in below. */
const VALUES = [
  'Nadia',
  'Okafor',
  'North Sales',
  'north of the river',
  'Harbour Optics',
  'Pier Road',
  'Greta',
  'Lind',
  'Asked for a quote',
  'Mateo',
  'Silva',
  'Baird',
  'ann.baird',
  '555 0101',
  'Lenses for two sites',
  'Framework order',
  'Lens 50 mm',
  'Canaryson',
  'kanari',
  'Quetzal',
];

/** Bytes as they are: as base64 every few runs would spell a short name by chance. */
function plain(this: Record<string, unknown>, key: string, part: unknown): unknown {
  const bytes = (this[key] as { buffer?: unknown } | null | undefined)?.buffer;
  if (bytes instanceof Uint8Array) return Buffer.from(bytes).toString('latin1');
  return typeof part === 'bigint' ? String(part) : part;
}

const whole = (value: unknown): string => JSON.stringify(value, plain);

function expectNone(text: string): void {
  const lower = text.toLowerCase();
  expect(VALUES.filter((value) => lower.includes(value.toLowerCase()))).toEqual([]);
}

/** All that lies in Mongo, bytes as text. */
async function atRest({ deps: { store } }: World): Promise<string> {
  const parts: string[] = [];
  for (const { name } of await store.db.listCollections().toArray()) {
    for await (const document of store.db.collection(name).find({})) {
      parts.push(whole(document));
    }
  }
  return parts.join('\n');
}

describe('people’s data', () => {
  it('is in no answer and no failure of an activity, and in Mongo only encrypted, whatever goes wrong', async () => {
    const world = await stage.open({ rows: organisation(), config: { customEntities: [ORDER_LINES] } });
    const driver = new Driver(world);
    await driver.preflight();
    // Staged and not applied yet.
    expectDone(await world.run('beginImport', 'contact', 1, 'import'));
    expectDone(await world.run('fetchPage', 'contact', 1, 0, 'import'));
    expectNone(await atRest(world));
    await driver.importAll();
    await driver.settle();

    const faults: ['dynamics' | 'marketo', object][] = [
      [
        'dynamics',
        {
          kind: 'error',
          status: 400,
          code: '0x80048408',
          message: 'Canaryson is not valid',
          endpoint: 'GET contacts',
          times: 1,
        },
      ],
      ['dynamics', { kind: 'html', endpoint: 'GET leads', times: 1 }],
      [
        'marketo',
        {
          kind: 'error',
          code: '1003',
          message: "Invalid value 'Canaryson'",
          endpoint: 'POST /rest/v1/leads.json',
          times: 1,
        },
      ],
      ['marketo', { kind: 'error', code: '611', message: 'Canaryson', endpoint: 'activities', times: 1 }],
    ];
    for (const [system, fault] of faults) await world.control.fault(system, fault);
    await world.control.editDynamics({
      op: 'update',
      table: 'contact',
      id: at.CONTACT,
      values: { lastname: 'Canaryson', emailaddress1: 'kanari@nodot' },
    });
    const { id: person } = await world.control.person(at.LEAD);
    await world.control.editMarketo({
      op: 'update',
      id: Number(person),
      values: { lastName: 'Quetzal', rating: 'Canaryson' },
    });
    for (let round = 0; round < 4; round += 1) {
      for (const [name, args] of [
        ['lookDynamics', [['lead', 'contact']]],
        ['lookMarketo', [['leadchanges', 'activities', 'deletedleads']]],
      ] as const) {
        await world.run(name, args[0] as unknown as string[]).catch(() => undefined);
      }
      expectNone(await atRest(world));
      for (const entity of ['lead', 'contact']) {
        await world.run('applyInbox', entity).catch(() => undefined);
        await world.run('writeBack', entity).catch(() => undefined);
      }
    }
    for (const system of ['dynamics', 'marketo'] as const) await world.control.noFaults(system);
    await driver.settle();
    await world.run('readCounts', Object.fromEntries(driver.generation));
    expect(await driver.parked()).toEqual({
      [`contact:${at.CONTACT}:email`]: 'invalid-email',
      [`lead:${at.LEAD}:rating`]: 'unknown-option',
    });
    expect(await world.control.row('lead', at.LEAD)).toMatchObject({ lastname: 'Quetzal' });

    expect(world.history.length).toBeGreaterThan(50);
    expectNone(whole(world.history));
    expectNone(await atRest(world));
  });

  it('keeps every answer of an activity below 2 KB', async () => {
    const world = await stage.open({ rows: organisation(), config: { customEntities: [ORDER_LINES] } });
    const driver = new Driver(world);
    await driver.importAll();
    await driver.settle();
    const sizes = world.history.map((answer) => whole(answer).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2_048);
  });
});

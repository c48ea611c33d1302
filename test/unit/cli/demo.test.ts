import { compareRecords, findExtra } from '../../../cli/demo/check/records';
import { Tally } from '../../../cli/demo/check/result';
import { same } from '../../../cli/demo/check/same';
import type { Dynamics } from '../../../cli/demo/check/world';
import { isEligible, isParked } from '../../../cli/demo/expected/exceptions';
import { email, flag, label, lookup, text } from '../../../cli/demo/expected/line';
import { faults, type Outcome } from '../../../cli/demo/outcome';
import type { Row } from '../../../cli/demo/readers/dataverse';
import type { MarketoReader } from '../../../cli/demo/readers/marketo';

const dynamics: Dynamics = {
  rows: new Map(),
  people: new Map(),
  labels: () => new Map([['rating', new Map([[1, 'Hot']])]]),
  eligible: () => new Map([['u-1', {}]]),
};

const marketoWith = (records: object[]): MarketoReader => ({ find: async () => records }) as unknown as MarketoReader;

async function compared(row: Row, record: object | undefined): Promise<Tally> {
  const tally = new Tally('lead');
  const lines = [
    text('firstName', 'firstname'),
    email('email', 'emailaddress1'),
    flag('unsubscribed', 'donotbulkemail'),
    label('lead', 'rating', 'rating'),
    lookup('externalSalesPersonId', 'ownerid', 'systemuser'),
  ];
  const records = record === undefined ? [] : [{ id: 7, microsoftId: 'A-1', ...record }];
  const side = { object: 'leads', key: 'microsoftId', lines };
  await compareRecords(marketoWith(records), dynamics, side, new Map([['a-1', row]]), tally);
  return tally;
}

describe("the demo's check", () => {
  const row: Row = {
    firstname: 'Ann',
    emailaddress1: 'A@b.example',
    donotbulkemail: null,
    rating: 1,
    _ownerid_value: 'U-1',
  };
  const record = {
    firstName: 'Ann',
    email: 'a@b.example',
    unsubscribed: false,
    rating: 'Hot',
    externalSalesPersonId: 'u-1',
  };

  it('finds nothing wrong where both ends are the same', async () => {
    expect(await compared(row, record)).toMatchObject({ records: 1, fields: 5, different: 0, missing: 0, parked: 0 });
  });

  it.each(Object.keys(record))('finds a %s that differs, and names it without its value', async (field) => {
    const tally = await compared(row, { ...record, [field]: field === 'unsubscribed' ? true : 'x@y.example' });
    expect(tally).toMatchObject({ different: 1, examples: [`lead different: a-1 ${field}`] });
  });

  it.each(['firstName', 'email', 'rating', 'externalSalesPersonId'])('finds an empty %s', async (field) => {
    expect(await compared(row, { ...record, [field]: null })).toMatchObject({ different: 1 });
  });

  it('finds a row without a record', async () => {
    expect(await compared(row, undefined)).toMatchObject({ records: 0, missing: 1 });
  });

  it('counts a parked address, and compares the other fields', async () => {
    const tally = await compared({ ...row, emailaddress1: 'a@nodot' }, { ...record, email: null });
    expect(tally).toMatchObject({ fields: 4, different: 0, parked: 1 });
  });

  it('finds records that no row has', () => {
    const tally = new Tally('lead');
    findExtra([{ k: 'A' }, { k: 'b' }, { k: null }], 'k', (id) => id === 'a', tally);
    expect(tally).toMatchObject({ extra: 1, examples: ['lead extra: b'] });
  });

  it('takes as equal what users call equal, and nothing else', () => {
    expect(same('time', '2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05Z')).toBe(true);
    expect(same('number', 10, '10.0')).toBe(true);
    expect(same('text', '', null)).toBe(true);
    expect(same('flag', false, undefined)).toBe(true);
    expect(same('text', 'Ann', 'ann')).toBe(false);
    expect(same('number', 0, null)).toBe(false);
    expect(same('date', '2026-01-02', '2026-01-03')).toBe(false);
  });

  it('knows the exceptions', () => {
    const line = email('email', 'emailaddress1');
    expect(['josé@x.example', 'a@nodot', 'a@b.example', null].map((value) => isParked(line, value))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(isEligible('lead', { new_synctomkto: null })).toBe(true);
    expect(isEligible('lead', { new_synctomkto: false })).toBe(false);
    expect(isEligible('systemuser', { applicationid: 'x' })).toBe(false);
    expect(isEligible('team', { teamtype: 1 })).toBe(false);
  });
});

describe("the demo's verdict", () => {
  const counts = { total: 3, done: 3, eligible: 3, created: 3, updated: 0, unchanged: 0 };
  const good = (): Outcome => {
    const contact = Object.assign(new Tally('contact'), { parked: 39 });
    return {
      imported: new Map([['contact', counts]]),
      status: {
        phase: 'loop',
        paused: false,
        cycles: 9,
        entities: { contact: { phase: 'loop', done: 3, total: 3, parked: 39, lagSeconds: 0 } },
      },
      checked: { results: [contact], rows: { contact: 3 } },
      edits: [],
      rest: { cycles: 5, writes: 0, endpoints: [] },
      seconds: { servers: 1, import: 1, total: 1 },
      sample: true,
    };
  };

  it('is good when everything held', () => {
    expect(faults(good())).toEqual([]);
  });

  it.each<[string, (outcome: Outcome) => void]>([
    ['a different field', ({ checked }) => Object.assign(checked.results[0] ?? {}, { different: 1 })],
    ['a missing record', ({ checked }) => Object.assign(checked.results[0] ?? {}, { missing: 1 })],
    ['a record too many', ({ checked }) => Object.assign(checked.results[0] ?? {}, { extra: 1 })],
    ['another number parked', ({ status }) => Object.assign(status.entities.contact ?? {}, { parked: 38 })],
    ['a write at rest', ({ rest }) => Object.assign(rest, { writes: 1 })],
    ['too few cycles', ({ rest }) => Object.assign(rest, { cycles: 4 })],
    ['a row that was not counted', ({ checked }) => Object.assign(checked.rows, { contact: 4 })],
  ])('is bad with %s', (_what, spoil) => {
    const outcome = good();
    spoil(outcome);
    expect(faults(outcome).length).toBeGreaterThan(0);
  });
});

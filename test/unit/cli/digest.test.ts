import { periodOf } from '../../../cli/digest/period';
import { digestCsv, digestText, rowOf } from '../../../cli/digest/report';

const FIRST = new Date('2026-11-23T08:00:00Z');
const LAST = new Date('2026-11-23T09:30:00Z');
const once = { operation: 'update', count: 1, first: FIRST, last: LAST };

const ROWS = [
  rowOf({ ...once, id: 'contact:c1', field: 'city', reason: 'too-long', direction: 'to-dynamics', count: 3 }),
  rowOf({ ...once, id: 'contact:c2', reason: 'refused-by-marketo', code: '1006', mendedAt: LAST }),
  rowOf({
    ...once,
    id: 'lead',
    operation: 'applyInbox',
    code: 'stopped',
    message: 'marketo leads.sync: authority, "603"',
  }),
];

test('the text has each failure that is not mended, by entity, and of the mended how many', () => {
  expect(digestText('Failures of 2026-11-23 (UTC)', ROWS).split('\n')).toEqual([
    'Failures of 2026-11-23 (UTC): 3, of which 1 were mended',
    '',
    'contact: 1 open, 1 mended',
    '  1 × too-long: the text is longer than the other side’s field; it is never cut',
    '    2026-11-23T09:30:00.000Z  update to dynamics c1 city, 3 times',
    '  mended: 1 × refused-by-marketo: Marketo refused it; the vendor code is beside it [1006]',
    '',
    'lead: 1 open, 0 mended',
    '  1 × marketo leads.sync: authority, "603" [stopped]',
    '    2026-11-23T09:30:00.000Z  applyInbox, 1 time',
    '',
  ]);
});

test('the CSV has every one, quoted where it must be', () => {
  expect(digestCsv(ROWS).split('\r\n')).toEqual([
    'first,last,count,entity,id,field,operation,direction,code,message,mendedAt,other',
    '2026-11-23T08:00:00.000Z,2026-11-23T09:30:00.000Z,3,contact,c1,city,update,to-dynamics,,too-long: the text is longer than the other side’s field; it is never cut,,',
    '2026-11-23T08:00:00.000Z,2026-11-23T09:30:00.000Z,1,contact,c2,,update,to-marketo,1006,refused-by-marketo: Marketo refused it; the vendor code is beside it,2026-11-23T09:30:00.000Z,',
    '2026-11-23T08:00:00.000Z,2026-11-23T09:30:00.000Z,1,lead,,,applyInbox,,stopped,"marketo leads.sync: authority, ""603""",,',
    '',
  ]);
});

test('a long list is shortened in the text', () => {
  const rows = Array.from({ length: 60 }, (_, n) => rowOf({ ...once, id: `lead:${n}`, reason: 'ambiguous' }));
  expect(digestText('Failures', rows)).toContain('    and 40 more in the CSV');
});

test('the period is a day by UTC, or the last 24 hours', () => {
  expect(periodOf('2026-11-23')).toMatchObject({
    from: new Date('2026-11-23T00:00:00Z'),
    to: new Date('2026-11-24T00:00:00Z'),
    day: '2026-11-23',
  });
  expect(periodOf(undefined, LAST)).toMatchObject({ from: new Date('2026-11-22T09:30:00Z'), day: '2026-11-23' });
  for (const day of ['yesterday', '2026-02-30', '2026-11-23T00:00'])
    expect(() => periodOf(day)).toThrow(`--day ${day}`);
});

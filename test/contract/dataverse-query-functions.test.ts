import { compile } from '../../simulators/dataverse/odata/filter';
import { parseFilter } from '../../simulators/dataverse/odata/parse';
import { RANGES } from '../../simulators/dataverse/odata/time-ranges';
import { aggregate } from '../../simulators/dataverse/read/aggregate/group';
import { readXml } from '../../simulators/dataverse/read/fetch/xml';

const NOW = Date.parse('2026-03-11T15:30:00Z'); // a Wednesday

describe('the query functions of time', () => {
  it.each([
    ['Today', 0, '2026-03-11T00:00:00Z', '2026-03-12T00:00:00Z'],
    ['Yesterday', 0, '2026-03-10T00:00:00Z', '2026-03-11T00:00:00Z'],
    ['ThisWeek', 0, '2026-03-08T00:00:00Z', '2026-03-15T00:00:00Z'],
    ['LastWeek', 0, '2026-03-01T00:00:00Z', '2026-03-08T00:00:00Z'],
    ['NextMonth', 0, '2026-04-01T00:00:00Z', '2026-05-01T00:00:00Z'],
    ['LastYear', 0, '2025-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['Last7Days', 0, '2026-03-04T00:00:00Z', '2026-03-11T15:30:00Z'],
    ['LastXHours', 3, '2026-03-11T12:30:00Z', '2026-03-11T15:30:00Z'],
    ['LastXDays', 2, '2026-03-09T00:00:00Z', '2026-03-11T15:30:00Z'],
    ['NextXWeeks', 1, '2026-03-11T15:30:00Z', '2026-03-19T00:00:00Z'],
    ['LastXMonths', 1, '2026-02-11T00:00:00Z', '2026-03-11T15:30:00Z'],
    ['On', '2026-03-02T10:00:00Z', '2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z'],
  ])('%s(%s) is from %s to %s', (name, value, from, to) => {
    const span = RANGES[name]!.of(NOW, value);
    expect(span.map((ms) => new Date(ms).toISOString().replace('.000', ''))).toEqual([from, to]);
  });

  it.each(['2026-03-08T00:00:00Z', '2026-03-14T23:59:59Z'])('let %s be in the week of Sunday, 8 March', (at) => {
    const [from, to] = RANGES.ThisWeek!.of(Date.parse(at), null);
    expect([from, to]).toEqual([Date.parse('2026-03-08T00:00:00Z'), Date.parse('2026-03-15T00:00:00Z')]);
  });

  it('match neither null nor, turned round, what is no date', () => {
    const matches = (filter: string, value: unknown): boolean =>
      compile<unknown>(parseFilter(filter), { now: NOW, property: () => ({ read: (item) => item }) })(value);
    const notOn = "Microsoft.Dynamics.CRM.NotOn(PropertyName='a',PropertyValue='2026-03-02')";
    expect(matches(notOn, '2026-03-03T00:00:00Z')).toBe(true);
    expect(matches(notOn, '2026-03-02T23:59:59Z')).toBe(false);
    expect(matches(notOn, null)).toBe(false);
    expect(() => matches("Microsoft.Dynamics.CRM.Today(PropertyName='a',PropertyValue=1)", null)).toThrow(/takes 0/);
  });
});

describe('aggregating', () => {
  it('stops at 50,000 rows', () => {
    const rows = function* (count: number): Generator<number> {
      for (let row = 0; row < count; row += 1) yield row;
    };
    const counted = [{ alias: 'n', method: 'count', read: () => null }] as const;
    expect(aggregate(rows(50_000), [], counted)).toEqual([{ n: 50_000 }]);
    expect(() => aggregate(rows(50_001), [], counted)).toThrow(/maximum record limit/);
  });

  it('leaves nulls out of all but the count of rows', () => {
    const read = (item: number | null): unknown => item;
    const measures = (['sum', 'average', 'min', 'max', 'count', 'countcolumn', 'countdistinct'] as const).map(
      (method) => ({
        alias: method,
        method,
        read,
      }),
    );
    expect(aggregate([4, null, 2, 2], [], measures)).toEqual([
      { sum: 8, average: 8 / 3, min: 2, max: 4, count: 4, countcolumn: 3, countdistinct: 2 },
    ]);
    expect(aggregate([], [], measures.slice(0, 1))).toEqual([{ sum: null }]);
  });
});

describe('the XML of FetchXML', () => {
  it('reads elements, attributes in either quotes, text, comments and entities', () => {
    const read = readXml('<a x=\'1\' y="&lt;&#65;&#x42;&amp;"><!-- <b> --><b/>t&gt;</a>');
    expect(read).toEqual({
      name: 'a',
      attributes: { x: '1', y: '<AB&' },
      children: [{ name: 'b', attributes: {}, children: [], text: '' }],
      text: 't>',
    });
  });

  it.each(['', 'a', '<a>', '<a></b>', '<a/><b/>', '<a x=1/>', '<a x="1>', '</a>'])('refuses %s', (text) => {
    expect(() => readXml(text)).toThrow(/Invalid XML/);
  });
});

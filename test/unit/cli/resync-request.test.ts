import { Refused } from '../../../cli/operator';
import { type Options, requestFrom } from '../../../cli/resync/request';
import { configFile, settingsFrom } from '../../../workers/config-file';

const settings = settingsFrom(configFile.parse({}));
const A = '00000000-0000-4000-8000-00000000000a';
const from = (given: string, options: Options) => requestFrom(given.split(' ').filter(Boolean), options, settings);
const faults = (entity: string, options: Options): string[] => {
  try {
    from(entity, options);
  } catch (error) {
    if (error instanceof Refused) return error.message.split('\n');
  }
  return [];
};

it('takes ids as people paste them: in braces, in upper case, twice, parted by anything', () => {
  const ids = `{${A.toUpperCase()}}; ${A},\n00000000-0000-4000-8000-00000000000b`;
  expect(from('lead', { ids }).ids).toEqual([A, '00000000-0000-4000-8000-00000000000b']);
});

it('joins a filter and dates', () => {
  expect(
    from('contact', {
      filter: "city eq 'Ulm' or city eq 'Bonn'",
      'modified-since': '2026-11-01',
      'created-until': '2026-11-23T08:00:00Z',
    }),
  ).toEqual({
    entity: 'contact',
    filter:
      "(city eq 'Ulm' or city eq 'Bonn') and modifiedon ge 2026-11-01T00:00:00Z and createdon lt 2026-11-23T08:00:00Z",
  });
});

it('means every row without conditions, and only the fields named', () => {
  expect(from('lead', { fields: 'firstName, city' })).toEqual({ entity: 'lead', fields: ['firstName', 'city'] });
});

it('tells all that is wrong at once', () => {
  expect(faults('lead', { ids: 'x', filter: 'a eq 1', fields: 'nosuch', 'modified-since': 'soon' })).toEqual([
    "not a row's id: x",
    '--modified-since soon: not a date, as 2026-11-23 or 2026-11-23T08:00:00Z',
    '--ids goes without --filter and dates: a row of the list is read in any case',
    "--fields nosuch: not a Marketo field of lead's map",
  ]);
  expect(faults('', {})[0]).toMatch(/^say which entity: systemuser, /);
  expect(faults('connection', {})).toEqual(['connection is read whole: send the resync signal']);
  expect(faults('lead', { ids: ' ' })).toEqual(['the list of ids is empty']);
});

it.each<[string, Options, string | RegExp]>([
  ['contact extra', {}, 'extra: give rows by --ids, --filter or dates'],
  ['kontakt', {}, /^kontakt is not synced; there are .*contact/],
  ['contact', { 'ids-file': '/nowhere/ids.txt' }, '--ids-file /nowhere/ids.txt: it can’t be read (ENOENT)'],
  [
    'contact',
    { 'modified-since': '2026-11-30', 'modified-until': '2026-11-01' },
    '--modified-since 2026-11-30 is not before --modified-until 2026-11-01: no row can match',
  ],
])('refuses %s %j', (given, options, fault) => {
  expect(faults(given, options)).toEqual([typeof fault === 'string' ? fault : expect.stringMatching(fault)]);
});

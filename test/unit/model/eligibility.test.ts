import { type Eligibility, eligibility } from '../../../model/eligibility';

const cases: [what: string, entity: string, row: Record<string, unknown>, wanted: Eligibility][] = [
  ['a row without the filter column', 'contact', {}, 'eligible'],
  ['an empty filter', 'contact', { new_synctomkto: null }, 'eligible'],
  ['a filter of yes', 'contact', { new_synctomkto: true }, 'eligible'],
  ['a filter of no', 'contact', { new_synctomkto: false }, 'frozen'],
  ['a filter of no on a lead', 'lead', { new_synctomkto: false }, 'frozen'],
  ['a filter of no on an account', 'account', { new_synctomkto: false }, 'frozen'],
  ['a filter of no on an opportunity', 'opportunity', { new_synctomkto: false }, 'frozen'],
  ['a filter of no on a custom row', 'new_orderline', { new_synctomkto: false }, 'frozen'],
  ['a person who uses the system', 'systemuser', { applicationid: null, accessmode: 0, isdisabled: false }, 'eligible'],
  ['a disabled user, who may own people still', 'systemuser', { accessmode: 0, isdisabled: true }, 'eligible'],
  [
    'an application user',
    'systemuser',
    { applicationid: '5a1d0f7e-0000-4000-8000-0000000000d1', accessmode: 4 },
    'excluded',
  ],
  ['a support user', 'systemuser', { accessmode: 3 }, 'excluded'],
  ['a delegated administrator', 'systemuser', { accessmode: 5 }, 'excluded'],
  ['an owner team', 'team', { teamtype: 0 }, 'eligible'],
  ['a team without a type', 'team', { teamtype: null }, 'eligible'],
  ['an access team', 'team', { teamtype: 1 }, 'excluded'],
  ['a security-group team', 'team', { teamtype: 2 }, 'eligible'],
  ['an active connection', 'connection', { statecode: 0 }, 'eligible'],
  ['a connection switched off', 'connection', { statecode: 1 }, 'excluded'],
  ['an inactive contact: inactivity is a value, not a filter', 'contact', { statecode: 1 }, 'eligible'],
  ['a closed opportunity', 'opportunity', { statecode: 1 }, 'eligible'],
];

test.each(cases)('%s (%s)', (_what, entity, row, wanted) => {
  expect(eligibility(entity, row)).toBe(wanted);
});

import { placeOf } from '../../../model/belongs-to';

const parents = new Map([
  ['order', 'contact'],
  ['visit', 'lead'],
  ['site', 'account'],
  ['line', 'order'],
  ['room', 'site'],
  ['part', 'line'],
  ['hen', 'egg'],
  ['egg', 'hen'],
  ['self', 'self'],
  ['lost', 'nothing'],
]);

test.each([
  ['order', { link: 'leadId', level: 1 }],
  ['visit', { link: 'leadId', level: 1 }],
  ['site', { link: 'companyId', level: 1 }],
  ['line', { link: 'leadId', level: 2 }],
  ['room', { link: 'companyId', level: 2 }],
])('%s stands at %j', (entity, place) => expect(placeOf(entity, parents)).toEqual(place));

test.each([
  ['part', 'is 3 levels below contact (part → line → order → contact); at most 2 can be synced'],
  ['hen', 'belongs to itself (hen → egg → hen)'],
  ['self', 'belongs to itself (self → self)'],
  ['lost', 'belongs to nothing, which is none of lead, contact, account nor a custom entity'],
])('%s can’t be synced: it %s', (entity, fault) => expect(placeOf(entity, parents)).toEqual({ fault }));

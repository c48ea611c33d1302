import { pushOf } from '../../../model/push';
import { pushGuid } from '../../../model/push-guid';
import { decidePush, type PushFacts } from '../../../model/push-outcome';

const NADIA = 'e0000000-0000-4000-8000-000000000001';

test.each<[string, unknown, unknown]>([
  ['a person', { id: 1042 }, { entity: 'lead', as: 'lead', ids: [1042] }],
  ['a person by digits', { id: ' 1042 ' }, { entity: 'lead', as: 'lead', ids: [1042] }],
  ['as a contact', { id: 1042, as: 'contact' }, { entity: 'contact', as: 'contact', ids: [1042] }],
  [
    'with an owner by e-mail',
    { id: 1, owner: 'nadia@example.com' },
    { entity: 'lead', as: 'lead', ids: [1], owner: 'nadia@example.com' },
  ],
  ['with an owner by GUID', { id: 1, owner: NADIA }, { entity: 'lead', as: 'lead', ids: [1], owner: NADIA }],
  ['a list', { list: 1001, as: 'contact' }, { entity: 'contact', as: 'contact', list: 1001 }],
  ['a stored request', { request: 'a3-b_4' }, { request: 'a3-b_4' }],
])('a push may ask for %s', (_what, payload, wanted) => {
  expect(pushOf(payload)).toEqual(wanted);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a number', 1042],
  ['a text', '1042'],
  ['a list of payloads', [{ id: 1042 }]],
  ['an empty object', {}],
  ['a person and a list', { id: 1, list: 2 }],
  ['no id', { id: 0 }],
  ['a negative id', { id: -1 }],
  ['half an id', { id: 1.5 }],
  ['an id beyond what a number holds', { id: 2 ** 60 }],
  ['words for an id', { id: '1042; drop' }],
  ['an account', { id: 1, as: 'account' }],
  ['an owner that is none', { id: 1, owner: 'Nadia' }],
  ['an owner that would end a filter', { id: 1, owner: "x' or 1 eq 1" }],
  ['a misspelt key', { id: 1, onwer: 'nadia@example.com' }],
  ['a request and something else', { request: 'a', as: 'lead' }],
  ['a request that is no id', { request: 'a b' }],
])('%s is rubbish', (_what, payload) => {
  expect(pushOf(payload)).toBeUndefined();
});

const facts = (more: Partial<PushFacts> = {}): PushFacts => ({ as: 'lead', found: true, standing: false, ...more });
const owned = (entity: string, is: 'there' | 'deleted' | 'about-to-be-made') => ({ owner: { entity, is } });

test.each<[string, Partial<PushFacts>, string]>([
  ['a person that nobody has', {}, 'create'],
  ['one that is not in Marketo', { found: false }, 'not-found'],
  ['one that a lead has, as a lead', owned('lead', 'there'), 'already-linked'],
  ['one that a contact has, as a lead', owned('contact', 'there'), 'linked-otherwise'],
  ['one that a lead has, as a contact', { as: 'contact', ...owned('lead', 'there') }, 'linked-otherwise'],
  ['one whose row was deleted', owned('lead', 'deleted'), 'create'],
  ['one whose contact was deleted, as a lead', owned('contact', 'deleted'), 'create'],
  ['one whose row was deleted, by a setting', { standing: true, ...owned('lead', 'deleted') }, 'already-linked'],
  ['one that an attempt was about to make', owned('lead', 'about-to-be-made'), 'create'],
  ['the same by a setting', { standing: true, ...owned('lead', 'about-to-be-made') }, 'create'],
  ['one that is being made as the other kind', owned('contact', 'about-to-be-made'), 'linked-otherwise'],
  ['one that carries the id of a lead', { carries: { entity: 'lead' } }, 'already-linked'],
  ['one that carries the id of a contact', { carries: { entity: 'contact' } }, 'linked-otherwise'],
  ['one that carries the id of a row that is gone', { carries: { entity: undefined } }, 'create'],
  ['the same by a setting', { standing: true, carries: { entity: undefined } }, 'already-linked'],
])('%s: %#', (_what, more, verdict) => {
  expect(decidePush(facts(more))).toBe(verdict);
});

describe('the id of the row that a person becomes', () => {
  const first = pushGuid('123-ABC-456', 1042, 'lead');

  test('is a GUID, the same every time, whatever the case of the munchkin id', () => {
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(pushGuid('123-abc-456', 1042, 'lead')).toBe(first);
    // Written down: another one in a later release would make twins of what an earlier one was about to make.
    expect(first).toBe('b5894937-b177-8b04-93ff-407367237399');
  });

  test('is another one of another instance, person, kind, or after a deleted row', () => {
    const others = [
      pushGuid('999-ABC-456', 1042, 'lead'),
      pushGuid('123-ABC-456', 1043, 'lead'),
      pushGuid('123-ABC-456', 1042, 'contact'),
      pushGuid('123-ABC-456', 1042, 'lead', `lead:${first}`),
    ];
    expect(new Set([first, ...others]).size).toBe(5);
  });
});

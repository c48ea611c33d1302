import { type Scope, scopeOf } from '../../../workflows/messages';

const all: Scope = { kind: 'all' };
const contact: Scope = { kind: 'entity', entity: 'contact' };
const rubbish: Scope = { kind: 'rubbish' };

const cases: [what: string, payload: unknown, scope: Scope][] = [
  ['nothing', undefined, all],
  ['null, as `--input null` sends', null, all],
  ['a name', 'contact', contact],
  ['a name in another case, with blanks', ' Contact ', contact],
  ['a custom table', 'new_orderline', { kind: 'entity', entity: 'new_orderline' }],
  ['an object with a name', { entity: 'contact' }, contact],
  ['an object with a name and a request', { entity: 'contact', request: 'r-1' }, { ...contact, request: 'r-1' }],
  ['an object with a name and more', { entity: 'contact', colour: 'red' }, contact],
  ['a request that is no text', { entity: 'contact', request: 7 }, rubbish],
  ['a request that is no id', { entity: 'contact', request: 'all of them, please' }, rubbish],
  ['an empty text', '', rubbish],
  ['blanks', '   ', rubbish],
  ['a sentence', 'all the contacts, please', rubbish],
  ['a path', '../contact', rubbish],
  ['a number', 7, rubbish],
  ['yes', true, rubbish],
  ['an empty object', {}, rubbish],
  ['an object of another shape', { table: 'contact' }, rubbish],
  ['an object whose name is no text', { entity: { entity: 'contact' } }, rubbish],
  ['an object whose name is null', { entity: null }, rubbish],
  ['a list', ['contact'], rubbish],
  ['an empty list', [], rubbish],
  ['a name of a megabyte', 'a'.repeat(1_000_000), rubbish],
  ['bytes', new Uint8Array(1_000_000), rubbish],
  ['the name of a prototype', '__proto__', rubbish],
  ['a very long text', 'a b'.repeat(100_000), rubbish],
];

test.each(cases)('a signal with %s', (_what, payload, scope) => {
  expect(scopeOf(payload)).toEqual(scope);
});

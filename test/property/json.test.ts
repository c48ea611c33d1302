import fc from 'fast-check';
import { jsonObject } from '../../clients/answer';
import { hostileIn, MAX_DEPTH, MAX_VALUES } from '../../clients/json';

const RUNS = Number(process.env.JSON_RUNS ?? 2_000);

/** What is wrong with a value, by walking it: the plain way to say it, which only a test can afford. */
function reference(text: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  const open: [value: unknown, depth: number][] = [[value, 1]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [one, depth] = next;
    if (typeof one !== 'object' || one === null) continue;
    if (depth > MAX_DEPTH || Object.hasOwn(one, '__proto__')) return false;
    for (const inner of Object.values(one)) open.push([inner, depth + 1]);
  }
  return true;
}

const accepted = (text: string): boolean => {
  const found = hostileIn(text);
  if (found !== undefined) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Keys and texts in which everything occurs that could mislead a scan of the text. */
const word = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.string({ unit: fc.constantFrom('a', '"', '\\', '[', '{', ']', '}', ':', ' ', '_', 'é', '\u2028') }),
  },
  { weight: 2, arbitrary: fc.string() },
  fc.constantFrom('__proto__', '__proto_', '"__proto__":', '\\u005f_proto__', 'constructor', 'prototype', '\\'),
);
/** `Object.fromEntries` defines `__proto__`, where an assignment would set the prototype. */
const record = (tie: fc.Arbitrary<unknown>) =>
  fc.array(fc.tuple(word, tie), { maxLength: 5 }).map((entries) => Object.fromEntries(entries));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 5 }),
    record(tie('value')),
  ),
}));
/** Wrapped in so many objects and arrays, around the bound more often than not. */
const nested = fc
  .tuple(value, fc.array(fc.boolean(), { minLength: 0, maxLength: 70 }), fc.boolean())
  .map(([inner, wraps, near]) => {
    const all = near ? [...wraps, ...Array.from({ length: Math.max(0, 62 - wraps.length) }, () => true)] : wraps;
    return all.reduce((held: unknown, array) => (array ? [held] : { held }), inner);
  });
/** Spells some of the underscores as an escape. */
const escapes = (text: string, every: number): string => {
  let seen = 0;
  return text.replace(/_/g, (letter) => (++seen % every === 0 ? '\\u005F' : letter));
};
const json = fc
  .tuple(nested, fc.constantFrom(undefined, 1, '\t'), fc.constantFrom(1, 2, 1_000))
  .map(([one, space, every]) => escapes(JSON.stringify(one, null, space), every));

test('JSON is accepted exactly when it is nested at most 64 deep and has no own __proto__ key', () => {
  let refused = 0;
  fc.assert(
    fc.property(json, (text) => {
      if (!accepted(text)) refused += 1;
      expect(accepted(text)).toBe(reference(text));
    }),
    { numRuns: RUNS },
  );
  expect(refused).toBeGreaterThan(RUNS / 20);
  expect(refused).toBeLessThan(RUNS * 0.95);
});

test('of any text, whether it is JSON or not: nothing is thrown, and what is accepted is harmless', () => {
  const part = fc.oneof(json, word, fc.constantFrom('"', '\\', '[', '{', '}', ']', ':', ',', '"__proto__"', ' '));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const text = parts.join('');
      const object = jsonObject(text);
      if (typeof object !== 'string') expect(reference(text)).toBe(true);
    }),
    { numRuns: RUNS },
  );
});

test.each([
  ['64 arrays', `${'['.repeat(64)}${']'.repeat(64)}`, undefined],
  ['65 arrays', `${'['.repeat(65)}${']'.repeat(65)}`, 'JSON_TOO_DEEP'],
  ['65 objects', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, 'JSON_TOO_DEEP'],
  ['many arrays side by side', `[${'[],'.repeat(10_000)}[]]`, undefined],
  ['a million brackets', '['.repeat(1_000_000), 'JSON_TOO_DEEP'],
  ['a million brackets in a string', `{"a":"${'['.repeat(1_000_000)}"}`, undefined],
  ['a string that never ends', `{"a":"${'\\\\'.repeat(500_000)}`, undefined],
  ['nesting behind a key that is there twice', `{"a":${'['.repeat(70)}${']'.repeat(70)},"a":1}`, 'JSON_TOO_DEEP'],
  ['more empty objects than a worker can hold', `{"value":[${'{},'.repeat(4_000_000)}{}]}`, 'TOO_LARGE'],
  ['as many numbers', `[${'1,'.repeat(MAX_VALUES)}1]`, 'TOO_LARGE'],
  ['as many keys', `{${'"a":1,'.repeat(MAX_VALUES)}"a":1}`, 'TOO_LARGE'],
  ['as many lists in lists', `[${'[[]],'.repeat(MAX_VALUES / 2)}[]]`, 'TOO_LARGE'],
  ['as many commas in a string', `{"a":"${','.repeat(4_000_000)}"}`, undefined],
  [
    '4,800 rows of a hundred columns',
    `{"value":[${Array.from({ length: 4_800 }, () => `{${'"new_a":null,'.repeat(99)}"b":1}`).join()}]}`,
    undefined,
  ],
  ['the key', '{"value":[{"__proto__":{"isAdmin":true}}]}', 'JSON_PROTO_KEY'],
  ['the key in escapes', '{"\\u005f\\u005fpr\\u006Fto__" \n:1}', 'JSON_PROTO_KEY'],
  ['the key behind a string with escapes', '{"a\\"":"\\\\","__proto__":1}', 'JSON_PROTO_KEY'],
  ['the word as a value', '{"a":"__proto__","b":["__proto__"]}', undefined],
  ['the word in a text', '{"a":"\\"__proto__\\":1"}', undefined],
])('%s', (_name, text, found) => {
  expect(hostileIn(text)).toBe(found);
});

/** What makes a careless scan look through the rest of the text again at each string. */
test.each<[string, (size: number) => string]>([
  ['short strings, and a backslash at the end only', (size) => `[${'"a",'.repeat(size)}"\\n"]`],
  ['short strings with escapes', (size) => `[${'"a\\n",'.repeat(size)}1]`],
  ['the word, and blanks', (size) => `["__proto__"${' '.repeat(size)}${',"__proto__"  '.repeat(size)}]`],
  ['one long string of escapes', (size) => `["${'\\u005f'.repeat(size)}"]`],
])('the scan takes time in proportion to the text: %s', (_name, textOf) => {
  const best = (text: string): number =>
    Math.min(
      ...Array.from({ length: 5 }, () => {
        const before = process.hrtime.bigint();
        hostileIn(text);
        return Number(process.hrtime.bigint() - before);
      }),
    );
  const [small, large] = [textOf(20_000), textOf(20_000 * 16)];
  best(small);
  expect(best(large) / best(small)).toBeLessThan(16 * 8);
});

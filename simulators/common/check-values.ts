/** What a value must be, and how to say so. */
export type Check = readonly [fits: (value: unknown) => boolean, must: string];

export const number: Check = [(value) => typeof value === 'number' && value >= 0, 'a number, 0 or more'];
export const yesNo: Check = [(value) => typeof value === 'boolean', 'true or false'];
export const text: Check = [(value) => typeof value === 'string', 'a text'];
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'string');
export const texts: Check = [areTexts, 'a list of texts'];
export const group: Check = [
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'an object',
];
export const list = (what: string): Check => [Array.isArray, `a list of ${what}`];
export const oneOf = (...choices: string[]): Check => [
  (value) => choices.includes(value as string),
  `one of ${choices.join(', ')}`,
];
export const orNull = ([fits, must]: Check): Check => [(value) => value === null || fits(value), `${must}, or null`];
export const or = ([fits, must]: Check, [other, otherMust]: Check): Check => [
  (value) => fits(value) || other(value),
  `${must}, or ${otherMust}`,
];

/** Throws an Error that names the setting and what it must be, before anything is changed. */
export function checkValues(what: string, sent: object, checks: Readonly<Record<string, Check>>): void {
  for (const [name, value] of Object.entries(sent)) {
    const check = checks[name];
    if (check && !check[0](value)) throw new Error(`${what} ${name} ${JSON.stringify(value)} must be ${check[1]}`);
  }
}

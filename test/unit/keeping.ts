/** The one file that may keep a promise. */
export const KEEPER = 'clients/keep.ts';

const DECLARED =
  /(?:\basync\s+#?|function\s+|\n\s+(?:private |public |static )*#?)(\w+)(?:<[^(]*>)?\([^;{}]*\)\s*:\s*Promise</g;
const ARROW = /\b(\w+) = async\b|\b(\w+) = \([^;{}]*\): Promise</g;

/** The end of a process that was started: an event, and no answer that could be asked for again. */
const EVENTS = [
  'cli/bench/environment.ts: broken',
  'cli/local/dev-options.ts: broken',
  'cli/local/managed-child.ts: readonly exited',
];

/** Names of the functions and methods of a source that give a promise. */
const promising = (source: string): Set<string> =>
  new Set([...source.matchAll(DECLARED), ...source.matchAll(ARROW)].map(([, one, other]) => one ?? other ?? ''));

/** A field, or a variable that outlives a statement, whose type is a promise or a map of promises. */
const TYPED =
  /\blet \w+: Promise<|\n {2}(?:private |protected |public |static |readonly )*#?\w+[?!]?: (?:Promise<|(?:Weak)?Map<[^=;\n]*Promise<)|\bnew (?:Weak)?Map<[^()]*Promise</g;
/** What is called on the right of an assignment to a field or by `??=`, or is put into a map, and is not awaited. */
const ASSIGNED = /(?:\bthis\.#?\w+ = |\?\?= |\|\|= |\.set\([^,()]+, )(?:[\w.]*[.#])?#?(\w+)\(/g;

/** The places of a source that keep a promise by themselves; as text, for a test to show. */
export function promisesKeptIn(file: string, source: string): string[] {
  const names = promising(source);
  const typed = [...source.matchAll(TYPED)].map(([found]) => found);
  const assigned = [...source.matchAll(ASSIGNED)].filter(([, name = '']) => names.has(name)).map(([found]) => found);
  const found = [...typed, ...assigned].map((text) => `${file}: ${text.trim()}`);
  return file === KEEPER ? [] : found.filter((one) => !EVENTS.some((event) => one.startsWith(event)));
}

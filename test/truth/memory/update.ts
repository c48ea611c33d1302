import { type Document, type Filter, operatorsOf } from './match';

export type Update = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
type Values = Record<string, unknown>;

/** A copy that nobody else holds; Buffers and Dates are never changed in place, and are shared. `undefined` is left out. */
export function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copy) as T;
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const made: Values = {};
  for (const name in value) if (value[name] !== undefined) made[name] = copy(value[name]);
  return made as T;
}

/** The object that holds the last part of a dotted path, made on the way. */
function holderOf(document: Values, path: string): [holder: Values, name: string] {
  const parts = path.split('.');
  let holder = document;
  for (const part of parts.slice(0, -1)) {
    holder[part] ??= {};
    holder = holder[part] as Values;
  }
  return [holder, parts.at(-1) as string];
}

const OPERATORS: Readonly<Record<string, (holder: Values, name: string, operand: unknown) => void>> = {
  $set(holder, name, operand) {
    if (operand !== undefined) holder[name] = copy(operand);
  },
  $unset(holder, name) {
    delete holder[name];
  },
  $inc(holder, name, operand) {
    holder[name] = Number(holder[name] ?? 0) + Number(operand);
  },
  $max(holder, name, operand) {
    if (holder[name] === undefined || Number(holder[name]) < Number(operand)) holder[name] = operand;
  },
  $addToSet(holder, name, operand) {
    const held = (holder[name] ?? []) as unknown[];
    holder[name] = held.includes(operand) ? held : [...held, operand];
  },
  $pull(holder, name, operand) {
    const gone = (operand as { $in: unknown[] }).$in;
    holder[name] = ((holder[name] ?? []) as unknown[]).filter((one) => !gone.includes(one));
  },
};

/** The document after an update; `isNew` where an upsert makes it. */
export function updated(document: Document, update: Update, isNew: boolean): Document {
  const made = copy(document);
  for (const [operator, fields] of Object.entries(update)) {
    const change = OPERATORS[operator === '$setOnInsert' ? '$set' : operator];
    if (!change) throw new Error(`the memory database knows no ${operator}`);
    if (operator === '$setOnInsert' && !isNew) continue;
    for (const [path, operand] of Object.entries(fields)) change(...holderOf(made, path), operand);
  }
  return made;
}

/** What an upsert begins with: the filter's plain values. */
export function begunBy(filter: Filter): Document {
  return Object.fromEntries(Object.entries(filter).filter(([, wanted]) => !operatorsOf(wanted))) as Document;
}

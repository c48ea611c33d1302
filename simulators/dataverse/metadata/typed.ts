import { noSuchResource } from '../errors';
import type { Expansion } from '../odata/expand';
import type { Metadata } from './attributes';
import { pick } from './query';

const OPTION_SETS = ['OptionSet', 'GlobalOptionSet'];
/** Properties that only a typed cast has; a plain Attributes query that selects one fails, as in Dataverse. */
const TYPED = [
  'MaxLength',
  'Targets',
  'DateTimeBehavior',
  'Precision',
  'MinValue',
  'MaxValue',
  'Format',
  'DefaultFormValue',
  'DefaultValue',
];

/** An attribute: option sets only where expanded, typed properties only under a cast, which says the type by itself. */
export function shown(
  item: Metadata,
  cast: boolean,
  expands: readonly Expansion[],
  select: readonly string[] | undefined,
): Metadata {
  const plain = Object.fromEntries(
    Object.entries(item).filter(
      ([name]) =>
        !OPTION_SETS.includes(name) && (cast || !TYPED.includes(name)) && !(cast && select && name === '@odata.type'),
    ),
  );
  const picked = pick(plain, select);
  for (const { name, select: inner } of expands) {
    if (!cast || !OPTION_SETS.includes(name)) throw noSuchResource(name);
    const set = item[name] as Metadata | null | undefined;
    picked[name] = set ? pick(set, inner) : null;
  }
  return picked;
}

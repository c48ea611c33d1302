import type { Context } from '../../context';
import type { Value } from '../../types';
import { aggregate, type Key, type Measure, type Method } from '../aggregate/group';
import { type Joined, joinedScope, type Tables } from './join';
import { type FetchAttribute, type FetchEntity, invalid } from './query';

const METHODS: Record<string, Method> = {
  count: 'count',
  countcolumn: 'countcolumn',
  sum: 'sum',
  avg: 'average',
  min: 'min',
  max: 'max',
};

const DATES: Record<string, (date: Date) => number> = {
  day: (date) => date.getUTCDate(),
  month: (date) => date.getUTCMonth() + 1,
  quarter: (date) => Math.floor(date.getUTCMonth() / 3) + 1,
  year: (date) => date.getUTCFullYear(),
};

/** The rows of a query with aggregate="true", under the aliases of its attributes. */
export function aggregated(
  context: Context,
  entity: FetchEntity,
  tables: Tables,
  lines: Iterable<Joined>,
): Record<string, Value>[] {
  const scope = joinedScope(context, tables);
  const keys: Key<Joined>[] = [];
  const measures: Measure<Joined>[] = [];
  for (const [alias, attribute] of attributesOf(entity)) {
    const { read } = scope.property(`${alias}/${attribute.name}`);
    if (!attribute.alias) throw invalid('an attribute of an aggregate has no alias');
    if (attribute.groupby) {
      keys.push({ alias: attribute.alias, read: dated(attribute, read) });
      continue;
    }
    const method = METHODS[attribute.aggregate ?? ''];
    if (!method) throw invalid(`the aggregate '${attribute.aggregate}' is unknown`);
    const distinct = method === 'countcolumn' && attribute.distinct;
    measures.push({ alias: attribute.alias, method: distinct ? 'countdistinct' : method, read });
  }
  return aggregate(lines, keys, measures);
}

function* attributesOf(entity: FetchEntity): Generator<[alias: string, attribute: FetchAttribute]> {
  for (const attribute of entity.attributes) yield [entity.alias, attribute];
  for (const link of entity.links) yield* attributesOf(link);
}

function dated({ dategrouping }: FetchAttribute, read: (joined: Joined) => unknown): (joined: Joined) => unknown {
  if (dategrouping === undefined) return read;
  const part = DATES[dategrouping];
  if (!part) throw invalid(`the dategrouping '${dategrouping}' is not supported`);
  return (joined) => {
    const value = read(joined);
    return typeof value === 'string' ? part(new Date(value)) : null;
  };
}

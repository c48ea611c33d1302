import { type ApiResponse, type Context, jsonAnswer } from '../../context';
import { badQuery } from '../../errors';
import { rowScope } from '../../odata/columns';
import type { QueryOptions } from '../../odata/options';
import type { Scope } from '../../odata/scope';
import { splitOutside } from '../../odata/split';
import type { Row, Value } from '../../types';
import { contextUrl } from '../links';
import { matching } from '../matching';
import type { Source } from '../source';
import { aggregate, type Key, METHODS, type Measure, type Method } from './group';

interface Applied {
  filter?: string;
  keys: Key<Row>[];
  measures: Measure<Row>[];
}

/** `$apply=filter(…)/groupby((a,b),aggregate(x with sum as total,$count as n))` (dataverse-api §3.1). */
export function readAggregate(context: Context, source: Source, options: QueryOptions): ApiResponse {
  for (const name of ['filter', 'select', 'expand', 'orderby'] as const) {
    if (options[name] !== undefined) throw badQuery(`The query option '$${name}' is not supported with $apply.`);
  }
  const { filter, keys, measures } = readApply(rowScope(context, source.table), options.apply!);
  const narrowed = { aliases: options.aliases, ...(filter !== undefined && { filter }) };
  const rows = aggregate(matching(context, source, narrowed, null), keys, measures).map(nested);
  const value = options.top === undefined ? rows : rows.slice(0, options.top);
  return jsonAnswer(JSON.stringify({ '@odata.context': contextUrl(context, source.table, {}), value }));
}

function readApply(scope: Scope<Row>, text: string): Applied {
  const applied: Applied = { keys: [], measures: [] };
  for (const step of splitOutside(text, '/')) {
    const [, name, inner = ''] = /^(\w+)\((.*)\)$/s.exec(step) ?? [];
    if (applied.keys.length > 0 || applied.measures.length > 0) throw badQuery('$apply goes on after its aggregate.');
    if (name === 'filter') applied.filter = applied.filter === undefined ? inner : `(${applied.filter}) and (${inner})`;
    else if (name === 'aggregate') applied.measures = measuresOf(scope, inner);
    else if (name === 'groupby') {
      const [names = '', then, ...more] = splitOutside(inner, ',');
      const list = /^\((.*)\)$/s.exec(names)?.[1];
      const measured = then === undefined ? '' : /^aggregate\((.*)\)$/s.exec(then)?.[1];
      if (list === undefined || measured === undefined || more.length > 0) throw badQuery(`Syntax error in '${step}'.`);
      applied.keys = splitOutside(list, ',').map((path) => ({ alias: path, read: scope.property(path).read }));
      applied.measures = measuresOf(scope, measured);
    } else throw badQuery(`The transformation '${step}' of $apply is not supported.`);
  }
  return applied;
}

function measuresOf(scope: Scope<Row>, text: string): Measure<Row>[] {
  return splitOutside(text, ',').map((part) => {
    const counted = /^\$count as (\w+)$/.exec(part);
    if (counted) return { alias: counted[1]!, method: 'count', read: () => null };
    const [, path = '', method = '', alias = ''] = /^([\w/]+) with (\w+) as (\w+)$/.exec(part) ?? [];
    if (!(METHODS as readonly string[]).includes(method)) throw badQuery(`Syntax error in aggregate: '${part}'.`);
    return { alias, method: method as Method, read: scope.property(path).read };
  });
}

/** A key that is a path comes as an object within the row. */
function nested(row: Record<string, Value>): object {
  const made: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(row)) {
    const names = path.split('/');
    const last = names.pop()!;
    let at = made;
    for (const name of names) {
      at[name] ??= {};
      at = at[name] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return made;
}

import type { ApiResponse, Context } from '../context';
import { noSuchResource } from '../errors';
import { readCount, readSet } from '../read/list';
import { readPath } from '../read/navigate';
import { setSource } from '../read/source';
import { readKey, rowOf } from './key';
import type { Segment } from './path';
import { needPrivilege } from './privileges';

/** `GET` of an entity set, of one of its rows, and of what lies behind them. */
export function readRows(context: Context, first: Segment, rest: readonly Segment[]): ApiResponse {
  const store = context.database.set(first.name);
  needPrivilege(context, store.table, 'Read');
  if (first.key !== undefined)
    return readPath(context, store.table, rowOf(store, readKey(store.table, first.key)), rest);
  const [second, third] = rest;
  const unknown = second && second.name !== '$count' ? second : third;
  if (unknown) throw noSuchResource(unknown.name);
  return second ? readCount(context, setSource(store), store) : readSet(context, store);
}

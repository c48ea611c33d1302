import type { ApiResponse, Context } from '../context';
import { type QueryOptions, readOptions } from '../odata/options';
import type { TableStore } from '../store';
import { countDelta, readDelta } from './delta';
import { readFetch } from './fetch/answer';
import { COUNT_LIMIT, countOf } from './matching';
import { readPlain } from './plain';
import { type Position, readSkiptoken } from './skiptoken';
import { type Source, setSource } from './source';
import { readTracked } from './tracked';

/** `GET {set}`: plain, tracked or delta page, FetchXML or aggregate, as options, preferences and tokens say. */
export function readSet(context: Context, store: TableStore): ApiResponse {
  const options = readOptions(context.query);
  const source = setSource(store);
  const from = positionOf(context, source, options);
  if (options.fetchXml !== undefined) return readFetch(context, store, options.fetchXml);
  if (from?.kind === 'delta' || options.deltatoken !== undefined) return readDelta(context, store, options, from);
  if (from?.kind === 'tracked' && !(context.settings.nextLinkNeedsPrefer && !context.prefer.trackChanges)) {
    return readTracked(context, store, options, from);
  }
  if (!from && context.prefer.trackChanges) return readTracked(context, store, options, from);
  return readPlain(context, source, options, from);
}

/** The position of a $skiptoken; throws 400 where it was altered or is too old. */
export function positionOf(context: Context, source: Source, { skiptoken }: QueryOptions): Position | undefined {
  if (skiptoken === undefined) return undefined;
  const oldest = context.database.clock.now() - context.settings.nextLinkLifetime * 60_000;
  return readSkiptoken(source.path, skiptoken, oldest);
}

/** `…/$count`: text/plain, capped as the document says of $count=true, or not (countSegmentCapped). */
export function readCount(context: Context, source: Source, store?: TableStore): ApiResponse {
  const options = readOptions(context.query);
  const counted =
    store && options.deltatoken !== undefined
      ? countDelta(context, store, options.deltatoken)
      : countOf(context, source, options, context.settings.countSegmentCapped ? COUNT_LIMIT : Number.POSITIVE_INFINITY);
  return { status: 200, headers: { 'content-type': 'text/plain', 'odata-version': '4.0' }, body: String(counted) };
}

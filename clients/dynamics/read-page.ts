import { fewer } from '../halves';
import { bug, name, names } from './checks';
import { LOOKUP_TYPES, pageOf } from './rows';
import type { Transport } from './transport';
import type { DynamicsPage, ReadPageRequest } from './types';

const MAX_PAGE = 5_000;

/**
 * The first page of a read. With `track` the last page of it carries a deltaLink (dataverse-api §4.2). A page over
 * the bound of an answer is asked for again with half the rows, down to one.
 *
 * @throws ApiError; `too-large` when one row alone is over the bound; `configuration` names the table or column that the organisation doesn't have
 */
export async function readPage(transport: Transport, request: ReadPageRequest): Promise<DynamicsPage> {
  const operation = `${request.set}.${request.probe ? 'probe' : 'read'}`;
  if (request.track && (request.filter !== undefined || request.orderby !== undefined))
    throw bug(operation, 'a tracked read takes neither filter nor orderby');
  const query = [
    `$select=${names(operation, request.select).join(',')}`,
    ...(request.filter === undefined ? [] : [`$filter=${encodeURIComponent(request.filter)}`]),
    ...(request.orderby === undefined ? [] : [`$orderby=${encodeURIComponent(request.orderby)}`]),
  ];
  const url = `${transport.settings.api}/${name(operation, request.set)}?${query.join('&')}`;
  const read = await fewer(request.pageSize, async (rows) => {
    const prefer = [...(request.track ? ['odata.track-changes'] : []), pageSize(operation, rows), LOOKUP_TYPES];
    const names = [request.set, ...request.select];
    return pageOf(operation, await transport.json({ operation, url, answers: 'page', prefer, names }));
  });
  transport.pageRows.note(read.answer.nextLink, read.rows, request.pageSize);
  return read.answer;
}

export function pageSize(operation: string, rows: number): string {
  if (!Number.isInteger(rows) || rows < 1 || rows > MAX_PAGE) throw bug(operation, `pageSize must be 1 to ${MAX_PAGE}`);
  return `odata.maxpagesize=${rows}`;
}

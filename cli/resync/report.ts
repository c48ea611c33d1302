import type { StoredRequest } from '../../clients/mongo/requests';
import { isoOf } from '../../model/instant';

/** What came of a request: `2026-11-26T19:20:00.000Z  <id>  lead: 2 of 2 rows settled`. */
export function requestLine({ id, entity, at, queued, applied = 0, done, fault, absent }: StoredRequest): string {
  const isOver = done && applied >= queued;
  const nobodys = absent === undefined ? '' : `, ${absent} of the ids asked for in neither Dynamics nor the sync`;
  const how = fault ?? `${applied} of ${queued} rows settled${isOver ? '' : ', under way'}${nobodys}`;
  return `${isoOf(at)}  ${id}  ${entity}: ${how}`;
}

import type { StoredRequest } from '../../clients/mongo/requests';

/** What came of a request: `2026-11-26T19:20:00.000Z  <id>  lead: 2 of 2 rows settled`. */
export function requestLine({ id, entity, at, queued, applied = 0, done, fault }: StoredRequest): string {
  const isOver = done && applied >= queued;
  const how = fault ?? `${applied} of ${queued} rows settled${isOver ? '' : ', under way'}`;
  return `${at.toISOString()}  ${id}  ${entity}: ${how}`;
}
